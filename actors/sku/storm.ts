import fc from "fast-check";
import type { SkuCommand } from "./sku_commands.ts";
import type { Bucket } from "./sku_events.ts";
import {
  adjustCommit,
  adjustHold,
  adjustRelease,
  allocate,
  bind,
  commit,
  describeSku,
  gradeReturned,
  handOver,
  hold,
  leave,
  LON,
  MAN,
  pack,
  pick,
  pickShort,
  receive,
  receiveReturned,
  release,
  restockReturned,
  unbind,
  unpack,
  unpick,
} from "./specs.ts";

const order = fc.constantFrom("A", "B", "C");
const quantity = fc.constantFrom(1, 1, 1, 2, 2, 3, 5);
const place = fc.constantFrom(LON, MAN);
const bucket = fc.constantFrom<Bucket>("sellable", "qualityControl", "damaged", "quarantine", "refurbish");
const scan = fc.tuple(order, quantity, place);

/** Asked twice, each of these is asked once. */
export const repeatable: fc.Arbitrary<SkuCommand> = fc.oneof(
  fc.tuple(order, fc.constantFrom(10, 30), fc.constant("queue" as const)).map((of) => hold(...of)),
  fc.tuple(order, quantity, fc.constantFrom("refuse", "take_less", "queue")).map((of) => hold(...of)),
  order.map(commit),
  order.map(commit),
  order.map((of) => release(of, { answer: true })),
  fc.record({
    safetyStock: fc.nat({ max: 4 }),
    backorderLimit: fc.option(fc.nat({ max: 8 })),
    stocked: fc.integer({ max: 9, min: 0 }).map((n) => n > 0),
  }).map(describeSku),
  fc.record({ type: fc.constant("location"), location: place, priority: fc.option(fc.nat({ max: 2 })) }),
  fc.tuple(quantity, fc.boolean()).map((of) => adjustHold(...of)),
  fc.constant(adjustRelease()),
  order.map((of) => handOver(of)),
  scan.map(([of, quantity, at]) => bind(of, quantity, undefined, at)),
  order.map((of) => unbind(of)),
  order.map((of) => leave(of)),
  fc.tuple(order, quantity, fc.boolean(), place).map((of) => allocate(...of)),
  fc.record({
    type: fc.constant("set_aside"),
    aside: fc.constantFrom("H1", "count-LON"),
    location: fc.constant(LON),
    quantity,
    reason: fc.constant("manual"),
  }),
  fc.record({ type: fc.constant("lift"), aside: fc.constantFrom("H1", "count-LON", "count-MAN") }),
  fc.record({
    type: fc.constant("supply"),
    supply: fc.constant("PO1"),
    location: place,
    quantity: fc.nat({ max: 6 }),
    etaMs: fc.constant(null),
    promisable: fc.boolean(),
  }),
  fc.constant({ type: "offer" }),
);

const scans: fc.Arbitrary<SkuCommand> = fc.oneof(
  scan.map((of) => pick(...of)),
  scan.map((of) => unpick(...of)),
  scan.map((of) => pickShort(...of)),
  scan.map(([of, quantity, at]) => pack(of, quantity, "P1", at)),
  scan.map(([of, quantity, at]) => unpack(of, quantity, "P1", at)),
);

const goods: fc.Arbitrary<SkuCommand> = fc.oneof(
  fc.tuple(quantity, place, fc.option(fc.nat({ max: 2 }))).map((of) => receive(...of)),
  fc.tuple(fc.constantFrom(-20, -10, -5, -2, -1, 1, 3), fc.boolean()).map((of) => adjustCommit(...of)),
  fc.tuple(order, quantity).map(([of, quantity]) =>
    release(of, { quantity, answer: true, reason: "expired" })
  ),
  fc.record({
    type: fc.constant("arrive"),
    doc: fc.constant("D3"),
    supply: fc.constant("PO1"),
    location: place,
    quantity,
    bucket: fc.constantFrom("sellable", "qualityControl"),
  }),
  fc.record({
    type: fc.constant("qc.fail"),
    location: place,
    quantity,
    reference: fc.constant("Q"),
    grade: fc.constant("D"),
    to: fc.constantFrom("damaged", "quarantine", "refurbish"),
  }),
  fc.record({ type: fc.constant("qc.pass"), location: place, quantity, reference: fc.constant("Q") }),
  fc.tuple(quantity, place).map((of) => receiveReturned(...of)),
  fc.tuple(quantity, fc.option(bucket), place).map((of) => gradeReturned(...of)),
  fc.tuple(quantity, place).map((of) => restockReturned(...of)),
);

