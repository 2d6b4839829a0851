import { describe, expect, test } from "vitest";
import { actorId } from "../ids.ts";
import { returnLimits } from "../return/return.ts";
import { LON, startMs } from "./citizens.ts";
import { comeBack, endReturn, grade, returnOf, sendBack } from "./return_calls.ts";
import { audited, lines, raced, read, refusal, RET, returned, shop } from "./return_specs.ts";

describe("a return ends", () => {
  test("cancelled, as long as nothing has come: its units may be returned again", () => {
    const town = shop(sendBack(1, [["A", 3]]));
    expect(town.call(endReturn(RET, "cancel"))).toMatchObject(returned("cancelled"));
    expect(town.call(comeBack(RET, [["A", 1]]))).toMatchObject(refusal("return-closed"));
    town.call(sendBack(1, [["A", 3]], "r2"));
    town.call(comeBack(returnOf(1, "r2"), [["A", 1]]));
    expect(town.call(endReturn(returnOf(1, "r2"), "cancel"))).toMatchObject(refusal("return-received"));
    audited(town);
  });

  test("settled, once all that came is graded: what never came may be returned again", () => {
    const town = shop(sendBack(1, [["A", 3]]), comeBack(RET, [["A", 1]]));
    expect(town.call(endReturn(RET, "settle"))).toMatchObject(refusal("return-ungraded"));
    town.call(grade(RET, [["A", 1, "A", "restock"]]));
    const settled = town.call(endReturn(RET, "settle", "later"));
    expect(settled).toMatchObject(returned("settled"));
    expect(town.call(endReturn(RET, "settle", "later"))).toEqual({ ...settled, replayed: true });
    expect(town.call(sendBack(1, [["A", 3]], "r2"))).toMatchObject(
      refusal("exceeds-shipped", { returnable: 2 }),
    );
    expect(lines(town)).toEqual([1, 0, 0]);
    audited(town);
  });

  test("expired, when nothing of it came in time", () => {
    const town = shop(sendBack(1, [["A", 3]])), other = sendBack(1, [["B", 1]], "r2");
    town.call(other);
    town.call(comeBack(returnOf(1, "r2"), [["B", 1]]));
    town.advance(startMs + returnLimits.authorisedMsMax);
    expect(read(town)).toMatchObject(returned("expired"));
    expect(read(town, returnOf(1, "r2"))).toMatchObject(returned("received"));
    audited(town);
  });
});

test("the order's history tells the whole of it, with who did what", () => {
  const town = shop(
    sendBack(1, [["A", 3]]),
    comeBack(RET, [["A", 2]]),
    grade(RET, [["A", 2, "B", "restock_as", "A-open"]]),
    endReturn(RET, "settle"),
  );
  const told = town.events.get(actorId("order", "ord_1"))!.filter(({ type }) => type.includes("return"));
  expect(told).toMatchObject([
    { type: "order.return_requested", data: { return: RET, reason: "too small", by: "key_1" } },
    { type: "order.return_authorised", data: { return: RET } },
    {
      type: "order.return_received",
      data: { location: LON, by: "key_1", lines: [{ line: 1, returned: 2 }] },
    },
    { type: "order.return_graded", data: { by: "key_1", lines: [{ grade: "B", restockAs: "A-open" }] } },
    {
      type: "order.return_ended",
      data: { status: "settled", lines: [{ line: 1, quantity: 1, returning: 2 }] },
    },
  ]);
});

test("races for the same units give each back once, whatever comes first", () => {
  const race = [
    sendBack(1, [["A", 2]], "r1"),
    sendBack(1, [["A", 2]], "r2"),
    comeBack(returnOf(1, "r1"), [["A", 2]], "x"),
    comeBack(returnOf(1, "r1"), [["A", 1]], "y"),
    grade(returnOf(1, "r1"), [["A", 1, "A", "restock"], ["A", 1, "B", "restock_as", "A-open"]]),
    endReturn(returnOf(1, "r1"), "settle"),
  ];
  expect(raced(race)).toEqual(
    expect.arrayContaining([
      "1 accepted",
      "1 exceeds-shipped",
      "2 accepted",
      "3 exceeds-authorised",
      "4 accepted",
    ]),
  );
});
