import { assert } from "../actor.ts";
import type { HoldId, LocationCode, OrderId } from "../ids.ts";
import type { ClaimCounter, SkuEvent } from "./sku_events.ts";
import type { StockChange } from "./stock_changes.ts";
import type { Claim, ClaimPart, ParcelPart, SkuState, Writable } from "./sku_state.ts";

const claimCounters: ReadonlySet<string> = new Set<ClaimCounter>([
  "reserved",
  "allocated",
  "picked",
  "packed",
]);

/**
 * Keeps the record of the hold that an event is about in step with the counters. Writes into `state`, which is `evolve`'s own copy.
 */
export function evolveClaim(
  state: Writable<SkuState>,
  event: SkuEvent,
  changes: readonly StockChange[],
): void {
  const owner = ownerOf(event);
  if (owner === null) return;
  const { hold, order } = owner;
  const old = state.claims.get(hold);
  const claim: Writable<Claim> = old === undefined ? newClaim(hold, order, state.claimsEver++) : { ...old };
  for (const { location, counter, delta } of changes) {
    if (claimCounters.has(counter)) {
      claim.parts = addTo(claim.parts, location, counter as ClaimCounter, delta);
    }
  }
  changeRest(claim, event, state.queueNext);
  moveInQueue(state, old?.queued ?? 0, claim);
  const ended = claim.parts.length === 0 && claim.queued === 0;
  state.claims = ended ? state.claims.delete(hold) : state.claims.set(hold, claim);
}

function ownerOf(event: SkuEvent): { readonly hold: HoldId; readonly order: OrderId } | null {
  if (event.type === "transfer.dispatched") return event.data.claim;
  return "order" in event.data ? event.data : null;
}

const none: readonly never[] = [];
const newClaim = (hold: HoldId, order: OrderId, ordinal: number): Claim => ({
  hold,
  order,
  ordinal,
  firm: false,
  parts: none,
  parcels: none,
  queued: 0,
  place: -1,
});

function addTo(parts: readonly ClaimPart[], location: LocationCode, counter: ClaimCounter, delta: number) {
  let index = 0;
  while (index < parts.length && parts[index]!.location !== location) index++;
  const part: Writable<ClaimPart> = { ...parts[index] ?? nothingAt(location) };
  part[counter] += delta;
  assert(part[counter] >= 0, `Cannot change a claim: it has fewer units ${counter}`);
  const next = parts.slice();
  if (part.reserved + part.allocated + part.picked + part.packed === 0) next.splice(index, 1);
  else next[index] = part;
  return next;
}

const nothingAt = (location: LocationCode): ClaimPart => ({
  location,
  reserved: 0,
  allocated: 0,
  picked: 0,
  packed: 0,
});

function changeRest(claim: Writable<Claim>, event: SkuEvent, queueNext: number): void {
  switch (event.type) {
    case "stock.reserved":
      if (event.data.deadlineMs !== undefined) claim.deadlineMs = event.data.deadlineMs;
      return;
    case "stock.allocated":
    case "reservation.confirmed":
      claim.firm = true;
      return;
    case "backorder.queued":
      if (claim.queued === 0) claim.place = queueNext;
      claim.queued += event.data.quantity;
      return;
    case "backorder.dequeued":
      claim.queued -= event.data.quantity;
      return;
    case "backorder.filled":
      claim.queued -= event.data.parts.reduce((sum, part) => sum + part.quantity, 0);
      return;
    case "parcel.packed":
    case "stock.packed":
      claim.parcels = withParcel(claim.parcels, event.data, event.data.quantity);
      return;
    case "parcel.unpacked":
    case "stock.unpacked":
    case "parcel.handed_over":
      claim.parcels = withParcel(claim.parcels, event.data, -event.data.quantity);
      return;
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
function moveInQueue(state: Writable<SkuState>, was: number, { hold, queued, place }: Claim): void {
  assert(queued >= 0, "Cannot dequeue: the hold has fewer units queued");
  if (was === 0 && queued > 0) {
    state.queue = state.queue.set(place, hold);
    state.queueNext++;
  } else if (was > 0 && queued === 0) {
    state.queue = state.queue.delete(place);
    while (state.queueFirst < state.queueNext && !state.queue.has(state.queueFirst)) state.queueFirst++;
  }
}
