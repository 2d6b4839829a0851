import { describe, expect, test } from "vitest";
import { actorId } from "../ids.ts";
import { auditStock } from "./audit.ts";
import { buy, cancel, LON, look, MAN, receive, ship, startMs } from "./citizens.ts";
import { comeBack, endReturn, grade, sendBack } from "./return_calls.ts";
import { audited, lines, read, refusal, RET, returned, shop, stock } from "./return_specs.ts";
import { Town } from "./town.ts";

describe("a return", () => {
  test("of what was shipped is authorised at once, and the same again is the same", () => {
    const town = shop(), announced = sendBack(1, [["A", 2]]);
    const answer = town.call(announced);
    expect(answer).toMatchObject({
      ok: true,
      value: { orderId: "ord_1", returnId: RET, status: "authorised", lines: [{ sku: "A", quantity: 2 }] },
    });
    town.call(comeBack(RET, [["A", 1]]));
    expect(town.call(announced)).toEqual({ ...answer, replayed: true });
    expect(town.call(sendBack(1, [["A", 1]]))).toMatchObject(refusal("idempotency-mismatch"));
    expect(read(town)).toMatchObject(returned("received"));
  });

  test("of more than was shipped, or is in another return, is refused with what may come back", () => {
    const town = shop(sendBack(1, [["A", 2]]));
    const tooMuch = sendBack(1, [["B", 1], ["A", 2], ["C", 1]], "r2");
    const refused = refusal(
      "exceeds-shipped",
      { pointer: "/lines/1/quantity", sku: "A", requested: 2, returnable: 1 },
      { pointer: "/lines/2/quantity", sku: "C", requested: 1, returnable: 0 },
    );
    expect(town.call(tooMuch)).toMatchObject(refused);
    town.call(endReturn(RET, "cancel"));
    expect(town.call(tooMuch)).toMatchObject({ ...refused, replayed: true });
    expect(town.call(sendBack(1, [["A", 3]], "r3"))).toMatchObject(returned("authorised"));
    audited(town);
  });

  test("of an order of which nothing has left is refused, however much was bought", () => {
    const town = new Town();
    town.call(receive("R1", [["A", 4]]));
    town.call(buy(1, [["A", 3]]));
    expect(town.call(sendBack(1, [["A", 1]])))
      .toMatchObject(refusal("exceeds-shipped", { requested: 1, returnable: 0 }));
    expect(read(town)).toMatchObject(refusal("unknown-return"));
    expect(town.call(comeBack(RET, [["A", 1]]))).toMatchObject(refusal("unknown-return"));
  });

  test("of a service is refused: it does not come back", () => {
    const town = new Town();
    town.call({
      to: actorId("sku", "POST"),
      command: {
        type: "describe",
        description: "Postage",
        stocked: false,
        safetyStock: {},
        backorderLimit: 0,
      } as never,
      atMs: startMs,
    });
    town.call(receive("R1", [["A", 1]]));
    town.call(buy(1, [["A", 1], ["POST", 1]]));
    town.call(ship(1, [["A", 1]]));
    expect(town.call(sendBack(1, [["POST", 1]]))).toMatchObject(
      refusal("exceeds-shipped", { returnable: 0 }),
    );
  });
});

