import fc from "fast-check";
import type {
  AdjustStock,
  CancelOrder,
  DescribeSku,
  PlaceOrder,
  ReceiveGoods,
  RecordPayment,
  ScanInput,
  ScanParcel,
  ShipOrder,
} from "../commands.ts";
import { actorId, type LocationCode, type OrderId, type ShipmentId, type Sku } from "../ids.ts";
import type { TrackingStatus } from "../parcel/status.ts";
import type { Call } from "./town.ts";

/** What happens in a town: short ways to say it, and ways to make it up. */
export const startMs = Date.UTC(2011, 11, 1, 8, 0);
export const LON = "LON1" as LocationCode;
export const MAN = "MAN1" as LocationCode;
export const orderOf = (number: string | number) => `ord_${number}` as OrderId;
export const skuOf = (code: string) => code as Sku;

type Lines = readonly (readonly [sku: string, quantity: number])[];
const linesOf = (lines: Lines) => lines.map(([sku, quantity]) => ({ sku: skuOf(sku), quantity }));
const print = (...parts: readonly unknown[]) => JSON.stringify(parts);

export function buy(
  number: string | number,
  lines: Lines,
  rest: Partial<PlaceOrder> = {},
  atMs = startMs,
): Call {
  const order = orderOf(number);
  const command: PlaceOrder = {
    type: "place",
    order,
    channel: "web",
    orderNumber: String(number),
    placedAt: "2011-12-01T08:26:00Z",
    currency: "GBP",
    lines: linesOf(lines).map((line) => ({ ...line, unitPrice: "1.25", discount: "0", taxRate: "0.2" })),
    pricesIncludeTax: false,
    payment: "captured",
    holdMinutes: 10,
    stockPolicy: "reject",
    personal: false,
    fingerprint: print("buy", number, lines, rest),
    ...rest,
  };
  return { to: actorId("order", order), command, atMs };
}
export function pay(
  number: string | number,
  status: "captured" | "failed",
  reference = "p",
  atMs = startMs,
): Call {
  const command: RecordPayment = {
    type: "payment",
    status,
    reference,
    fingerprint: print(status, reference),
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
export function cancel(number: string | number, lines?: Lines, request = "c", atMs = startMs): Call {
  const command: CancelOrder = {
    type: "cancel",
    reason: "changed my mind",
    request,
    fingerprint: print("cancel", lines),
    ...(lines && { lines: linesOf(lines) }),
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
/** A parcel leaves, from London and under a number of its own unless said otherwise. */
export function ship(
  number: string | number,
  lines: Lines,
  reference = "s",
  rest: Partial<ShipOrder> = {},
  atMs = startMs,
): Call {
  const command: ShipOrder = {
    type: "ship",
    shipment: `shp_${number}_${reference}` as ShipmentId,
    token: `token_${number}_${reference}`,
    reference,
    location: LON,
    carrier: "dpd",
    trackingNumber: `${number}_${reference}`,
    lines: linesOf(lines),
    fingerprint: print("ship", lines, reference, rest),
    ...rest,
  };
  return { to: actorId("order", orderOf(number)), command, atMs };
}
/** What the carrier says of a parcel: statuses with the hour in which they were scanned. */
export function scans(
  tracking: string,
  said: readonly (readonly [status: TrackingStatus, hour: number])[],
  atMs = startMs,
): Call {
  const scans = said.map(([status, hour]): ScanInput => ({
    status,
    atMs: startMs + hour * 3_600_000,
    description: status,
    carrierCode: status,
  }));
  const command: ScanParcel = { type: "scans", scans, source: "dpd" };
  return { to: actorId("parcel", `dpd:${tracking}`), command, atMs };
}
export function look(number: string | number, atMs = startMs): Call {
  return { to: actorId("order", orderOf(number)), command: { type: "read" }, atMs };
}
export function receive(reference: string, lines: Lines, location = LON, atMs = startMs): Call {
  const command: ReceiveGoods = {
    type: "receipt",
    location,
    reference,
    lines: linesOf(lines),
    fingerprint: print("receipt", lines),
  };
  return { to: actorId("stockdoc", `${location}:${reference}`), command, atMs };
}
export function adjust(reference: string, lines: Lines, force = false, location = LON, atMs = startMs): Call {
  const command: AdjustStock = {
    type: "adjustment",
    location,
    reference,
    reason: "count",
    force,
    lines: linesOf(lines).map(({ sku, quantity: delta }) => ({ sku, delta })),
    fingerprint: print("adjustment", lines, force),
  };
  return { to: actorId("stockdoc", `${location}:${reference}`), command, atMs };
}
export function describeSku(sku: string, rest: Partial<DescribeSku>, atMs = startMs): Call {
  const command: DescribeSku = {
    type: "describe",
    description: sku,
    stocked: true,
    safetyStock: {},
    backorderLimit: null,
    ...rest,
  };
  return { to: actorId("sku", sku), command, atMs };
}

/** `POST` is a service; `C` may be sold short by 4 at most. */
export const founding: readonly Call[] = [
  describeSku("POST", { stocked: false }),
  describeSku("C", { backorderLimit: 4, safetyStock: { [LON]: 1 } }),
  receive("founding", [["A", 8], ["B", 5], ["C", 6]]),
  receive("founding", [["A", 4], ["C", 2]], MAN),
];

const goods = fc.constantFrom("A", "B", "C");
const units = fc.integer({ min: 1, max: 6 });
const places = fc.constantFrom(LON, MAN);
const number = fc.integer({ min: 1, max: 5 });
/** Mostly one of its own; now and then one that was used before. */
const reference = fc.oneof({ weight: 6, arbitrary: fc.uuid() }, {
  weight: 1,
  arbitrary: fc.constant("used"),
});
const stockLines = fc.uniqueArray(fc.tuple(goods, units), {
  minLength: 1,
  maxLength: 3,
  selector: ([sku]) => sku,
});
const orderLines = fc.array(fc.tuple(fc.constantFrom("A", "A", "B", "C", "POST"), units), {
  minLength: 1,
  maxLength: 4,
});
const cancelLines = fc.array(fc.tuple(goods, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 2 });

const buying = fc.record({
  number,
  lines: orderLines,
  payment: fc.constantFrom("captured" as const, "pending" as const),
  stockPolicy: fc.constantFrom("reject" as const, "ship_available" as const, "backorder" as const),
}).map(({ number, lines, ...rest }) => buy(number, lines, rest));
const paying = fc.tuple(
  number,
  fc.constantFrom("captured" as const, "captured" as const, "failed" as const),
  reference,
)
  .map(([number, status, reference]) => pay(number, status, reference));
const cancelling = fc.tuple(number, fc.option(cancelLines, { nil: undefined, freq: 3 }), reference)
  .map(([number, lines, request]) => cancel(number, lines, request));
/** Few numbers, so that scans meet parcels and now and then two orders name one. */
const tracking = fc.constantFrom("P1", "P2", "P3", "P4", "P5", "P6");
const shipLines = fc.array(
  fc.tuple(fc.constantFrom("A", "A", "B", "C", "POST"), fc.constantFrom(1, 1, 2, 3)),
  { minLength: 1, maxLength: 2 },
);
const shipping = fc.tuple(
  number,
  shipLines,
  reference,
  fc.record({ location: fc.constantFrom(LON, LON, MAN), trackingNumber: tracking }),
).map((of) => ship(...of));
const said = fc.constantFrom<TrackingStatus>(
  "in_transit",
  "out_for_delivery",
  "delivered",
  "delivered",
  "exception",
);
const scanning = fc.tuple(
  tracking,
  fc.array(fc.tuple(said, fc.nat({ max: 4 })), { minLength: 1, maxLength: 4 }),
)
  .map((of) => scans(...of));
const receiving = fc.tuple(reference, stockLines, places).map(([ref, lines, at]) => receive(ref, lines, at));
const adjusting = fc.tuple(reference, stockLines, fc.boolean(), places).map(([ref, lines, force, at]) =>
  adjust(ref, lines.map(([sku, quantity]) => [sku, 2 - quantity] as const), force, at)
);

/** A sale that goes well, unless a count of one of its SKUs gets in between. */
const selling: fc.Arbitrary<readonly Call[]> = fc.tuple(
  fc.integer({ min: 6, max: 12 }),
  fc.uniqueArray(fc.tuple(goods, fc.constantFrom(1, 1, 2)), {
    minLength: 1,
    maxLength: 3,
    selector: ([sku]) => sku,
  }),
  fc.uuid(),
  tracking,
  fc.constantFrom("ship", "ship", "count first", "count after"),
).map(([number, lines, reference, trackingNumber, how]) => {
  const sold = buy(number, [...lines, ["POST", 1]]);
  const left = ship(number, lines, reference, { trackingNumber });
  const counted = adjust(reference, lines.slice(-1).map(([sku]) => [sku, -4] as const), true);
  if (how === "ship") return [sold, left];
  return how === "count first" ? [sold, counted, left] : [sold, left, counted];
});

const happening: fc.Arbitrary<Call> = fc.oneof(
  { weight: 5, arbitrary: buying },
  { weight: 4, arbitrary: paying },
  { weight: 3, arbitrary: cancelling },
  { weight: 5, arbitrary: shipping },
  { weight: 2, arbitrary: scanning },
  { weight: 1, arbitrary: receiving },
  { weight: 3, arbitrary: adjusting },
);

/** Now and then a few minutes pass, so that deadlines fall in between. */
export const story: fc.Arbitrary<readonly Call[]> = fc.array(
  fc.tuple(
    fc.oneof({ weight: 5, arbitrary: happening.map((call) => [call]) }, { weight: 1, arbitrary: selling }),
    fc.constantFrom(0, 0, 0, 1, 6),
  ),
  { minLength: 1, maxLength: 40, size: "max" },
).map((steps) => {
  let atMs = startMs;
  return steps.flatMap(([calls, minutes]) => {
    atMs += minutes * 60_000;
    return calls.map((call) => ({ ...call, atMs }));
  });
});
