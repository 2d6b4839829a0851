import { describe, expect, test } from "vitest";
import { actorId } from "../ids.ts";
import { returnLimits } from "../return/return.ts";
import { delayRules } from "../parcel/delay_rules.ts";
import { look, scans, startMs } from "./citizens.ts";
import { comeBack, endReturn, returnOf, sendBack } from "./return_calls.ts";
import { audited, read, RET, returned, shop } from "./return_specs.ts";
import type { Town } from "./town.ts";

const parcel = { carrier: "dpd", trackingNumber: "BACK" };
const announced = sendBack(1, [["A", 2]], "r", parcel);
const dayMs = 86_400_000, hoursOf = (days: number) => days * 24;
const lateMs = startMs + returnLimits.authorisedMsMax - dayMs;
const movesOf = (town: Town) =>
  town.events.get(actorId("return", RET))!.filter(({ type }) => type === "order_return.parcel_moved").length;

describe("a return whose parcel is known", () => {
  test("is in transit as soon as the carrier says so, until its goods are received", () => {
    const town = shop(announced);
    expect(read(town)).toMatchObject(returned("authorised", { parcel }));
    town.call(scans("BACK", [["pre_transit", 1]]));
    expect(read(town)).toMatchObject(returned("authorised", { parcel: { status: "pre_transit" } }));
    town.call(scans("BACK", [["in_transit", 2]]));
    expect(read(town)).toMatchObject(returned("in_transit", { parcel: { ...parcel, status: "in_transit" } }));
    town.call(scans("BACK", [["delivered", 30]]));
    expect(read(town)).toMatchObject(returned("in_transit", {
      parcel: { status: "delivered", statusAt: new Date(startMs + 30 * 3_600_000).toISOString() },
    }));
    town.call(comeBack(RET, [["A", 2]]));
    expect(read(town)).toMatchObject(returned("received"));
    audited(town);
  });

  test("knows at once what was said before it was announced, and hears of nothing twice", () => {
    const said = scans("BACK", [["in_transit", 2]]), town = shop(said, announced, said, announced);
    expect(read(town)).toMatchObject(returned("in_transit"));
    expect(movesOf(town)).toBe(1);
  });

  test("does not take another parcel's word, which had the number long before", () => {
    const town = shop(scans("BACK", [["delivered", hoursOf(-30)]]), announced);
    expect(read(town)).toMatchObject(returned("authorised"));
    expect(movesOf(town)).toBe(0);
  });

  test.each([
    ["goes back to the customer", scans("BACK", [["return_to_sender", hoursOf(92)]], lateMs + dayMs)],
    ["is not heard of any more", look(1, lateMs + delayRules.expiredMs)],
  ])("does not expire while it is under way, but when it %s", (_, then) => {
    const town = shop(announced, scans("BACK", [["in_transit", hoursOf(89)]], lateMs));
    town.advance(startMs + returnLimits.authorisedMsMax);
    expect(read(town)).toMatchObject(returned("in_transit"));
    town.call(then);
    expect(read(town)).toMatchObject(returned("expired"));
    expect(town.call(sendBack(1, [["A", 3]], "r2"))).toMatchObject(returned("authorised"));
    audited(town);
  });

  test("may be cancelled, and then hears no more", () => {
    const town = shop(announced, scans("BACK", [["in_transit", 2]]));
    expect(town.call(endReturn(RET, "cancel"))).toMatchObject(returned("cancelled"));
    town.call(scans("BACK", [["delivered", 30]]));
    expect(read(town)).toMatchObject(returned("cancelled", { parcel: { status: "in_transit" } }));
    audited(town);
  });
});

test("several returns in one parcel are told, and an order's own shipments as before", () => {
  const town = shop(announced, sendBack(1, [["B", 1]], "r2", parcel));
  town.call(scans("BACK", [["in_transit", 2]]));
  for (const id of [RET, returnOf(1, "r2")]) expect(read(town, id)).toMatchObject(returned("in_transit"));
  town.call(sendBack(1, [["A", 1]], "r3", { carrier: "dpd", trackingNumber: "1_s" }));
  town.call(scans("1_s", [["in_transit", 3]]));
  expect(read(town, returnOf(1, "r3"))).toMatchObject(returned("in_transit"));
  expect(town.events.get(actorId("order", "ord_1"))!.map(({ type }) => type)).toContain("order.parcel_moved");
});
