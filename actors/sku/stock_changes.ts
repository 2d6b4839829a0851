import type { LocationCode } from "../ids.ts";
import type { Part } from "../protocol.ts";
import type { SkuEvent } from "./sku_events.ts";

/** What is counted of a SKU at each location, in the sequence of the rows' columns. */
export const stockCounters = [
  "sellable",
  "qualityControl",
  "quarantine",
  "refurbish",
  "damaged",
  "reserved",
  "allocated",
  "picked",
  "packed",
  "held",
  "incoming",
  "safetyStock",
] as const;
export type StockCounter = (typeof stockCounters)[number];

export interface StockChange {
  readonly location: LocationCode;
  readonly counter: StockCounter;
  readonly delta: number;
}

/**
 * What an event does to the counters of each location, from the event alone: the actor's own fold, the projections and the edge's
 * memory view all add up exactly this. `backordered` belongs to no location: see `backorderedChange`.
 */
export function stockChanges(event: SkuEvent): readonly StockChange[] {
  const change = changesOf[event.type] as (data: SkuEvent["data"]) => readonly StockChange[];
  return change(event.data);
}

/** What an event does to the SKU's number of units that are queued for orders. */
export function backorderedChange(event: SkuEvent): number {
  switch (event.type) {
    case "backorder.queued":
      return event.data.quantity;
    case "backorder.dequeued":
      return -event.data.quantity;
    case "backorder.filled":
      return -event.data.parts.reduce((sum, part) => sum + part.quantity, 0);
    default:
      return 0;
  }
}

type ChangesOf = {
  readonly [Type in SkuEvent["type"]]: (
    data: Extract<SkuEvent, { readonly type: Type }>["data"],
  ) => readonly StockChange[];
};

const nothing: readonly StockChange[] = [];

/** A missing event type does not compile. */
const changesOf: ChangesOf = {
  "sku.described": () => nothing,
  "safety_stock.revised": ({ levels }) =>
    levels.map(({ location, delta }) => ({ location, counter: "safetyStock", delta })),
  "location.revised": () => nothing,
  "supply.expected": (data) => [at(data, "incoming")],
  "supply.revised": ({ location, delta }) => [{ location, counter: "incoming", delta }],
  "goods.received": (data) =>
    data.expected === undefined
      ? [at(data, data.bucket)]
      : [at(data, data.bucket), minus(data.location, "incoming", data.expected.quantity)],
  "qc.passed": (data) => move(data, "qualityControl", "sellable"),
  "qc.failed": (data) => move(data, "qualityControl", data.to),
  "stock.reserved": ({ parts }) => gain(parts, "reserved"),
  "reservation.released": ({ parts }) => lose(parts, "reserved"),
  "reservation.expired": ({ parts }) => lose(parts, "reserved"),
  "reservation.confirmed": ({ parts }) => [...lose(parts, "reserved"), ...gain(parts, "allocated")],
  "stock.allocated": ({ parts }) => gain(parts, "allocated"),
  "allocation.released": ({ parts }) => lose(parts, "allocated"),
  "units.picked": (data) => move(data, "allocated", "picked"),
  "units.unpicked": (data) => move(data, "picked", "allocated"),
  "pick.short": (data) => move(data, "allocated", "held"),
  "parcel.packed": (data) => move(data, "picked", "packed"),
  "parcel.unpacked": (data) => move(data, "packed", "picked"),
  "stock.packed": (data) => move(data, "allocated", "packed"),
  "stock.unpacked": (data) => move(data, "packed", "allocated"),
  "parcel.handed_over": ({ location, quantity }) => [
    minus(location, "packed", quantity),
    minus(location, "sellable", quantity),
  ],
  "backorder.queued": () => nothing,
  "backorder.filled": ({ parts, claim }) => gain(parts, claim),
  "backorder.dequeued": () => nothing,
  "transfer.dispatched": ({ location, quantity, to, claim }) => [
    ...(claim === null ? nothing : [minus(location, "allocated", quantity)]),
    minus(location, "sellable", quantity),
    { location: to, counter: "incoming", delta: quantity },
  ],
  "transfer.received": (data) => move(data, "incoming", data.bucket),
  "return.received": (data) => [at(data, "qualityControl")],
  "return.graded": (data) =>
    data.to === null
      ? [minus(data.location, "qualityControl", data.quantity)]
      : move(data, "qualityControl", data.to),
  "count.posted": ({ location, bucket, delta }) => [{ location, counter: bucket, delta }],
  "stock.adjusted": ({ location, bucket, delta }) => [{ location, counter: bucket, delta }],
  "stock.moved": (data) => move(data, data.from, data.to),
  "stock.held": (data) => [at(data, "held")],
  "hold.lifted": ({ location, quantity }) => [minus(location, "held", quantity)],
  "kit.assembled": (data) => [
    data.role === "kit" ? at(data, "sellable") : minus(data.location, "sellable", data.quantity),
  ],
  "kit.broken": (data) => [
    data.role === "kit" ? minus(data.location, "sellable", data.quantity) : at(data, "sellable"),
  ],
  "stock.shortfall_detected": () => nothing,
  "claim.lost": ({ parts, claim }) => lose(parts, claim),
};

function at({ location, quantity }: Part, counter: StockCounter): StockChange {
  return { location, counter, delta: quantity };
}

function minus(location: LocationCode, counter: StockCounter, quantity: number): StockChange {
  return { location, counter, delta: -quantity };
}

function move({ location, quantity }: Part, from: StockCounter, to: StockCounter): readonly StockChange[] {
  if (from === to) return nothing;
  return [minus(location, from, quantity), { location, counter: to, delta: quantity }];
}

function gain(parts: readonly Part[], counter: StockCounter): readonly StockChange[] {
  return parts.map((part) => at(part, counter));
}

function lose(parts: readonly Part[], counter: StockCounter): readonly StockChange[] {
  return parts.map(({ location, quantity }) => minus(location, counter, quantity));
}
