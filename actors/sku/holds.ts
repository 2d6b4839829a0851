import { accept } from "../actor.ts";
import type { Part, SkuAnswer, SkuMessageFromOrder } from "../protocol.ts";
import { allocate, giveBack, joined, sumOf } from "./allocation.ts";
import { offer } from "./backorders.ts";
import { Draft, toOrder } from "./draft.ts";
import { type SkuEvent, skuEvent } from "./sku_events.ts";
import { availableToNew, type Claim, type SkuState } from "./sku_state.ts";

type Of<Type extends SkuMessageFromOrder["type"]> = Extract<SkuMessageFromOrder, { readonly type: Type }>;

/** A refusal is an answer to the order, not a rejection: the SKU did what it was asked, and nothing changed. */
export function hold(state: SkuState, command: Of<"hold">) {
  const { hold, order, quantity, deadlineMs } = command;
  const known = state.claims.get(hold);
  if (known !== undefined) return answer(command, heldAlready(state, known));
  if (!state.stocked) {
    return answer(command, { kind: "held", sku: state.sku, hold, parts: [], queued: 0, service: true });
  }
  const available = availableToNew(state);
  const taken = Math.min(available, quantity), short = quantity - taken;
  if (short > 0 && refuses(state, command, taken, short)) {
    return answer(command, { kind: "refused", sku: state.sku, hold, requested: quantity, available });
  }
  const queued = command.whenShort === "queue" ? short : 0;
  const parts = taken > 0 ? allocate(state.locations, taken) : [];
  const events: SkuEvent[] = [];
  const deadline = deadlineMs === undefined ? {} : { deadlineMs };
  if (taken > 0) events.push(skuEvent("stock.reserved", { hold, order, parts, ...deadline }));
  if (queued > 0) events.push(skuEvent("backorder.queued", { hold, order, quantity: queued }));
  return answer(command, { kind: "held", sku: state.sku, hold, parts, queued, service: false }, events);
}

/** Nothing at all is a refusal under every policy: what is not claimed needs no hold. */
function refuses(state: SkuState, { whenShort }: Of<"hold">, taken: number, short: number): boolean {
  switch (whenShort) {
    case "refuse":
      return true;
    case "take_less":
      return taken === 0;
    case "queue":
      return state.backorderLimit !== null && state.backordered + short > state.backorderLimit;
  }
}

function heldAlready(state: SkuState, claim: Claim): SkuAnswer {
  const parts = claim.parts.map(({ location, reserved, allocated, picked, packed }) => ({
    location,
    quantity: reserved + allocated + picked + packed,
  }));
  return { kind: "held", sku: state.sku, hold: claim.hold, parts, queued: claim.queued, service: false };
}

function answer(command: SkuMessageFromOrder, given: SkuAnswer, events: readonly SkuEvent[] = []) {
  return accept(events, { messages: [toOrder(command.order, given)] });
}

/** A hold that is gone was lost to a shortfall (or never made): the order is told that nothing is there to commit. */
export function commit(state: SkuState, command: Of<"commit">) {
  const { hold, order } = command;
  const claim = state.claims.get(hold);
  if (claim === undefined) {
    if (!state.stocked) return accept<SkuEvent>();
    return answer(command, { kind: "lost", sku: state.sku, hold, parts: [] });
  }
  const parts: Part[] = [];
  for (const { location, reserved } of claim.parts) {
    if (reserved > 0) parts.push({ location, quantity: reserved });
  }
  if (claim.firm && parts.length === 0) return accept<SkuEvent>();
  return accept([skuEvent("reservation.confirmed", { hold, order, parts, queued: claim.queued })]);
}

/** What is queued goes first: giving back goods while demand waits would only move them in a circle. */
export function release(state: SkuState, command: Of<"release">) {
  const { hold, order, reason } = command;
  const draft = new Draft(state);
  const claim = state.claims.get(hold);
  let dequeued = 0, parts: readonly Part[] = [];
  if (claim !== undefined) {
    const quantity = command.quantity ?? Infinity;
    dequeued = Math.min(claim.queued, quantity);
    const { reserved, allocated } = giveBack(claim, quantity - dequeued, state.locations);
    if (dequeued > 0) draft.emit(skuEvent("backorder.dequeued", { hold, order, quantity: dequeued, reason }));
    if (sumOf(reserved) > 0) {
      draft.emit(
        reason === "expired"
          ? skuEvent("reservation.expired", { hold, order, parts: reserved })
          : skuEvent("reservation.released", { hold, order, parts: reserved, reason }),
      );
    }
    if (sumOf(allocated) > 0) {
      draft.emit(skuEvent("allocation.released", { hold, order, parts: allocated, reason }));
    }
    parts = joined(reserved, allocated);
  }
  if (command.answer) draft.tell(toOrder(order, { kind: "released", sku: state.sku, hold, parts, dequeued }));
  if (draft.events.length > 0) offer(draft);
  return draft.accept();
}
