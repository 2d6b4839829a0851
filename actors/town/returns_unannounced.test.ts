import { describe, expect, test } from "vitest";
import { actorId, type ShipmentId } from "../ids.ts";
import { returnLimits } from "../return/return.ts";
import type { Arrival } from "../return/return_commands.ts";
import { LON, look, MAN, scans, startMs } from "./citizens.ts";
import { bringBack, comeBack, endReturn, grade, returnOf, sendBack } from "./return_calls.ts";
import { audited, lines, raced, read, refusal, RET, returned, shop, stock } from "./return_specs.ts";
import type { Town } from "./town.ts";

const shipment = "shp_1_s" as ShipmentId;
const rto: Arrival = { kind: "rto", location: LON, shipment };
const blind: Arrival = { kind: "blind", location: MAN };
const broughtBack = scans("1_s", [["in_transit", 4], ["return_to_sender", 30]]);
const historyOf = (town: Town) =>
  town.events.get(actorId("order", "ord_1"))!.map(({ type }) => type).filter((type) =>
    type.includes("return")
  );

describe("a parcel that its carrier brings back (rto)", () => {
  test("is received by being told of: in quality control, and its units are the order's", () => {
    const town = shop(broughtBack), back = bringBack(1, [["A", 3], ["B", 1]], rto);
    const answer = town.call(back);
    const arrived = { kind: "rto", location: LON, shipmentId: shipment };
    expect(answer).toMatchObject(returned("received", { returnId: RET, orderId: "ord_1", arrived }));
    expect(town.call(back)).toEqual({ ...answer, replayed: true });
    expect([stock(town, "A").qualityControl, stock(town, "B").qualityControl]).toEqual([3, 1]);
    expect(stock(town, "A").sellable).toBe(1);
    expect(lines(town)).toEqual([3, 1, 0]);
    expect(read(town)).toMatchObject(returned("received", { arrived }));
    expect(historyOf(town)).toEqual([
      "order.return_requested",
      "order.return_authorised",
      "order.return_received",
    ]);
    audited(town);
    expect(town.call(sendBack(1, [["A", 1]], "late"))).toMatchObject(
      refusal("exceeds-shipped", { returnable: 0 }),
    );
  });

  test("is graded and settled like any other; nothing more of it comes, and it is not cancelled", () => {
    const town = shop(broughtBack, bringBack(1, [["A", 3]], rto));
    expect(town.call(comeBack(RET, [["A", 1]]))).toMatchObject(
      refusal("exceeds-authorised", { expected: 0 }),
    );
    expect(town.call(endReturn(RET, "cancel"))).toMatchObject(refusal("return-received"));
    town.call(grade(RET, [["A", 3, "A", "restock"]]));
    expect(stock(town, "A")).toMatchObject({ sellable: 4, qualityControl: 0 });
    expect(town.call(endReturn(RET, "settle"))).toMatchObject(returned("settled"));
    audited(town);
  });

  test("is refused until the carrier says so, and then is taken under the same reference", () => {
    const town = shop(scans("1_s", [["in_transit", 4]])), back = bringBack(1, [["A", 3]], rto);
    expect(town.call(back)).toMatchObject(refusal("parcel-not-returned"));
    expect(read(town)).toMatchObject(refusal("unknown-return"));
    town.call(broughtBack);
    expect(town.call(back)).toMatchObject(returned("received"));
  });

  test("is refused when it is not the order's, or holds more than was shipped", () => {
    const town = shop(broughtBack), other = { ...rto, shipment: "shp_2_s" as ShipmentId };
    expect(town.call(bringBack(1, [["A", 1]], other))).toMatchObject(refusal("unknown-shipment"));
    expect(town.call(bringBack(1, [["A", 4]], rto, "more"))).toMatchObject(
      refusal("exceeds-shipped", { requested: 4, returnable: 3 }),
    );
    expect(stock(town, "A").qualityControl).toBe(0);
    audited(town);
  });
});

describe("goods without paper (blind)", () => {
  test("are received beyond what was shipped, and what was never sold; the order counts its own", () => {
    const town = shop(), back = bringBack(1, [["A", 5], ["X", 2]], blind);
    const answer = town.call(back);
    expect(answer).toMatchObject(returned("received", {
      arrived: { kind: "blind", location: MAN },
      lines: [{ sku: "A", quantity: 5 }, { sku: "X", quantity: 2 }],
    }));
    expect(town.call(back)).toEqual({ ...answer, replayed: true });
    expect([stock(town, "A", MAN).qualityControl, stock(town, "X", MAN).qualityControl]).toEqual([5, 2]);
    expect(lines(town)).toEqual([3, 0, 0]);
    expect(town.call(look(1))).toMatchObject({ ok: true, value: { lines: [{ shipped: 3 }, {}, {}] } });
    town.call(grade(RET, [["A", 5, "A", "restock"], ["X", 2, "Q", "quarantine"]]));
    expect(stock(town, "A", MAN).sellable).toBe(5);
    expect(town.call(endReturn(RET, "settle"))).toMatchObject(returned("settled"));
    audited(town);
  });

  test("may be nothing that the order knows of", () => {
    const town = shop(bringBack(1, [["X", 2]], blind));
    expect(read(town)).toMatchObject(
      returned("received", { lines: [{ sku: "X", quantity: 2, received: 2 }] }),
    );
    expect(lines(town)).toEqual([0, 0, 0]);
    expect(historyOf(town)).toContain("order.return_received");
    audited(town);
  });

  test("are there: no time passes after which they had never come", () => {
    const town = shop(bringBack(1, [["A", 1]], blind));
    town.advance(startMs + 2 * returnLimits.authorisedMsMax);
    expect(read(town)).toMatchObject(returned("received"));
    audited(town);
  });
});

test("races of announced, brought back and unknown goods count each unit once", () => {
  const race = [
    broughtBack,
    sendBack(1, [["A", 2]], "rma"),
    bringBack(1, [["A", 3]], rto, "rto"),
    bringBack(1, [["A", 2], ["B", 1]], blind, "blind"),
    comeBack(returnOf(1, "rma"), [["A", 2]]),
    grade(returnOf(1, "blind"), [["A", 2, "A", "restock"]]),
  ];
  expect(raced(race)).toEqual(expect.arrayContaining([
    "1 accepted",
    "2 accepted",
    "2 exceeds-shipped",
    "2 parcel-not-returned",
    "3 accepted",
  ]));
});
