import { describe, test } from "vitest";
import { given } from "../testing/given.ts";
import { sku } from "./sku.ts";
import type { SkuCommand } from "./sku_commands.ts";
import {
  allocate,
  commit,
  describeSku,
  handOver,
  hold,
  level,
  LON,
  MAN,
  pack,
  part,
  pick,
  pickShort,
  receive,
  tells,
  unpack,
  unpick,
} from "./specs.ts";

describe("warehouse", () => {
  const allocated = given(sku).after(receive(10), hold("A", 4), commit("A"));
  const picked = allocated.after(pick("A", 4));
  const packed = picked.after(pack("A", 3));

  test("picks what is allocated, and back", () => {
    allocated.when(pick("A", 3)).thenEventTypes("units.picked").thenAnswers(
      level({ allocated: 1, picked: 3 }),
    )
      .and().when(unpick("A", 1)).thenEventTypes("units.unpicked").thenAnswers(
        level({ allocated: 2, picked: 2 }),
      );
  });
  test("does not pick what is not allocated there", () => {
    allocated.when(pick("A", 5)).thenRejected({ reason: "not-allocated" });
    allocated.when(pick("A", 1, MAN)).thenRejected({ reason: "not-allocated" });
    allocated.when(unpick("A", 1)).thenRejected({ reason: "not-picked" });
    given(sku).after(receive(10), hold("A", 4)).when(pick("A", 1)).thenRejected({ reason: "not-allocated" });
    allocated.when(pick("B", 1)).thenRejected({ reason: "unknown-hold" });
  });
  test("sets aside what was not found, and tells the order", () =>
    allocated.when(pickShort("A", 1)).thenEventTypes("pick.short")
      .thenAnswers(level({ sellable: 10, allocated: 3, held: 1, available: 6 }))
      .thenSends(tells("A", { kind: "lost", parts: [part(LON, 1)] }))
      .and().when({ type: "lift", aside: "count-LON" }).thenEventTypes("hold.lifted")
      .thenAnswers(level({ held: 0, available: 7 })));
  test("keeps a count task at its location", () =>
    allocated.after(receive(4, MAN), hold("B", 8), commit("B"), pickShort("A", 1))
      .when({ ...pickShort("B", 1, MAN), aside: "count-LON" }).thenRejected({ reason: "location-differs" }));
  test("packs what is picked, and back", () => {
    packed.when(pack("A", 2)).thenRejected({ reason: "not-picked" });
    packed.when(unpack("A", 3)).thenEventTypes("parcel.unpacked").thenAnswers(
      level({ picked: 4, packed: 0 }),
    );
    packed.when(unpack("A", 4)).thenRejected({ reason: "not-packed" });
    packed.when(unpack("A", 1, "P2")).thenRejected({ reason: "not-packed" });
  });
  test("hands over a parcel once: only that takes goods away", () => {
    const gone = packed.when(handOver("A"));
    gone.thenEventTypes("parcel.handed_over").thenAnswers(
      level({ sellable: 7, packed: 0, picked: 1, available: 6 }),
    );
    gone.and().when(handOver("A")).thenNothing();
    packed.when(handOver("A", "P2")).thenNothing();
  });
  test("allocates for an order that was paid elsewhere", () => {
    const reserve = given(sku).after(receive(5), describeSku({ safetyStock: 2 }));
    reserve.when(allocate("A", 3)).thenEventTypes("stock.allocated").thenAnswers(level({ allocated: 3 }))
      .and().when(allocate("A", 3)).thenNothing();
    reserve.when(allocate("A", 4)).thenRejected({ reason: "insufficient-stock" });
    reserve.when(allocate("A", 5, true)).thenEventTypes("stock.allocated");
  });
});

const supply = (quantity: number, location = LON): SkuCommand => ({
  type: "supply",
  supply: "PO1",
  location,
  quantity,
  etaMs: 9,
  promisable: true,
});
const arrive = (quantity: number, bucket: "sellable" | "qualityControl", location = LON): SkuCommand => ({
  type: "arrive",
  doc: "D3",
  supply: "PO1",
  location,
  quantity,
  bucket,
});

