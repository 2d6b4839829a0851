import { accept, reject } from "../actor.ts";
import { actorId } from "../ids.ts";
import { offer } from "./backorders.ts";
import { Draft } from "./draft.ts";
import { lift, makeFree } from "./shortfall.ts";
import type { CorrectionCommand, SkuRejection } from "./sku_commands.ts";
import { type Bucket, type SkuEvent, skuEvent } from "./sku_events.ts";
import { claimed, free, type LocationStock, removable, type SkuState, stockAt } from "./sku_state.ts";

type Of<Type extends CorrectionCommand["type"]> = Extract<CorrectionCommand, { readonly type: Type }>;

/**
 * What was counted replaces nothing: the difference to what was expected then is applied to what there is now, so that what was
 * sold meanwhile stays sold. Claims give way by the shortfall rule; picked and packed ones do not: a scan contradicts the count.
 */
export function count(state: SkuState, command: Of<"count">) {
  const { count, location, bucket, counted, expected } = command;
  const draft = new Draft(state), aside = `count:${count}`, delta = counted - expected;
  lift(draft, aside);
  const stock = stockAt(draft.state, location);
  const most = bucket === "sellable" ? Math.max(0, removable(stock)) : stock[bucket];
  if (-delta > most) return tooMuch(stock, bucket, { quantity: -delta, most });
  const left = bucket === "sellable" && delta < 0
    ? makeFree(draft, { location, quantity: -delta, reason: "count", reference: count, aside, as: "count" })
    : 0;
  const done = { count, location, bucket, counted: counted + left, expected, delta: delta + left };
  if (delta === 0 || done.delta !== 0) draft.emit(skuEvent("count.posted", done));
  if (left > 0) {
    const rest: CorrectionCommand = { ...command, expected: counted + left };
    draft.tell({ to: actorId("sku", state.sku), message: rest });
  } else offer(draft);
  return draft.accept("view");
}

/** Sellable goods only from what is free: a forced adjustment is a stock document's. */
export function adjust(state: SkuState, { doc, location, bucket, delta, reason }: Of<"adjust">) {
  if (delta === 0) return accept<SkuEvent>([], { reply: "view" });
  const stock = stockAt(state, location), most = untaken(stock, bucket);
  if (-delta > most) return tooMuch(stock, bucket, { quantity: -delta, most });
  return decided(state, skuEvent("stock.adjusted", { location, bucket, delta, reason, doc }));
}

export function move(state: SkuState, { type: _, ...data }: Of<"move">) {
  if (data.from === data.to) return accept<SkuEvent>([], { reply: "view" });
  const stock = stockAt(state, data.location), most = untaken(stock, data.from);
  if (data.quantity > most) return tooMuch(stock, data.from, { quantity: data.quantity, most });
  return decided(state, skuEvent("stock.moved", data));
}

/** Keyed by its id: one that exists already is left as it is. */
export function setAside(state: SkuState, { aside, location, quantity, reason }: Of<"set_aside">) {
  if (state.asides.has(aside)) return accept<SkuEvent>([], { reply: "view" });
  const stock = stockAt(state, location), most = free(stock);
  if (quantity > most) return tooMuch(stock, "sellable", { quantity, most });
  return decided(state, skuEvent("stock.held", { aside, location, quantity, reason, over: 0 }));
}

export function liftAside(state: SkuState, { aside }: Of<"lift">) {
  const old = state.asides.get(aside);
  if (old === undefined) return accept<SkuEvent>([], { reply: "view" });
  if (old.reason === "adjustment" || old.over > 0) {
    const detail = `Cannot lift ${aside}: its document is not finished`;
    return reject<SkuRejection>({ reason: "document-in-progress", detail });
  }
  return decided(state, skuEvent("hold.lifted", old));
}

/** One SKU's side of it: the kit actor asks the components first, so that nothing is made of nothing. */
export function kit(state: SkuState, { type, ...data }: Of<"kit.assemble" | "kit.break">) {
  const takes = (type === "kit.assemble") === (data.role === "component");
  const stock = stockAt(state, data.location), most = free(stock);
  if (takes && data.quantity > most) return tooMuch(stock, "sellable", { quantity: data.quantity, most });
  return decided(state, skuEvent(type === "kit.assemble" ? "kit.assembled" : "kit.broken", data));
}

/** What may leave a bucket without taking it from a claim. */
function untaken(stock: LocationStock, bucket: Bucket): number {
  return bucket === "sellable" ? free(stock) : stock[bucket];
}

function decided(state: SkuState, event: SkuEvent) {
  const draft = new Draft(state);
  draft.emit(event);
  offer(draft);
  return draft.accept("view");
}

function tooMuch(
  stock: LocationStock,
  bucket: Bucket,
  of: { readonly quantity: number; readonly most: number },
) {
  const inTheWay = bucket === "sellable" && claimed(stock) + stock.over > 0;
  const detail =
    `Cannot take ${of.quantity} units of ${bucket} at ${stock.location}: ${of.most} may be taken`;
  return reject<SkuRejection>({ reason: inTheWay ? "stock-claimed" : "not-in-bucket", detail });
}
