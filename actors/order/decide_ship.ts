import { assert, type Rejection } from "../actor.ts";
import type { ShipOrder } from "../commands.ts";
import type { LocationCode, Sku } from "../ids.ts";
import type { SkuAnswer } from "../protocol.ts";
import { registration } from "./decide_parcel.ts";
import { refuse } from "./decide_payment.ts";
import { claimedLines } from "./distribute.ts";
import { type Draft, record, tell } from "./draft.ts";
import type { Awaited, OrderRefusal, TimedShip } from "./events.ts";
import type { OrderShipped, ShippedLine, Short } from "./shipping_events.ts";
import { attemptOf, awaitedKey, bySku, type KnownOrder, linesOf, unitsOf } from "./state.ts";
import { orderStatus } from "./view.ts";
import { someLines } from "../some_lines.ts";

/**
 * A parcel was handed to its carrier. In two phases, so that nothing half-ships: each SKU binds its units first; once all have, all
 * hand over, and if one cannot, none does.
 */
export function ship(draft: Draft, command: TimedShip): void {
  const { state } = draft;
  const status = orderStatus(state);
  if (status === "cancelled" || status === "rejected" || status === "expired") {
    const detail = `Cannot ship the parcel: the order is ${status}`;
    return refuse(draft, command, { reason: "order-closed", detail });
  }
  const wanted = bySku(command.lines);
  const allocated = new Map(
    Array.from(wanted.keys(), (sku) => [sku, allocatedAt(state, sku, command.location)]),
  );
  const refusal = notAllocated(command, allocated);
  if (refusal) return refuse(draft, command, refusal);
  const awaited = planOf(state, wanted, command.location);
  const services = state.phase === "open" ? unshippedServices(state) : []; // Nobody has paid for the others'.
  if (awaited.length === 0 && services.length === 0) {
    const detail = "Cannot ship the parcel: nothing is in it";
    return refuse(draft, command, { reason: "not-allocated", detail });
  }
  const { type: _, ...asked } = command;
  record(draft, "order.shipment_requested", { ...asked, awaited });
  const { shipment, location } = command;
  for (const hold of awaited) {
    tell(draft, hold, { type: "shipment.pack", shipment, location, quantity: hold.quantity });
  }
  if (awaited.length === 0) handOver(draft);
}

/** A service is had everywhere: listing it is no mistake, it goes with the first parcel anyway. */
function allocatedAt(state: KnownOrder, sku: Sku, location: LocationCode): number {
  if (state.phase !== "open") return 0; // What is held for an order that is not paid is reserved, not allocated.
  let units = 0;
  for (const i of linesOf(state.placed, sku)) {
    const { service, cancelled, claims } = state.lines[i]!;
    if (service) units += state.placed.lines[i]!.quantity - cancelled;
    units += unitsOf(claims.filter((claim) => claim.location === location));
  }
  return units;
}

/** The lines that ask for more than is allocated there, where earlier ones of the same SKU have taken theirs. */
function notAllocated(
  { lines, location }: Pick<ShipOrder, "lines" | "location">,
  allocatedBySku: ReadonlyMap<Sku, number>,
): Rejection<OrderRefusal> | undefined {
  const left = new Map(allocatedBySku);
  const errors = lines.flatMap(({ sku, quantity: requested }, i) => {
    const allocated = Math.min(requested, left.get(sku)!);
    left.set(sku, left.get(sku)! - allocated);
    if (allocated === requested) return [];
    const detail = `Only ${allocated} of ${requested} are allocated at ${location}`;
    return [{ pointer: `/lines/${i}/quantity`, detail, sku, requested, allocated }];
  });
  if (errors.length === 0) return undefined;
  const detail = `Cannot ship the parcel: ${
    someLines(errors.length, "asks", "ask")
  } for more than is allocated`;
  return { reason: "not-allocated", detail, errors: errors.slice(0, errorsMax) };
}
/** Refusals are remembered for ever. */
const errorsMax = 100;

/** What each hold has to bind, oldest attempts first. */
function planOf(state: KnownOrder, wanted: ReadonlyMap<Sku, number>, location: LocationCode): Awaited[] {
  const awaited: Awaited[] = [];
  for (const [sku, quantity] of wanted) {
    const holds = new Map<number, number>();
    for (const i of linesOf(state.placed, sku)) {
      for (const claim of state.lines[i]!.claims) {
        if (claim.location !== location) continue;
        holds.set(claim.attempt, (holds.get(claim.attempt) ?? 0) + claim.quantity);
      }
    }
    let left = quantity;
    for (const [attempt, units] of [...holds].sort(([a], [b]) => a - b)) {
      const taken = Math.min(left, units);
      left -= taken;
      if (taken > 0) awaited.push({ sku, attempt, quantity: taken });
    }
  }
  return awaited;
}