const corrections: fc.Arbitrary<SkuCommand> = fc.oneof(
  fc.record({
    type: fc.constant("count"),
    count: fc.constant("C1"),
    location: place,
    bucket,
    counted: fc.nat({ max: 4 }),
    expected: fc.nat({ max: 12 }),
  }),
  fc.record({
    type: fc.constant("adjust"),
    doc: fc.constant("D4"),
    location: place,
    bucket,
    delta: fc.integer({ min: -5, max: 5 }),
    reason: fc.constant("scrap"),
  }),
  fc.record({
    type: fc.constant("move"),
    location: place,
    quantity,
    from: bucket,
    to: bucket,
    reason: fc.constant("recall"),
    reference: fc.constant("M"),
  }),
  fc.record({
    type: fc.constant("transfer.dispatch"),
    transfer: fc.constant("T1"),
    location: fc.constant(LON),
    to: fc.constant(MAN),
    quantity,
    etaMs: fc.constant(null),
    hold: order.map((of) => hold(of, 1).hold),
  }, { requiredKeys: ["type", "transfer", "location", "to", "quantity", "etaMs"] }),
  fc.record({
    type: fc.constant("transfer.receive"),
    transfer: fc.constant("T1"),
    quantity,
    bucket: fc.constantFrom("sellable", "qualityControl"),
  }),
  fc.record({
    type: fc.constantFrom("kit.assemble", "kit.break"),
    kit: fc.constant("K"),
    role: fc.constantFrom("component", "kit"),
    location: place,
    quantity,
  }),
);

/** A parcel some way on its way out; alone, chance would hardly take an order so far. */
const parcel: fc.Arbitrary<readonly SkuCommand[]> = fc.tuple(
  order,
  quantity,
  place,
  fc.integer({ min: 3, max: 5 }),
)
  .map(([of, quantity, at, steps]) =>
    [
      receive(quantity, at),
      hold(of, quantity),
      commit(of),
      pick(of, quantity, at),
      pack(of, quantity, "P1", at),
    ].slice(0, steps)
  );

/** A shipment that is asked for and does, or does not, come about. */
const shipment: fc.Arbitrary<readonly SkuCommand[]> = fc.tuple(order, quantity, place, fc.boolean()).map((
  [of, quantity, at, whole],
) => [
  receive(quantity, at),
  hold(of, quantity),
  commit(of),
  bind(of, quantity, undefined, at),
  whole ? leave(of) : unbind(of),
]);

/** Some of what is dispatched arrives. */
const transfer: fc.Arbitrary<readonly SkuCommand[]> = quantity.map((quantity) => [
  receive(quantity),
  { type: "transfer.dispatch", transfer: "T1", location: LON, to: MAN, quantity, etaMs: null },
  { type: "transfer.receive", transfer: "T1", quantity: 1, bucket: "sellable" },
]);

const one = (commands: fc.Arbitrary<SkuCommand>) => commands.map((command) => [command]);

/** Anything that may be asked of a SKU, in any sequence. */
export const storm: fc.Arbitrary<readonly SkuCommand[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: one(repeatable) },
    { weight: 3, arbitrary: one(goods) },
    { weight: 4, arbitrary: one(scans) },
    { weight: 2, arbitrary: one(corrections) },
    { weight: 2, arbitrary: parcel },
    { weight: 2, arbitrary: shipment },
    { weight: 1, arbitrary: transfer },
  ),
  { minLength: 5, maxLength: 50, size: "max" },
).map((parts) => parts.flat());
