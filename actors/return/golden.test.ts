import { describe, expect, test } from "vitest";
import { fold, throughJson } from "../testing/given.ts";
import { GoldenFiles } from "../testing/golden.ts";
import { orderReturn } from "./return.ts";
import { type ReturnEvent, returnEventVersions } from "./return_events.ts";

const golden = new GoldenFiles(new URL("./golden/", import.meta.url));
const read = (name: string) => golden.read(`order_return.${name}`, 1) as ReturnEvent;
/** The golden receipt is the first operation; the grading that follows it asks the same location. */
const locatedAgain = (): ReturnEvent => {
  const event = read("located");
  if (event.type !== "order_return.located") throw new Error(`Cannot go on: ${event.type} is golden instead`);
  return { ...event, data: { ...event.data, operation: 2 } };
};
/** As it is written where the parcel is known in which the goods travel. */
const inParcel = (event: ReturnEvent): ReturnEvent => {
  if (event.type !== "order_return.authorised") {
    throw new Error(`Cannot go on: ${event.type} is golden instead`);
  }
  return { ...event, data: { ...event.data, parcel: { carrier: "dpd", trackingNumber: "BACK" } } };
};

describe("golden files of a return's events", () => {
  test("there is one for each, and none has changed", () =>
    expect(golden.problems(returnEventVersions)).toEqual([]));

  test("they are still understood", () => {
    const came = ["authorised", "receipt_asked", "located", "answered", "received"].map(read);
    const known = fold(orderReturn, orderReturn.initial("ret_GOLDEN"), [
      inParcel(read("authorised")),
      read("parcel_moved"),
    ]);
    expect(orderReturn.answer(known)).toMatchObject({
      ok: true,
      value: { status: "in_transit", parcel: { carrier: "dpd", subStatus: "accepted" } },
    });
    const judged = ["restock_asked", "graded", "refused", "ended"].map(read);
    const state = fold(orderReturn, orderReturn.initial("ret_GOLDEN"), [
      ...came,
      read("grading_asked"),
      locatedAgain(),
      ...judged,
    ]);
    expect(orderReturn.answer(state)).toMatchObject({
      ok: true,
      value: {
        status: "settled",
        lines: [
          { sku: "85123A", quantity: 4, received: 3, ungraded: 1 },
          { sku: "22423", quantity: 1, received: 1, ungraded: 1 },
        ],
        graded: [{ sku: "85123A", quantity: 2, disposition: "restock_as", restockAs: "85123A-B" }],
      },
    });
    expect(orderReturn.answer(state, "r2")).toMatchObject({
      ok: false,
      rejection: { reason: "not-in-quality-control" },
    });
    expect(orderReturn.answer(state, "r3")).toMatchObject({
      ok: false,
      rejection: { reason: "return-ungraded" },
    });
    expect(orderReturn.encode(orderReturn.decode(throughJson(orderReturn.encode(state)))))
      .toEqual(orderReturn.encode(state));
  });
});