describe("goods that come back", () => {
  test("may come in parts and to several locations, and are in quality control there", () => {
    const town = shop(
      sendBack(1, [["A", 3]]),
      comeBack(RET, [["A", 1]]),
      comeBack(RET, [["A", 2]], "in2", MAN),
    );
    expect([stock(town, "A").qualityControl, stock(town, "A", MAN).qualityControl]).toEqual([1, 2]);
    expect(stock(town, "A").sellable).toBe(1);
    expect(lines(town)).toEqual([3, 0, 0]);
    expect(read(town)).toMatchObject(
      returned("received", { lines: [{ quantity: 3, received: 3, ungraded: 3 }] }),
    );
    audited(town);
  });

  test("are received once, however often it is said", () => {
    const town = shop(sendBack(1, [["A", 3]])), first = town.call(comeBack(RET, [["A", 1]]));
    expect(first).toMatchObject({ ok: true, value: { returnId: RET, location: LON } });
    expect(town.call(comeBack(RET, [["A", 1]]))).toEqual({ ...first, replayed: true });
    expect(town.call(comeBack(RET, [["A", 2]]))).toMatchObject(refusal("idempotency-mismatch"));
    expect(stock(town, "A").qualityControl).toBe(1);
  });

  test("are refused as a whole when they are more, or others, than was announced", () => {
    const town = shop(sendBack(1, [["A", 2]]));
    const tooMuch = comeBack(RET, [["A", 1], ["B", 1]]);
    const refused = refusal("exceeds-authorised", {
      pointer: "/lines/1/quantity",
      requested: 1,
      expected: 0,
    });
    expect(town.call(tooMuch)).toMatchObject(refused);
    expect(town.call(tooMuch)).toMatchObject({ ...refused, replayed: true });
    expect(stock(town, "A").qualityControl).toBe(0);
    town.call(comeBack(RET, [["A", 1]], "in2"));
    expect(town.call(comeBack(RET, [["A", 2]], "in3"))).toMatchObject(
      refusal("exceeds-authorised", { expected: 1 }),
    );
    audited(town);
  });

  test("are graded to where they belong, in parts", () => {
    const town = shop(sendBack(1, [["A", 3], ["B", 1]]), comeBack(RET, [["A", 3], ["B", 1]]));
    const answer = town.call(grade(RET, [["A", 1, "A", "restock"], ["A", 1, "Q", "quarantine"]]));
    expect(answer).toMatchObject({
      ok: true,
      value: { lines: [{ disposition: "restock" }, { grade: "Q" }] },
    });
    expect(stock(town, "A")).toMatchObject({ sellable: 2, quarantine: 1, qualityControl: 1 });
    expect(read(town)).toMatchObject(returned("received"));
    town.call(grade(RET, [["A", 1, "C", "refurbish"], ["B", 1, "D", "scrap"]], "g2"));
    expect(stock(town, "A")).toMatchObject({ sellable: 2, quarantine: 1, refurbish: 1, qualityControl: 0 });
    expect(stock(town, "B")).toMatchObject({ sellable: 0, qualityControl: 0, damaged: 0 });
    expect(read(town)).toMatchObject(returned("graded", { graded: [{}, {}, {}, {}] }));
    audited(town);
  });

  test("of another grade are sold as another SKU: out here, in there", () => {
    const town = shop(
      sendBack(1, [["A", 2]]),
      comeBack(RET, [["A", 1]]),
      comeBack(RET, [["A", 1]], "in2", MAN),
    );
    expect(town.call(grade(RET, [["A", 2, "B", "restock_as", "A-open"]]))).toMatchObject({ ok: true });
    expect([stock(town, "A-open").sellable, stock(town, "A-open", MAN).sellable]).toEqual([1, 1]);
    expect(stock(town, "A")).toMatchObject({ sellable: 1, qualityControl: 0 });
    audited(town);
  });

  test("are never graded twice, nor before they came", () => {
    const town = shop(sendBack(1, [["A", 3]]), comeBack(RET, [["A", 2]]));
    const tooMuch = grade(RET, [["A", 1, "A", "restock"], ["A", 2, "D", "scrap"]]);
    expect(town.call(tooMuch))
      .toMatchObject(
        refusal("exceeds-received", { pointer: "/lines/1/quantity", requested: 2, ungraded: 1 }),
      );
    expect(stock(town, "A")).toMatchObject({ sellable: 1, qualityControl: 2 });
    const first = town.call(grade(RET, [["A", 2, "A", "restock"]], "g2"));
    expect(town.call(grade(RET, [["A", 2, "A", "restock"]], "g2"))).toEqual({ ...first, replayed: true });
    expect(stock(town, "A")).toMatchObject({ sellable: 3, qualityControl: 0 });
    audited(town);
  });

  test("that are restocked serve the order that waits for them", () => {
    const town = shop();
    town.call(cancel(1));
    town.call(buy(2, [["A", 3]], { stockPolicy: "backorder" }));
    for (const call of [sendBack(1, [["A", 3]]), comeBack(RET, [["A", 3]])]) town.call(call);
    expect(town.call(look(2))).toMatchObject(returned("confirmed", { lines: [{ backordered: 2 }] }));
    town.call(grade(RET, [["A", 3, "A", "restock"]]));
    expect(town.call(look(2))).toMatchObject(returned("confirmed", { lines: [{ backordered: 0 }] }));
    audited(town);
  });

  test("that somebody moved out of quality control are not graded; the rest is, and is told", () => {
    const town = shop(sendBack(1, [["A", 2], ["B", 1]]), comeBack(RET, [["A", 2], ["B", 1]]));
    const moved = { from: "qualityControl", to: "damaged", reason: "wet", reference: "M1" };
    const command = { type: "move", location: LON, quantity: 1, ...moved };
    town.call({ to: actorId("sku", "A"), command, atMs: startMs });
    const both = grade(RET, [["A", 2, "A", "restock"], ["B", 1, "A", "restock"]]);
    expect(town.call(both)).toMatchObject(
      refusal("not-in-quality-control", { pointer: "/lines/0/quantity", requested: 2, there: 1 }),
    );
    expect([stock(town, "A").qualityControl, stock(town, "B").sellable]).toEqual([1, 1]);
    expect(read(town)).toMatchObject(returned("received", { lines: [{ ungraded: 2 }, { ungraded: 0 }] }));
    auditStock(town);
  });
});
