import { describe, expect, test } from "vitest";
import type { Json } from "../../actors/actor.ts";
import { actorId } from "../../actors/ids.ts";
import type { LogRecord } from "../log_record.ts";
import { milestonesOf } from "./milestones.ts";

const atMs = Date.UTC(2026, 10, 22);

/** A record in which one actor says one thing. */
function said(kind: "order" | "parcel", key: string, type: string, data: Json): LogRecord {
  const entries = [{ actor: actorId(kind, key), version: 1, cause: 0, type, v: 1, data }];
  const record = { partition: 3, atMs, entries } as unknown as LogRecord["record"];
  return { sequence: 7, hash: "h", bytes: 1, storedAtMs: atMs, headers: new Map(), record };
}
const moved = (status: string, subStatus?: string, agoMs = 0) =>
  said("order", "ord_1", "order.parcel_moved", {
    ...{ shipment: "shp_1", status, atMs: atMs - agoMs, version: 1 },
    ...(subStatus !== undefined && { subStatus }),
  });
const keys = (...records: LogRecord[]) => milestonesOf(records).map(({ milestone_key }) => milestone_key);

describe("milestones", () => {
  test("an order is confirmed once, however often that is said", () => {
    const confirmed = said("order", "ord_1", "order.confirmed", { attempt: 1, lines: [] });
    expect(milestonesOf([confirmed])).toEqual([{
      ...{
        milestone_key: "ord_1/confirmed",
        subject: "ord_1",
        order_id: "ord_1",
        milestone: "confirmed",
        detail: "",
      },
      ...{ facts: { atMs }, partition: 3, sequence: 7, at: "2026-11-22T00:00:00.000Z" },
    }]);
    expect(new Set(keys(confirmed, confirmed)).size).toBe(1);
  });

  test("an order without a customer is nobody's news, until a parcel's page exists", () => {
    const placed = (personal: boolean) => said("order", "ord_1", "order.placed", { personal });
    const confirmed = said("order", "ord_1", "order.confirmed", {}),
      gone = said("order", "ord_1", "order.shipped", { shipment: "shp_1", atMs });
    expect(keys(placed(false), confirmed, gone)).toEqual(["shp_1/shipped"]);
    expect(keys(placed(true), confirmed, gone)).toEqual(["ord_1/confirmed", "shp_1/shipped"]);
  });

  test("what a carrier says is news by its status; being on the way is none", () => {
    expect(
      keys(
        moved("out_for_delivery"),
        moved("delivered", "neighbour"),
        moved("delivery_attempted", "not_home"),
      ),
    )
      .toEqual(["shp_1/out_for_delivery", "shp_1/delivered", "shp_1/attempt_failed"]);
    expect(keys(moved("available_for_pickup"))).toEqual(["shp_1/ready_for_pickup"]);
    const quiet = ["unknown", "pre_transit", "in_transit", "return_to_sender", "expired", "cancelled"];
    expect(keys(...quiet.map((status) => moved(status)))).toEqual([]);
  });

  test("that a parcel comes today is no news of days ago; that it has come is", () => {
    const dayMs = 24 * 3_600_000;
    expect(keys(moved("out_for_delivery", undefined, dayMs), moved("delivered", undefined, dayMs)))
      .toEqual(["shp_1/delivered"]);
  });

  test("each thing that goes wrong is news of its own", () => {
    expect(keys(moved("exception", "weather"), moved("exception", "lost"), moved("exception", "weather")))
      .toEqual(["shp_1/exception/weather", "shp_1/exception/lost", "shp_1/exception/weather"]);
  });

  test("a delay is news for each reason and revised day, and of the parcel", () => {
    const late = (data: Json) => said("parcel", "ups:1Z", "parcel.delayed", data);
    const slipped = { reason: "eta_slipped", sinceMs: atMs };
    const rows = milestonesOf([
      late({ ...slipped, revised: "2026-11-26" }),
      late({ ...slipped, revised: "2026-11-27" }),
      late({ reason: "no_movement", sinceMs: atMs }),
    ]);
    expect(rows.map(({ milestone_key }) => milestone_key)).toEqual([
      "ups:1Z/delayed/eta_slipped 2026-11-26",
      "ups:1Z/delayed/eta_slipped 2026-11-27",
      "ups:1Z/delayed/no_movement",
    ]);
    expect(rows[0]).toMatchObject({ order_id: null, subject: "ups:1Z", facts: { revised: "2026-11-26" } });
  });
});