describe("supply", () => {
  const expected = given(sku).after(supply(10));

  test("is expected, revised, and the same again changes nothing", () => {
    expected.when(supply(10)).thenNothing();
    expected.when(supply(4)).thenEventTypes("supply.revised").thenAnswers(level({ incoming: 4, onHand: 0 }));
    expected.when(supply(0)).thenAnswers(level({ incoming: 0 })).and().when(supply(0)).thenNothing();
    expected.when(supply(4, MAN)).thenRejected({ reason: "location-differs" });
  });
  test("arrives piece by piece, and may be more than was expected", () =>
    expected.when(arrive(4, "sellable")).thenAnswers(level({ incoming: 6, sellable: 4 }))
      .and().when(arrive(7, "qualityControl")).thenAnswers(
        level({ incoming: 0, sellable: 4, qualityControl: 7 }),
      ));
  test("does not arrive elsewhere", () =>
    expected.when(arrive(1, "sellable", MAN)).thenRejected({ reason: "location-differs" }));
  test("passes quality control, or fails it", () => {
    const inspected = given(sku).after(arrive(5, "qualityControl"), hold("A", 2, "queue"));
    const qc = { location: LON, reference: "Q1" };
    inspected.when({ type: "qc.pass", quantity: 3, ...qc }).thenEventTypes("qc.passed", "backorder.filled")
      .thenAnswers(level({ qualityControl: 2, sellable: 3, reserved: 2 }));
    inspected.when({ type: "qc.fail", quantity: 3, to: "damaged", grade: "D", ...qc })
      .thenAnswers(level({ qualityControl: 2, damaged: 3, sellable: 0 }));
    inspected.when({ type: "qc.pass", quantity: 6, ...qc }).thenRejected({ reason: "not-in-bucket" });
  });
});

describe("transfer", () => {
  const dispatch = (quantity: number, order?: string): SkuCommand => ({
    type: "transfer.dispatch",
    transfer: "T1",
    location: LON,
    to: MAN,
    quantity,
    etaMs: null,
    ...(order === undefined ? {} : { hold: `${order}/1` as never }),
  });
  const receiveIt = (quantity: number): SkuCommand => ({
    type: "transfer.receive",
    transfer: "T1",
    quantity,
    bucket: "sellable",
  });
  const five = given(sku).after(receive(5));

  test("conserves the total", () =>
    five.when(dispatch(3)).thenAnswers(level({ sellable: 2 }, { incoming: 3, sellable: 0 }))
      .and().when(receiveIt(2)).thenAnswers(level({ sellable: 2 }, { incoming: 1, sellable: 2 }))
      .and().when(receiveIt(2)).thenRejected({ reason: "more-than-dispatched" }));
  test("is dispatched once", () => five.after(dispatch(3)).when(dispatch(3)).thenNothing());
  test("takes free units only, or those of its own claim", () => {
    const claimed = five.after(hold("A", 4), commit("A"));
    claimed.when(dispatch(2)).thenRejected({ reason: "insufficient-stock" });
    claimed.when(dispatch(4, "A")).thenEventTypes("transfer.dispatched").thenAnswers(
      level({ sellable: 1, allocated: 0 }, { incoming: 4 }),
    );
    claimed.when(dispatch(5, "A")).thenRejected({ reason: "not-allocated" });
    claimed.after({ type: "adjust.hold", doc: "D2", location: LON, quantity: 2, force: true })
      .when(dispatch(4, "A")).thenRejected({ reason: "not-allocated" });
    claimed.when(dispatch(1, "B")).thenRejected({ reason: "unknown-hold" });
  });
  test("of which nothing is under way is unknown", () =>
    five.when(receiveIt(1)).thenRejected({ reason: "unknown-transfer" }));
});
