import type { Map as ImmutableMap } from "immutable";
import type { Answer } from "../actor.ts";
import type { HoldId, LocationCode, OrderId, ReturnId, Sku } from "../ids.ts";
import type { Standing } from "../parcel/status.ts";
import type { Arrival, ReturnParcel } from "../return/return_commands.ts";
import type { Books } from "./books.ts";
import type { Deferred, Grant, OrderPlaced, OrderStockAsked, Shortage } from "./events.ts";
import type { OrderShipmentRequested, OrderShipped, Short } from "./shipping_events.ts";

/** Units of a line that lie claimed at a location, under the hold of that attempt. */
export interface Claim {
  readonly attempt: number;
  readonly location: LocationCode;
  readonly quantity: number;
}
/** Units of a line that wait for goods, under the hold of that attempt. */
export interface Queued {
  readonly attempt: number;
  readonly quantity: number;
}
/** How a line stands. What is neither cancelled, shipped, claimed, queued nor a service is *open*: no SKU answers for it. */
export interface LineState {
  readonly cancelled: number;
  readonly shipped: number;
  /** Units that returns may bring back, `returned` included. */
  readonly returning: number;
  /** Units that came back. */
  readonly returned: number;
  /** Nothing has to be claimed for it: postage, a fee. */
  readonly service: boolean;
  readonly claims: readonly Claim[];
  readonly queue: readonly Queued[];
}

/** An attempt that waits for its SKUs. */
export interface Asking {
  readonly why: "placed" | OrderStockAsked["data"]["why"];
  readonly asked: readonly { readonly sku: Sku; readonly quantity: number }[];
  readonly answers: ImmutableMap<Sku, Grant>;
}
/** A cancellation that waits for its SKUs: units by `awaitedKey`. */
export interface Cancelling {
  readonly awaited: ImmutableMap<string, number>;
}

/** A shipment that waits for its SKUs: nothing leaves before all have bound their units. */
export interface Shipping {
  readonly request: OrderShipmentRequested["data"];
  /** Units by `awaitedKey`. */
  readonly awaited: ImmutableMap<string, number>;
  readonly short: readonly Short[];
}
/** A parcel that left. Which units of which lines are in it stands in its event. */
export interface Shipment extends Omit<OrderShipped["data"], "lines"> {
  /** Which units it holds, where that is invoiced on delivery. */
  readonly toInvoice?: readonly { readonly line: number; readonly quantity: number }[];
  /** What its carrier said last; absent before the parcel was heard of. */
  readonly parcel?: Standing & { readonly atMs: number; readonly version: number };
}

/** A return that may come, or came; what is made of its goods, its own actor knows. `lines`: which units of which lines. */
export interface Return {
  readonly return: ReturnId;
  readonly reference: string;
  readonly reason: string;
  readonly atMs: number;
  readonly lines: readonly {
    readonly line: number;
    readonly sku: Sku;
    readonly quantity: number;
    readonly received: number;
  }[];
  /** Units without paper that no line counts. */
  readonly beyond?: readonly { readonly sku: Sku; readonly quantity: number }[];
  readonly parcel?: ReturnParcel;
  /** Present when nobody announced it. */
  readonly arrived?: Arrival;
  /** Its own process has said that it exists; of what was not announced, that all SKUs have it. */
  readonly begun: boolean;
  readonly ended?: "settled" | "cancelled" | "expired";
}

/** What was asked under a natural or idempotency key, and its answer once a later change has made it history. */
export interface Answered {
  readonly topic: string;
  readonly fingerprint: string;
  /** Absent while the order still stands as it did when this was decided. */
  readonly frozen?: Answer;
}

export type Phase = "reserving" | "awaiting_payment" | "open" | "expired" | "rejected";

export interface UnknownOrder {
  readonly phase: "unknown";
  readonly key: string;
}
export interface KnownOrder {
  readonly phase: Phase;
  readonly placed: OrderPlaced["data"];
  readonly lines: readonly LineState[];
  readonly payment: "captured" | "pending" | "failed";
  /** The newest attempt. */
  readonly attempt: number;
  readonly asking?: Asking;
  readonly cancelling?: Cancelling;
  readonly shipping?: Shipping;
  readonly shipments: readonly Shipment[];
  /** Absent until something is invoiced or paid back. */
  readonly books?: Books;
  /** What a payment that came after the order brought, in minor units; absent: all that it came to when it was placed. */
  readonly captured?: bigint;
  readonly returns: readonly Return[];
  /** For good: what comes back, and scans, are heard, and change that no more. */
  readonly closed?: true;
  /** A person has to decide about the open units. */
  readonly hold?: "stock_lost";
  readonly shortages?: readonly Shortage[];
  /** The topic that the work in progress will settle. */
  readonly pending?: string;
  readonly waiting: readonly Deferred[];
  readonly answers: readonly Answered[];
}
export type OrderState = UnknownOrder | KnownOrder;

