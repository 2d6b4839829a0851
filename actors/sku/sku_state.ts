import { Map } from "immutable";
import type { HoldId, LocationCode, OrderId, Sku } from "../ids.ts";
import type { AsideReason, ClaimCounter } from "./sku_events.ts";
import type { StockCounter } from "./stock_changes.ts";

/** A copy that nobody else has seen yet. */
export type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/** The counters of one location: running totals of everything below and of what lies there. */
export interface LocationStock extends Readonly<Record<StockCounter, number>> {
  readonly location: LocationCode;
  /** Lower is chosen first; `null`: after all others; undefined: not told yet, counts as `null`. */
  readonly priority: number | null | undefined;
  /** Units, beyond the free ones, that forced adjustments in progress will take. */
  readonly over: number;
}

/** One hold's claims at one location. */
export interface ClaimPart extends Readonly<Record<ClaimCounter, number>> {
  readonly location: LocationCode;
}

export interface ParcelPart {
  readonly parcel: string;
  readonly location: LocationCode;
  readonly quantity: number;
}

/** The record that the claim counters are sums of: what one hold of an order has. Gone when nothing is left. */
export interface Claim {
  readonly hold: HoldId;
  readonly order: OrderId;
  /** 0, 1, 2 … in the sequence the claims were made: a shortfall takes the newest first. */
  readonly ordinal: number;
  /** Committed: what comes later for it is allocated, not reserved. */
  readonly firm: boolean;
  readonly parts: readonly ClaimPart[];
  readonly parcels: readonly ParcelPart[];
  /** Accepted demand without goods. */
  readonly queued: number;
  /** Its place in the queue, when `queued` > 0. */
  readonly place: number;
  readonly deadlineMs?: number;
}

/** Units set aside without an order: the record that `held` is a sum of. */
export interface Aside {
  readonly aside: string;
  readonly location: LocationCode;
  readonly quantity: number;
  readonly over: number;
  readonly reason: AsideReason;
}

/** What is still to come of a purchase order, an advice or a transfer: the record that `incoming` is a sum of. */
export interface Supply {
  readonly supply: string;
  readonly location: LocationCode;
  readonly quantity: number;
  readonly etaMs: number | null;
  readonly promisable: boolean;
}

export interface Description {
  readonly description: string;
  readonly barcode?: string;
  readonly taxCategory?: string;
  readonly weightGrams?: number;
}

/**
 * A SKU with all its locations. Everything that grows with the number of orders is an immutable map, so that a decision and its
 * fold touch one record, whatever their number.
 */
export interface SkuState {
  readonly sku: Sku;
  /** False until the first event. */
  readonly known: boolean;
  readonly description: Description | null;
  readonly stocked: boolean;
  readonly backorderLimit: number | null;
  /** In the sequence that allocation chooses: by priority, then by code. */
  readonly locations: readonly LocationStock[];
  readonly claims: Map<HoldId, Claim>;
  readonly claimsEver: number;
  /** First come, first served: place → hold. Places left empty by a cancellation are skipped once. */
  readonly queue: Map<number, HoldId>;
  readonly queueFirst: number;
  readonly queueNext: number;
  readonly backordered: number;
  readonly asides: Map<string, Aside>;
  readonly supplies: Map<string, Supply>;
}

/** Transfers are supplies with a name space of their own. */
export const transferSupply = (transfer: string): string => `transfer:${transfer}`;

export const initialSku = (key: string): SkuState => ({
  sku: key as Sku,
  known: false,
  description: null,
  stocked: true,
  backorderLimit: null,
  locations: [],
  claims: Map(),
  claimsEver: 0,
  queue: Map(),
  queueFirst: 0,
  queueNext: 0,
  backordered: 0,
  asides: Map(),
  supplies: Map(),
});

export const emptyLocation = (location: LocationCode): LocationStock => ({
  location,
  priority: undefined,
  over: 0,
  sellable: 0,
  qualityControl: 0,
  quarantine: 0,
  refurbish: 0,
  damaged: 0,
  reserved: 0,
  allocated: 0,
  picked: 0,
  packed: 0,
  held: 0,
  incoming: 0,
  safetyStock: 0,
});

/** The location's stock; all zero when the SKU never had anything there. */
export function stockAt(state: SkuState, location: LocationCode): LocationStock {
  return state.locations.find((stock) => stock.location === location) ?? emptyLocation(location);
}

export function claimed(stock: LocationStock): number {
  return stock.reserved + stock.allocated + stock.picked + stock.packed + stock.held;
}

/** What nobody claims, and no forced adjustment in progress counts on. */
export function free(stock: LocationStock): number {
  return Math.max(0, stock.sellable - claimed(stock) - stock.over);
}

/** What could be taken away when claims must give way: all but what is picked, packed or set aside. */
export function removable(stock: LocationStock): number {
  return stock.sellable - stock.picked - stock.packed - stock.held - stock.over;
}

/** What a new hold may take here. */
export function availableAt(stock: LocationStock): number {
  return Math.max(0, free(stock) - stock.safetyStock);
}

/** What the queue may take. */
export function availableInAll(state: SkuState): number {
  let sum = 0;
  for (const stock of state.locations) sum += availableAt(stock);
  return sum;
}

/** What a new hold may take: nobody overtakes the queue while it waits for its next slice. */
export function availableToNew(state: SkuState): number {
  return Math.max(0, availableInAll(state) - state.backordered);
}

/** By priority, `null` last, then by code. */
export function byPriority(a: LocationStock, b: LocationStock): number {
  const first = a.priority ?? Infinity, second = b.priority ?? Infinity;
  if (first !== second) return first < second ? -1 : 1;
  return a.location < b.location ? -1 : a.location > b.location ? 1 : 0;
}
