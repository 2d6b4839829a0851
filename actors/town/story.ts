import fc from "fast-check";
import type { TrackingStatus } from "../parcel/status.ts";
import { adjust, buy, cancel, LON, MAN, pay, receive, scans, ship, startMs } from "./citizens.ts";
import { comeBack, endReturn, grade, type Judged, returnOf, sendBack } from "./return_calls.ts";
import type { Call } from "./town.ts";

/** What happens in a town, made up. */
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
  returnWindowMs: fc.constantFrom(1, 60_000, 30 * 86_400_000, undefined),
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

const backLines = fc.array(fc.tuple(fc.constantFrom("A", "A", "B", "C", "POST"), fc.constantFrom(1, 1, 2)), {
  minLength: 1,
  maxLength: 2,
});
const judged: fc.Arbitrary<Judged> = fc.tuple(
  goods,
  fc.constantFrom(1, 1, 2),
  fc.constantFrom<readonly [Judged[2], Judged[3], string?]>(
    ["A", "restock"],
    ["A", "restock"],
    ["B", "restock_as", "A-open"],
    ["C", "refurbish"],
    ["D", "scrap"],
    ["Q", "quarantine"],
  ),
).map(([sku, quantity, [grade, disposition, as]]) =>
  as === undefined ? [sku, quantity, grade, disposition] : [sku, quantity, grade, disposition, as]
);
/** Anything about a return, whether there is one or not. */
const returning: fc.Arbitrary<readonly Call[]> = fc.tuple(
  number,
  fc.constantFrom("r1", "r2"),
  reference,
  backLines,
  fc.array(judged, { minLength: 1, maxLength: 2 }),
  fc.constantFrom("send", "send", "come", "come", "grade", "grade", "cancel", "settle"),
).map(([number, name, request, lines, found, what]) => {
  const id = returnOf(number, name);
  if (what === "send") return [sendBack(number, lines, name)];
  if (what === "come") return [comeBack(id, lines, request, LON)];
  if (what === "grade") return [grade(id, found, request)];
  return [endReturn(id, what === "cancel" ? "cancel" : "settle", request)];
});
/** A sale that is delivered, and of which some comes back. */
const regretting: fc.Arbitrary<readonly Call[]> = fc.tuple(
  fc.integer({ min: 13, max: 16 }),
  fc.uuid(),
  fc.constantFrom(1, 2),
  places,
  judged,
).map(([number, name, quantity, at, [, , ...how]]) => {
  const id = returnOf(number, name), lines = [["A", quantity]] as const;
  return [
    buy(number, [["A", 2]], { returnWindowMs: (number % 2) * 30 * 86_400_000 + 60_000 }),
    ship(number, [["A", 2]], "s", { trackingNumber: `R${number}` }),
    scans(`R${number}`, [["delivered", 0]]),
    sendBack(number, lines, name),
    comeBack(id, lines, "in", at),
    grade(id, [["A", 1, ...how]]),
    endReturn(id, "settle"),
  ];
});

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
    fc.oneof({ weight: 5, arbitrary: happening.map((call) => [call]) }, { weight: 1, arbitrary: selling }, {
      weight: 1,
      arbitrary: regretting,
    }, { weight: 1, arbitrary: returning }),
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
