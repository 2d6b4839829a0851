import { accept, reject } from "../actor.ts";
import { offer } from "./backorders.ts";
import { Draft } from "./draft.ts";
import type { SkuRejection, SupplyCommand } from "./sku_commands.ts";
import { type SkuEvent, skuEvent } from "./sku_events.ts";
import { free, removable, type SkuState, stockAt, transferSupply } from "./sku_state.ts";

type Of<Type extends SupplyCommand["type"]> = Extract<SupplyCommand, { readonly type: Type }>;

/** Purchase orders and advices say what is still to come; the same again changes nothing. */
export function supply(state: SkuState, { supply, location, quantity, etaMs, promisable }: Of<"supply">) {
  const old = state.supplies.get(supply);
  const data = { supply, location, quantity, etaMs, promisable };
  if (old === undefined) {
    return accept<SkuEvent>(quantity === 0 ? [] : [skuEvent("supply.expected", data)], { reply: "view" });
  }
  if (old.location !== location) {
    const detail = `Cannot revise supply ${supply}: it is expected at ${old.location}, not at ${location}`;
    return reject<SkuRejection>({ reason: "location-differs", detail });
  }
  const same = old.quantity === quantity && old.etaMs === etaMs && old.promisable === promisable;
  const delta = quantity - old.quantity;
  return accept<SkuEvent>(same ? [] : [skuEvent("supply.revised", { ...data, delta })], { reply: "view" });
}

/** More than was expected is accepted and shows: `expected` is then less than `quantity`. */
export function arrive(state: SkuState, { doc, location, quantity, bucket, supply }: Of<"arrive">) {
  const open = supply === undefined ? undefined : state.supplies.get(supply);
  if (open !== undefined && open.location !== location) {
    const detail = `Cannot receive supply ${supply} at ${location}: it is expected at ${open.location}`;
    return reject<SkuRejection>({ reason: "location-differs", detail });
  }
  const used = open === undefined ? 0 : Math.min(open.quantity, quantity);
  const expected = used === 0 ? {} : { expected: { supply: open!.supply, quantity: used } };
  return decided(state, skuEvent("goods.received", { doc, location, quantity, bucket, ...expected }));
}

export function inspect(state: SkuState, command: Of<"qc.pass"> | Of<"qc.fail">) {
  const { location, quantity, reference } = command;
  const there = stockAt(state, location).qualityControl;
  if (there < quantity) return notThere(command.type, quantity, there);
  if (command.type === "qc.pass") {
    return decided(state, skuEvent("qc.passed", { location, quantity, reference }));
  }
  const { to, grade } = command;
  return decided(state, skuEvent("qc.failed", { location, quantity, reference, to, grade }));
}

/** Keyed by the transfer while it is under way. */
export function dispatch(state: SkuState, command: Of<"transfer.dispatch">) {
  const { transfer, location, to, quantity, etaMs, hold } = command;
  if (state.supplies.has(transferSupply(transfer))) return accept<SkuEvent>([], { reply: "view" });
  const claim = hold === undefined ? null : state.claims.get(hold);
  if (claim === undefined) {
    return reject<SkuRejection>({
      reason: "unknown-hold",
      detail: `Cannot dispatch for ${hold}: it has no claim`,
    });
  }
  const part = claim?.parts.find((part) => part.location === location);
  const stock = stockAt(state, location);
  // What a forced adjustment in progress counts on stays, also out of an allocation.
  const there = claim === null ? free(stock) : Math.min(part?.allocated ?? 0, Math.max(0, removable(stock)));
  if (there < quantity) {
    const detail = `Cannot dispatch ${quantity} units from ${location}: ${there} are there to take`;
    return reject<SkuRejection>({ reason: claim === null ? "insufficient-stock" : "not-allocated", detail });
  }
  const owner = claim === null ? null : { hold: claim.hold, order: claim.order };
  return decided(
    state,
    skuEvent("transfer.dispatched", { transfer, location, to, quantity, etaMs, claim: owner }),
  );
}

/** What is lost on the way is taken off the supply by its owner, never by this. */
export function receiveTransfer(state: SkuState, { transfer, quantity, bucket }: Of<"transfer.receive">) {
  const open = state.supplies.get(transferSupply(transfer));
  if (open === undefined) {
    const detail = `Cannot receive transfer ${transfer}: nothing of it is under way`;
    return reject<SkuRejection>({ reason: "unknown-transfer", detail });
  }
  if (open.quantity < quantity) {
    const detail = `Cannot receive ${quantity} units of transfer ${transfer}: ${open.quantity} are under way`;
    return reject<SkuRejection>({ reason: "more-than-dispatched", detail });
  }
  const { location } = open;
  return decided(state, skuEvent("transfer.received", { transfer, location, quantity, bucket }));
}

function decided(state: SkuState, event: SkuEvent) {
  const draft = new Draft(state);
  draft.emit(event);
  offer(draft);
  return draft.accept("view");
}

function notThere(type: string, quantity: number, there: number) {
  const detail = `Cannot ${type} ${quantity} units: ${there} are in quality control`;
  return reject<SkuRejection>({ reason: "not-in-bucket", detail });
}
