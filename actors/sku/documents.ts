import { accept } from "../actor.ts";
import { actorId } from "../ids.ts";
import type { SkuDocAnswer, SkuMessageFromDoc } from "../protocol.ts";
import { offer } from "./backorders.ts";
import { Draft, toDoc } from "./draft.ts";
import { type SkuEvent, skuEvent } from "./sku_events.ts";
import { lift, makeFree } from "./shortfall.ts";
import { claimed, free, type LocationStock, removable, type SkuState, stockAt } from "./sku_state.ts";

type Of<Type extends SkuMessageFromDoc["type"]> = Extract<SkuMessageFromDoc, { readonly type: Type }>;

/** A document asks each SKU once; the runtime delivers that once. A SKU that is not stocked takes what it is given, too. */
export function receive(state: SkuState, command: Of<"receive">) {
  const { doc, location, quantity } = command;
  const draft = new Draft(state);
  const data = { doc, location, quantity, bucket: "sellable" as const };
  draft.emit(skuEvent("goods.received", { ...data, ...firstPriority(state, command) }));
  draft.tell(toDoc(doc, { sku: state.sku, outcome: "done" }));
  offer(draft);
  return draft.accept();
}

/**
 * The location tells each SKU that lies there when its priority changes, so a document's word counts only until it first has: it
 * may be older.
 */
function firstPriority(state: SkuState, { location, priority }: Of<"receive"> | Of<"adjust.commit">) {
  return stockAt(state, location).priority === undefined ? { priority } : {};
}

/**
 * Sets a lowering adjustment's units aside. A forced one takes the free units, and marks how many more it will take from claims
 * (`over`), so that nothing picked, packed or set aside in between can make its commit fail.
 */
export function adjustHold(state: SkuState, command: Of<"adjust.hold">) {
  const { doc, location, quantity } = command;
  if (state.asides.has(asideOf(doc))) return accept<SkuEvent>([], told(state, doc, "held"));
  const stock = stockAt(state, location);
  const refusal = shortOf(stock, quantity, command.force === true);
  if (refusal !== null) return accept<SkuEvent>([], told(state, doc, refusal.outcome, refusal.free));
  const held = Math.min(quantity, free(stock));
  const data = { aside: asideOf(doc), location, reason: "adjustment" as const };
  const event = skuEvent("stock.held", { ...data, quantity: held, over: quantity - held });
  return accept([event], told(state, doc, "held"));
}

function shortOf(stock: LocationStock, quantity: number, force: boolean) {
  const unclaimed = free(stock), most = Math.max(0, force ? removable(stock) : unclaimed);
  if (quantity <= most) return null;
  const outcome = !force && claimed(stock) + stock.over > 0 ? "claimed" : "below_zero";
  return { outcome, free: most } as const;
}

export function adjustRelease(state: SkuState, { doc }: Of<"adjust.release">) {
  const draft = new Draft(state);
  lift(draft, asideOf(doc));
  draft.tell(toDoc(doc, { sku: state.sku, outcome: "done" }));
  if (draft.events.length > 0) offer(draft);
  return draft.accept();
}

/** A commit that takes more claims than one decision may goes on with the rest by a message to itself. */
export function adjustCommit(state: SkuState, command: Of<"adjust.commit">) {
  const { doc, location, delta, reason, force } = command;
  const draft = new Draft(state), aside = asideOf(doc);
  // What was set aside in full is the document's own, whatever other documents count on by force.
  const own = -delta <= (state.asides.get(aside)?.quantity ?? 0);
  lift(draft, aside);
  const refusal = own ? null : shortOf(stockAt(draft.state, location), -delta, force);
  if (refusal !== null) return accept<SkuEvent>([], told(state, doc, refusal.outcome, refusal.free));
  const shortfall = { location, quantity: -delta, reason, reference: doc, aside, as: "adjustment" as const };
  const left = own ? 0 : makeFree(draft, shortfall), done = delta + left;
  const data = { location, bucket: "sellable" as const, delta: done, reason, doc };
  if (done !== 0) draft.emit(skuEvent("stock.adjusted", { ...data, ...firstPriority(state, command) }));
  if (left > 0) {
    const rest: SkuMessageFromDoc = { ...command, delta: -left };
    draft.tell({ to: actorId("sku", state.sku), message: rest });
    return draft.accept();
  }
  draft.tell(toDoc(doc, { sku: state.sku, outcome: "done" }));
  offer(draft);
  return draft.accept();
}

/** Documents' ids are a name space of their own. */
const asideOf = (doc: string): string => `doc:${doc}`;

function told(state: SkuState, doc: string, outcome: SkuDocAnswer["outcome"], free?: number) {
  const answer = free === undefined ? { sku: state.sku, outcome } : { sku: state.sku, outcome, free };
  return { messages: [toDoc(doc, answer)] };
}
