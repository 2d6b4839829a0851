import { assert } from "../actor.ts";
import type { HoldId, LocationCode, OrderId } from "../ids.ts";
import type { ClaimCounter, SkuEvent } from "./sku_events.ts";
import type { StockChange } from "./stock_changes.ts";
import type { Claim, ClaimPart, ParcelPart, SkuState } from "./sku_state.ts";

const claimCounters: ReadonlySet<string> = new Set<ClaimCounter>([
  "reserved",
  "allocated",
  "picked",
  "packed",
]);

/** Keeps the record of the hold that an event is about in step with the counters. */
export function evolveClaim(state: SkuState, event: SkuEvent, changes: readonly StockChange[]): SkuState {
  const owner = ownerOf(event);
  if (owner === null) return state;
  const old = state.claims.get(owner.hold);
  let next = old ?? newClaim(owner.hold, owner.order, state.claimsEver);
  next = withParts(next, changes);
  next = withRest(next, event, state.queueNext);
  const moved = queued(state, old, next);
  const claimsEver = old === undefined ? state.claimsEver + 1 : state.claimsEver;
  if (next.parts.length === 0 && next.queued === 0) {
    return { ...moved, claimsEver, claims: state.claims.delete(owner.hold) };
  }
  return { ...moved, claimsEver, claims: state.claims.set(owner.hold, next) };
}

function ownerOf(event: SkuEvent): { readonly hold: HoldId; readonly order: OrderId } | null {
  if (event.type === "transfer.dispatched") return event.data.claim;
  return "order" in event.data ? event.data : null;
}

const newClaim = (hold: HoldId, order: OrderId, ordinal: number): Claim => ({
  hold,
  order,
  ordinal,
  firm: false,
  parts: [],
  parcels: [],
  queued: 0,
  place: -1,
});

function withParts(claim: Claim, changes: readonly StockChange[]): Claim {
  let parts = claim.parts;
  for (const { location, counter, delta } of changes) {
    if (claimCounters.has(counter)) parts = addTo(parts, location, counter as ClaimCounter, delta);
  }
  return parts === claim.parts ? claim : { ...claim, parts };
}

function addTo(parts: readonly ClaimPart[], location: LocationCode, counter: ClaimCounter, delta: number) {
  const index = parts.findIndex((part) => part.location === location);
  const old = parts[index] ?? { location, reserved: 0, allocated: 0, picked: 0, packed: 0 };
  const part: ClaimPart = { ...old, [counter]: old[counter] + delta };
  assert(part[counter] >= 0, `Cannot change a claim: ${counter} at ${location} would be ${part[counter]}`);
  const others = index < 0 ? parts : parts.toSpliced(index, 1);
  return partSize(part) === 0 ? others : index < 0 ? [...parts, part] : parts.with(index, part);
}

const partSize = (part: ClaimPart): number => part.reserved + part.allocated + part.picked + part.packed;

function withRest(claim: Claim, event: SkuEvent, queueNext: number): Claim {
  switch (event.type) {
    case "stock.reserved":
      return event.data.deadlineMs === undefined ? claim : { ...claim, deadlineMs: event.data.deadlineMs };
    case "stock.allocated":
    case "reservation.confirmed":
      return { ...claim, firm: true };
    case "backorder.queued": {
      const place = claim.queued === 0 ? queueNext : claim.place;
      return { ...claim, queued: claim.queued + event.data.quantity, place };
    }
    case "backorder.dequeued":
      return { ...claim, queued: claim.queued - event.data.quantity };
    case "backorder.filled":
      return {
        ...claim,
        queued: claim.queued - event.data.parts.reduce((sum, part) => sum + part.quantity, 0),
      };
    case "parcel.packed":
      return { ...claim, parcels: withParcel(claim.parcels, event.data, event.data.quantity) };
    case "parcel.unpacked":
    case "parcel.handed_over":
      return { ...claim, parcels: withParcel(claim.parcels, event.data, -event.data.quantity) };
    default:
      return claim;
  }
}

function withParcel(parcels: readonly ParcelPart[], { parcel, location }: ParcelPart, delta: number) {
  const old = parcels.find((part) => part.parcel === parcel && part.location === location);
  const quantity = (old?.quantity ?? 0) + delta;
  assert(quantity >= 0, `Cannot change parcel ${parcel}: it would hold ${quantity} units`);
  const others = parcels.filter((part) => part !== old);
  return quantity === 0 ? others : [...others, { parcel, location, quantity }];
}

/** Puts the hold into the queue or takes it out; each empty place is skipped once, whoever left it. */
function queued(state: SkuState, before: Claim | undefined, after: Claim): SkuState {
  const was = before?.queued ?? 0;
  assert(after.queued >= 0, `Cannot dequeue ${after.hold}: fewer units are queued`);
  if (was === 0 && after.queued > 0) {
    const queue = state.queue.set(state.queueNext, after.hold);
    return { ...state, queue, queueNext: state.queueNext + 1 };
  }
  if (was === 0 || after.queued > 0) return state;
  const queue = state.queue.delete(after.place);
  let queueFirst = state.queueFirst;
  while (queueFirst < state.queueNext && !queue.has(queueFirst)) queueFirst++;
  return { ...state, queue, queueFirst };
}
