import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ParcelEvent } from "../../actors/parcel/parcel_events.ts";
import { errorBoundHours, errorBucket, quantileOf, transitBoundMs, transitBucket } from "./buckets.ts";
import { type Journey, journeyAfter, type JourneyEvent, lateMsOf, measure } from "./journey.ts";
import { lately } from "./lane_figures.ts";

const hourMs = 3_600_000, dayMs = 24 * hourMs, startMs = Date.UTC(2026, 0, 5, 12);
const day = (days: number) => startMs + days * dayMs;
const lane = { from: "GB", to: "FR" }, figures = { p50Ms: 2 * dayMs, p95Ms: 4 * dayMs, parcels: 30 };

const event = <Type extends JourneyEvent["type"]>(
  type: Type,
  data: Partial<Extract<ParcelEvent, { readonly type: Type }>["data"]>,
) => ({ type, version: 1, data }) as unknown as JourneyEvent;
const registered = event("parcel.registered", { shipment: "shp_1" as never, handedOverAtMs: day(0) });
const told = event("parcel.lane_told", { lane, figures, atMs: day(0) });
const bare = event("parcel.lane_told", { lane, atMs: day(0) });
const expects = (to: string, days: number) =>
  event("parcel.estimate_changed", { from: to, to, source: "cb", heardAtMs: day(days) });
const scanned = (days: number) =>
  event("parcel.scanned", {
    checkpoints: [{ status: "in_transit", atMs: day(days), description: "", carrierCode: "", hash: "" }],
  });
const delivered = (days: number) =>
  event("parcel.moved", { to: { status: "delivered" }, atMs: day(days), move: 3 });
const after = (...events: readonly JourneyEvent[]) =>
  events.reduce<Journey>((journey, one) => journeyAfter(journey, one, day(0)), {});

describe("what a delivered parcel adds to the counts", () => {
  test("is how long it took, and how each estimate compared", () =>
    expect(
      measure(after(
        registered,
        bare,
        expects("2026-01-08", 0.1),
        scanned(0.2),
        expects("2026-01-07", 1),
        expects("2026-01-09", 2),
        delivered(3),
      )),
    ).toEqual({
      lane,
      day: "2026-01-08",
      transit: transitBucket(3 * dayMs),
      estimates: [
        { stage: "first", source: "carrier", bucket: 0 },
        { stage: "hand_over", source: "carrier", bucket: 0 },
        { stage: "last", source: "carrier", bucket: errorBucket(-12 * hourMs) },
      ],
    }));

  test("counts our own estimate where its carrier made none", () =>
    expect(measure(after(registered, told, scanned(0.2), delivered(6)))?.estimates).toEqual(
      ["first", "hand_over", "last"].map((stage) => ({
        stage,
        source: "lane",
        bucket: errorBucket(36 * hourMs),
      })),
    ));

  test("leaves out what its carrier expected after the fact", () => {
    const journey = after(
      registered,
      bare,
      expects("2026-01-07", 0.1),
      expects("2026-01-09", 4.1),
      delivered(4),
    );
    expect(measure(journey)?.estimates).toEqual([
      { stage: "first", source: "carrier", bucket: errorBucket(36 * hourMs) },
      { stage: "last", source: "carrier", bucket: errorBucket(36 * hourMs) },
    ]);
  });

  test("waits for its lane, and is counted once", () => {
    const early = after(registered, delivered(2));
    expect(measure(early)).toBeUndefined();
    const journey = journeyAfter(early, told, day(3));
    expect(measure(journey)).toMatchObject({ lane, transit: transitBucket(2 * dayMs), estimates: [] });
    expect(measure({ ...journey, measured: true })).toBeUndefined();
  });

  test("begins anew with a number that is used again", () => {
    const again = event("parcel.registered", {
      shipment: "shp_2" as never,
      handedOverAtMs: day(100),
      anew: true,
    });
    expect(after(registered, told, delivered(2), again)).toEqual({
      shipment: "shp_2",
      handedOverAtMs: day(100),
      registeredAtMs: day(0),
    });
  });

  test("says nothing of a way that ended before it began", () =>
    expect(measure(after(registered, bare, delivered(-1)))).not.toHaveProperty("transit"));
});

test("an estimate is right within its window, on its day, or on the day of its moment until then", () => {
  const at = (time: string) => Date.parse(time);
  const noon = { from: "2026-01-08T12:00:00Z", to: "2026-01-08T12:00:00Z" };
  expect(lateMsOf(noon, at("2026-01-08T01:00:00Z"))).toBe(0);
  expect(lateMsOf(noon, at("2026-01-08T13:00:00Z"))).toBe(hourMs);
  expect(lateMsOf({ from: "2026-01-08", to: "2026-01-09" }, at("2026-01-09T23:59:59Z"))).toBe(0);
  expect(lateMsOf({ from: "2026-01-08", to: "2026-01-09" }, at("2026-01-07T23:00:00Z"))).toBe(-hourMs);
  expect(lateMsOf({ from: "soon", to: "later" }, 0)).toBeUndefined();
});

describe("counts by bucket", () => {
  test("are at most a tenth off, and bounded", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 59 * 24 * 60 }), (minutes) => {
        const ms = minutes * 60_000, bound = transitBoundMs(transitBucket(ms));
        expect(bound).toBeGreaterThanOrEqual(ms);
        if (ms > hourMs) expect(bound).toBeLessThanOrEqual(ms * 1.1 + 60_000);
      }),
    ));
  test("hold what lies beyond in the last", () => {
    expect(transitBucket(1e15)).toBe(transitBucket(61 * dayMs));
    expect([errorBucket(1e15), errorBucket(-1e15), errorBucket(0)].map(errorBoundHours)).toEqual([
      720,
      720,
      0,
    ]);
  });
  test("give quantiles: the smallest value that so many do not exceed", () => {
    const counts = [{ value: 3, parcels: 5 }, { value: 1, parcels: 90 }, { value: 2, parcels: 5 }];
    expect([0.5, 0.9, 0.95, 0.96, 1].map((part) => quantileOf(counts, part))).toEqual([1, 1, 2, 3, 3]);
    expect(quantileOf([], 0.5)).toBeUndefined();
  });
});

describe("what a carrier did lately", () => {
  const row = (day: string, days: number, parcels: number) => ({
    ...{ service: "", day, parcels },
    bucket: transitBucket(days * dayMs),
  });
  test("is said of enough parcels only", () => {
    expect(lately([row("2026-01-08", 1, 19)])).toBeUndefined();
    expect(lately([row("2026-01-08", 1, 20)])).toMatchObject({ parcels: 20 });
  });
  test("is said of the newest days that make up enough", () => {
    const days = [row("2026-01-08", 1, 300), row("2026-01-07", 1, 200), row("2026-01-07", 2, 100)];
    const old = [row("2026-01-06", 30, 500)], found = lately([...days, ...old])!;
    expect(found.parcels).toBe(600);
    expect(found.p50Ms).toBe(transitBoundMs(transitBucket(dayMs)));
    expect(found.p95Ms).toBe(transitBoundMs(transitBucket(2 * dayMs)));
  });
});