export const untouched: LineState = {
  cancelled: 0,
  shipped: 0,
  returning: 0,
  returned: 0,
  service: false,
  claims: [],
  queue: [],
};

export function unitsOf(parts: readonly { readonly quantity: number }[]): number {
  let sum = 0;
  for (const part of parts) sum += part.quantity;
  return sum;
}

/** Units that no SKU answers for. */
export function openUnits(quantity: number, line: LineState): number {
  if (line.service) return 0;
  return quantity - line.cancelled - line.shipped - unitsOf(line.claims) - unitsOf(line.queue);
}

/** Units of the whole order that no SKU answers for; remembered beside the lines of a large one, which are never changed in place. */
export function openUnitsInAll(state: KnownOrder): number {
  const { lines, placed } = state;
  if (lines.length <= scanLinesMax) return sumOpen(state);
  let open = opens.get(lines);
  if (open?.of !== placed.lines) opens.set(lines, open = { of: placed.lines, units: sumOpen(state) });
  return open.units;
}
const opens = new WeakMap<
  KnownOrder["lines"],
  { readonly of: OrderPlaced["data"]["lines"]; readonly units: number }
>();

function sumOpen({ lines, placed }: KnownOrder): number {
  let open = 0;
  for (let i = 0; i < lines.length; i++) open += openUnits(placed.lines[i]!.quantity, lines[i]!);
  return open;
}

export const anyOpen = (state: KnownOrder): boolean => openUnitsInAll(state) > 0;

/** What is not cancelled. */
export function liveUnits(state: KnownOrder): number {
  let live = 0;
  state.lines.forEach((line, i) => live += state.placed.lines[i]!.quantity - line.cancelled);
  return live;
}

/** What has left, services included. */
export function shippedUnits(state: KnownOrder): number {
  let shipped = 0;
  for (const line of state.lines) shipped += line.shipped;
  return shipped;
}

/** Stock is held until a deadline. */
export function awaitsPayment(state: KnownOrder): boolean {
  return state.phase === "awaiting_payment" && state.payment === "pending" && liveUnits(state) > 0;
}

/** The order waits for SKUs; other changes wait for it. */
export function busy(state: KnownOrder): boolean {
  return state.asking !== undefined || state.cancelling !== undefined || state.shipping !== undefined;
}

export const holdId = (order: OrderId, attempt: number): HoldId => `${order}/${attempt}` as HoldId;

/** The attempt that a hold of this order belongs to; NaN for anything else. */
export function attemptOf(order: OrderId, hold: HoldId): number {
  return hold.startsWith(`${order}/`) ? Number(hold.slice(order.length + 1)) : NaN;
}

export const awaitedKey = (sku: Sku, attempt: number): string => `${attempt}:${sku}`;

const scanLinesMax = 16;
const indexes = new WeakMap<OrderPlaced["data"]["lines"], ReadonlyMap<Sku, readonly number[]>>();

/** Which lines (counted from 0) name the SKU, in order. Remembered beside large orders: it depends on their lines alone. */
export function linesOf(placed: OrderPlaced["data"], sku: Sku): readonly number[] {
  if (placed.lines.length <= scanLinesMax) {
    const found: number[] = [];
    placed.lines.forEach((line, i) => line.sku === sku && found.push(i));
    return found;
  }
  let index = indexes.get(placed.lines);
  if (!index) indexes.set(placed.lines, index = indexBySku(placed.lines));
  return index.get(sku) ?? [];
}

function indexBySku(lines: OrderPlaced["data"]["lines"]): ReadonlyMap<Sku, readonly number[]> {
  const index = new Map<Sku, number[]>();
  lines.forEach((line, i) => {
    const found = index.get(line.sku);
    if (found) found.push(i);
    else index.set(line.sku, [i]);
  });
  return index;
}

/** Quantities summed by SKU, in order of first mention. */
export function bySku(lines: readonly { readonly sku: Sku; readonly quantity: number }[]): Map<Sku, number> {
  const sums = new Map<Sku, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}

/** Every hold in which the order has units, oldest line first. */
export function holdsOf(
  state: KnownOrder,
): { readonly sku: Sku; readonly attempt: number; claimed: number; queued: number }[] {
  const holds = new Map<string, { sku: Sku; attempt: number; claimed: number; queued: number }>();
  const holdAt = (sku: Sku, attempt: number) => {
    const key = awaitedKey(sku, attempt);
    let hold = holds.get(key);
    if (!hold) holds.set(key, hold = { sku, attempt, claimed: 0, queued: 0 });
    return hold;
  };
  state.lines.forEach((line, i) => {
    const { sku } = state.placed.lines[i]!;
    for (const claim of line.claims) holdAt(sku, claim.attempt).claimed += claim.quantity;
    for (const queued of line.queue) holdAt(sku, queued.attempt).queued += queued.quantity;
  });
  return [...holds.values()];
}