type PackAnswer = Extract<SkuAnswer, { readonly kind: "packed" | "not_packed" }>;

/** What SKUs said to a shipment: the last one decides, earlier ones are noted. */
export function hearPacked(draft: Draft, answers: readonly PackAnswer[]): void {
  const { shipping, placed } = draft.state;
  if (!shipping) return;
  const { request: { shipment }, awaited } = shipping;
  const packed: { sku: Sku; attempt: number }[] = [], short: Short[] = [];
  for (const answer of answers) {
    const { sku } = answer, attempt = attemptOf(placed.order, answer.hold);
    if (answer.shipment !== shipment || !awaited.has(awaitedKey(sku, attempt))) continue;
    if (answer.kind === "packed") packed.push({ sku, attempt });
    else short.push({ sku, attempt, allocated: answer.allocated });
  }
  const news = packed.length + short.length;
  if (news === 0) return;
  if (news < awaited.size) return record(draft, "order.shipment_answered", { shipment, packed, short });
  const allShort = [...shipping.short, ...short];
  if (allShort.length === 0) handOver(draft);
  else giveUp(draft, allShort);
}

/** Bound units cannot get lost: the order is sure of them before they leave. */
function handOver(draft: Draft): void {
  const { awaited, lines: _, fingerprint: __, ...shipment } = draft.state.shipping!.request;
  const data = { ...shipment, lines: shippedLines(draft.state, awaited, shipment.location) };
  record(draft, "order.shipped", data);
  for (const hold of awaited) {
    tell(draft, hold, { type: "shipment.hand_over", shipment: shipment.shipment });
  }
  draft.messages.push(registration(draft.state, data));
}

/** Which lines' units are in the parcel, in line order, and all services that have not gone with an earlier one. */
function shippedLines(
  state: KnownOrder,
  awaited: readonly Awaited[],
  location: LocationCode,
): OrderShipped["data"]["lines"] {
  const from = new Map<number, { attempt: number; quantity: number }[]>();
  for (const { sku, attempt, quantity } of awaited) {
    let left = quantity;
    for (const { line, parts } of claimedLines(state, sku, attempt, [{ location, quantity }])) {
      const units = unitsOf(parts);
      left -= units;
      from.set(line, [...from.get(line) ?? [], { attempt, quantity: units }]);
    }
    assert(left === 0, `Cannot ship ${quantity} of ${sku}: the order knows of ${left} fewer`);
  }
  const rows = Array.from(from, ([line, parts]) => shippedLine(state, line, unitsOf(parts), parts));
  return [...rows, ...unshippedServices(state)].sort((a, b) => a.line - b.line);
}

function unshippedServices(state: KnownOrder): ShippedLine[] {
  return state.lines.flatMap(({ service, cancelled, shipped }, i) => {
    const left = state.placed.lines[i]!.quantity - cancelled - shipped;
    return service && left > 0 ? [shippedLine(state, i + 1, left, [])] : [];
  });
}

function shippedLine(
  state: KnownOrder,
  line: number,
  quantity: number,
  from: ShippedLine["from"],
): ShippedLine {
  const { shipped } = state.lines[line - 1]!, { sku } = state.placed.lines[line - 1]!;
  return { line, sku, quantity, shipped: shipped + quantity, from };
}

/** What was bound is allocated again, and the asker is told what is short. */
function giveUp(draft: Draft, short: readonly Short[]): void {
  const { request } = draft.state.shipping!;
  const { shipment, reference } = request;
  const shorts = new Map(short.map((row) => [awaitedKey(row.sku, row.attempt), row.allocated]));
  const allocated = bySku(request.lines);
  for (const { sku, attempt, quantity } of request.awaited) {
    const missing = quantity - (shorts.get(awaitedKey(sku, attempt)) ?? quantity);
    allocated.set(sku, allocated.get(sku)! - missing);
  }
  const rejection = notAllocated(request, allocated);
  assert(rejection, `Cannot give up ${shipment}: no line of it is short`);
  record(draft, "order.shipment_failed", { shipment, reference, rejection });
  for (const hold of request.awaited) {
    if (shorts.has(awaitedKey(hold.sku, hold.attempt))) continue;
    tell(draft, hold, { type: "shipment.unpack", shipment });
  }
}
