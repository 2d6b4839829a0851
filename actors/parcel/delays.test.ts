import { describe, expect, test } from "vitest";
import { at, day, expects, look, register, registered, said, scan, tells, unknown } from "./specs.ts";

const late = (reason: string, days: number) => ({
  value: { delayed: { reason, since: new Date(day(days)).toISOString() } },
});
const inTime = { value: expect.not.objectContaining({ delayed: expect.anything() }) };
const moving = registered.when(said(scan("in_transit/accepted", 0.5)), at(0.5)).and();

describe("a parcel is late", () => {
  test("when its carrier has not scanned it two days after the hand-over", () => {
    expect(unknown.when(register()).accepted.timers).toEqual([{ name: "look", dueMs: day(2) }]);
    const outcome = registered.when(look(2));
    expect(outcome.events[0]).toEqual({
      type: "parcel.delayed",
      version: 1,
      data: { reason: "not_handed_over", sinceMs: day(2) },
    });
    outcome.thenEventTypes("parcel.delayed", "parcel.case_opened").thenSends().thenAnswers(
      late("not_handed_over", 2),
    );
    outcome.and().when(said(scan("pre_transit", 2.1)), at(2.1)).thenEventTypes("parcel.scanned");
    outcome.and().when(said(scan("in_transit", 2.2)), at(2.2))
      .thenEventTypes("parcel.scanned", "parcel.moved", "parcel.delay_cleared", "parcel.case_closed")
      .thenAnswers(inTime);
  });

  test("when it has not moved for five days", () => {
    const still = moving.when(look(5.5)).thenEventTypes("parcel.delayed").thenAnswers(
      late("no_movement", 5.5),
    );
    still.and().when(said(scan("in_transit", 6)), at(6)).thenEventTypes(
      "parcel.scanned",
      "parcel.delay_cleared",
    );
    still.and().when(said(scan("in_transit", 0.4)), at(6)).thenEventTypes("parcel.scanned")
      .thenAnswers(late("no_movement", 5.5));
  });

  test("when it lies with customs for three days", () =>
    moving.when(said(scan("exception/customs_held", 1)), at(1)).and().when(look(4))
      .thenAnswers(late("stuck_customs", 4))
      .and().when(said(scan("in_transit/customs_cleared", 4.5)), at(4.5)).thenAnswers(inTime));

  test("when nobody collects it for five days", () =>
    moving.when(said(scan("available_for_pickup", 1)), at(1)).and().when(look(6))
      .thenAnswers(late("pickup_ageing", 6))
      .and().when(said(scan("delivered", 6.5)), at(6.5)).thenAnswers(inTime));

  test("when it is expected on a later day than first, once for each such day", () => {
    const expected = moving.when(expects("2011-12-05"), at(0.6)).and();
    const slipped = expected.when(expects("2011-12-06"), at(1));
    slipped.thenEventTypes("parcel.estimate_changed", "parcel.delayed").thenAnswers(late("eta_slipped", 1));
    expect(slipped.events[1]?.data).toMatchObject({ revised: "2011-12-06" });
    slipped.and().when(expects("2011-12-06T18:00:00Z"), at(1.5)).thenEventTypes("parcel.estimate_changed");
    slipped.and().when(expects("2011-12-07"), at(2)).thenEventTypes(
      "parcel.estimate_changed",
      "parcel.delayed",
    );
    slipped.and().when(expects("2011-12-05"), at(2))
      .thenEventTypes("parcel.estimate_changed", "parcel.delay_cleared").thenAnswers(inTime);
  });

  test("since it was first expected later, however often that day changes: so it becomes a case", () => {
    let slipping = moving.when(expects("2011-12-05"), at(0.6)).and();
    for (const [i, to] of ["2011-12-06", "2011-12-07", "2011-12-08"].entries()) {
      slipping = slipping.when(expects(to), at(1 + i / 2)).thenAnswers(late("eta_slipped", 1)).and();
    }
    slipping.when(look(3)).thenEventTypes("parcel.case_opened");
  });

  test("when the day it was expected on is over, until it is tried", () => {
    const expected = moving.when(expects("2011-12-02"), at(0.6)).and();
    const midnight = (Date.UTC(2011, 11, 3) - day(0)) / 86_400_000;
    const missed = expected.when(look(midnight)).thenAnswers(late("promise_missed", midnight));
    missed.and().when(said(scan("delivery_attempted", 2)), at(2)).thenAnswers(inTime);
    expected.when(said(scan("delivered", 1)), at(1)).and().when(look(midnight)).thenNothing();
  });

  test("by what its shop has promised, whatever its carrier expects", () =>
    unknown.after({ ...register(), promisedMs: day(1) }, expects("2011-12-09")).when(look(1))
      .thenAnswers(late("promise_missed", 1)));

  test("not by an estimate that had passed when it was heard of", () =>
    moving.when(expects("2011-11-11"), at(0.6)).and().when(look(5.5)).thenAnswers(late("no_movement", 5.5)));
});

describe("a parcel of which nothing was heard for 30 days", () => {
  const silent = moving.when(look(5.5)).and().when(look(30.5));
  test("is expired, and no longer late", () =>
    silent.thenEventTypes("parcel.expired", "parcel.moved", "parcel.delay_cleared", "parcel.case_opened")
      .thenSends(tells("expired", 3, 30.5)).thenAnswers({ value: { status: "expired" } }));
  test("has no timer any more", () =>
    expect(silent.accepted.timers).toEqual([{ name: "look", dueMs: null }]));
  test("is alive again with any scan that happened since", () =>
    silent.and().when(said(scan("in_transit", 29)), at(31)).thenSends(tells("in_transit", 4, 29)));
  test("stays given up when its history is completed", () =>
    silent.and().when(said(scan("pre_transit", 0.2)), at(31)).thenEventTypes("parcel.scanned"));
  test("is not expired when it was delivered", () =>
    expect(moving.when(said(scan("delivered", 1)), at(1)).accepted.timers).toEqual([
      { name: "look", dueMs: null },
    ]));
});

test("a timer that fires too early, or beside a command that has moved it, is set again", () =>
  expect(moving.when(look(2)).accepted).toMatchObject({
    events: [],
    timers: [{ name: "look", dueMs: day(5.5) }],
  }));

test("a parcel that is nobody's is never late", () =>
  expect(unknown.when(said(scan("in_transit", 0.1))).accepted.timers).toEqual([]));
