import { describe, expect, test } from "vitest";
import { trackingStatuses } from "../../actors/parcel/status.ts";
import { intervalsMs, urgencies, urgencyOf, urgencyRules } from "./urgency.ts";
import { noticed, Views } from "./views.ts";

const quiet = { late: false, watched: false };

describe("which parcels are asked after first", () => {
  test.each(
    [
      ["in_transit", undefined, "moving"],
      ["out_for_delivery", undefined, "out_for_delivery"],
      ["pre_transit", undefined, "waiting"],
      ["available_for_pickup", undefined, "waiting"],
      ["exception", "held", "troubled"],
      ["exception", "lost", "fading"],
      ["return_to_sender", "refused", "fading"],
      ["delivered", "locker", undefined],
      ["cancelled", undefined, undefined],
      ["expired", undefined, undefined],
      ["return_to_sender", "returned", undefined],
      ["exception", "seized", undefined],
    ] as const,
  )(
    "%s/%s is %s",
    (status, subStatus, urgency) => expect(urgencyOf({ status, subStatus, ...quiet })).toBe(urgency),
  );

  test("those whose page somebody looks at come before all, late ones before others on their way", () => {
    expect(urgencyOf({ status: "in_transit", late: true, watched: true })).toBe("watched");
    expect(urgencyOf({ status: "in_transit", late: true, watched: false })).toBe("troubled");
    expect(urgencyOf({ status: "out_for_delivery", late: true, watched: false })).toBe("out_for_delivery");
  });

  test("nobody asks after a parcel that is over, however many look at it", () => {
    for (const watched of [true, false]) {
      expect(urgencyOf({ status: "delivered", late: true, watched })).toBeUndefined();
    }
  });

  test("the more urgent, the more often", () => {
    const intervals = Object.values(intervalsMs(7_200_000));
    expect(intervals).toEqual(intervals.toSorted((one, other) => one - other));
    expect(intervals[0]).toBe(300_000);
  });

  test("the rules for the database say the same, for every standing once", () => {
    const rules = urgencyRules(1_000);
    expect(new Set(rules.map(({ status }) => status))).toEqual(new Set(trackingStatuses));
    const keys = rules.map(({ status, sub_status, late, watched }) =>
      `${status}/${sub_status}/${late}/${watched}`
    );
    expect(new Set(keys).size).toBe(rules.length);
    for (const { status, sub_status, late, watched, rank } of rules) {
      const subStatus = sub_status === "" ? undefined : sub_status;
      const said = urgencyOf({ status: status as typeof trackingStatuses[number], subStatus, late, watched });
      expect(said).toBe(rank === -1 ? undefined : urgencies[rank]);
    }
  });
});

describe("whose page is looked at", () => {
  const minuteMs = 60_000;
  test("is noted once a minute or two, however often it is looked at", () => {
    const views = new Views();
    for (let i = 0; i < 100; i++) views.note("a", i);
    views.note("b", 100);
    expect(views.take()).toEqual(["a", "b"]);
    views.note("a", minuteMs + 1);
    expect(views.take()).toEqual([]);
    views.note("a", 3 * minuteMs);
    expect(views.take()).toEqual(["a"]);
  });

  test("only pages that there are, and those that stay open", async () => {
    const noted: string[] = [],
      queries = {
        shipment: () => Promise.resolve(undefined),
        byToken: () => Promise.resolve(undefined),
        revisionsOf: () => Promise.resolve(new Map<string, string>()),
      };
    const watched = noticed(queries, (token) => noted.push(token));
    await watched.byToken("nobody's");
    await watched.revisionsOf(["x", "y"]);
    expect(noted).toEqual(["x", "y"]);
  });
});
