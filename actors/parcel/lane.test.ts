import { describe, expect, test } from "vitest";
import type { TellLane } from "../commands.ts";
import { at, day, dayMs, expects, hourMs, look, register, registered, said, scan, unknown } from "./specs.ts";

const lane = { from: "GB", to: "FR" };
const told: TellLane = { type: "lane", lane, figures: { p50Ms: 2 * dayMs, p95Ms: 4 * dayMs, parcels: 50 } };
const known = registered.when(told, at(0)).and();
const moving = known.when(said(scan("in_transit/accepted", 0.5)), at(0.5)).and();
const expected = (from: string, to: string) => ({ value: { estimatedDelivery: { from, to } } });

describe("a parcel that is told of its lane", () => {
  test("remembers it, once", () => {
    registered.when(told, at(0)).thenEvents({
      type: "parcel.lane_told",
      version: 1,
      data: { lane, figures: told.figures!, atMs: day(0) },
    });
    known.when(told).thenNothing();
    known.when({ ...told, figures: { ...told.figures!, parcels: 51 } }).thenEventTypes("parcel.lane_told");
    unknown.when(told).thenRejected({ reason: "unknown-parcel" });
  });

  test("is expected when half to nearly all of its like arrived, counted from the hand-over", () => {
    registered.when(told).thenAnswers(expected("2011-12-03", "2011-12-05"));
    unknown.after(said(scan("in_transit/accepted", -1)), register()).when(told)
      .thenAnswers(expected("2011-12-02", "2011-12-04"));
  });

  test("is expected when its carrier says, if it does", () =>
    moving.when(expects("2011-12-09"), at(1)).thenAnswers(expected("2011-12-09", "2011-12-09")));

  test("has stopped moving when it stands longer than nearly all take for the whole way", () => {
    const still = moving.when(look(4.5)).thenEventTypes("parcel.delayed");
    expect(still.events[0]?.data).toEqual({
      reason: "no_movement",
      sinceMs: day(4.5),
      revised: "2011-12-07",
    });
    still.thenAnswers({
      value: {
        estimatedDelivery: { from: "2011-12-05", to: "2011-12-07" },
        delayed: { reason: "no_movement" },
      },
    });
    const slow = { ...told, figures: { ...told.figures!, p95Ms: 30 * dayMs } };
    moving.after(slow).when(look(5.5)).thenEventTypes("parcel.delayed");
  });

  test("counts as late by its shop's own rules", () => {
    const strict = { ...told, rules: { notHandedOverMs: 6 * hourMs } };
    const soon = registered.when(strict, at(0));
    expect(soon.accepted.timers).toEqual([{ name: "look", dueMs: day(0.25) }]);
    soon.and().when(look(0.25)).thenEventTypes("parcel.delayed", "parcel.case_opened");
  });
});

describe("rules that its shop has switched off", () => {
  const silent = { ...told, rules: { off: ["not_handed_over"] as const } };

  test("make no parcel late, and open no case", () => {
    const quiet = registered.when(silent, at(0)).and();
    quiet.when(look(20)).thenNothing();
    quiet.when(look(31)).thenEventTypes("parcel.expired", "parcel.moved", "parcel.case_opened");
  });
  test("clear what they had called late before", () =>
    registered.after(look(3)).when(silent, at(3))
      .thenEventTypes("parcel.lane_told", "parcel.delay_cleared", "parcel.case_closed"));
  test("leave the others as they are", () =>
    registered.after(silent, said(scan("in_transit/accepted", 0.5))).when(look(6))
      .thenEventTypes("parcel.delayed", "parcel.case_opened"));
});

describe("what a shop has promised", () => {
  const promised = unknown.after({ ...register(), promisedMs: day(1) });

  test("is told as long as nobody knows better", () => {
    promised.when(look(0.5)).thenAnswers(expected("2011-12-02", "2011-12-02"));
    promised.when(told).thenAnswers(expected("2011-12-03", "2011-12-05"));
  });

  test("is missed, and a later day is told with it", () => {
    const missed = promised.after(told).when(look(1)).thenEventTypes("parcel.delayed", "parcel.case_opened");
    expect(missed.events[0]?.data).toMatchObject({ reason: "promise_missed", revised: "2011-12-05" });
  });
});
