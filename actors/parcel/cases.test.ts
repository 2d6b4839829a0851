import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CaseCommand } from "../commands.ts";
import { caseIdOf, parcelOfCase } from "./case_id.ts";
import { type CaseSetting, statusProblem } from "./case_rules.ts";
import { closedMax, openCases, type Problem, problemsOf } from "./cases.ts";
import { at, day, hourMs, look, register, registered, said, scan, unknown } from "./specs.ts";
import { actionRequired, subStatuses, type TrackingStatus, trackingStatuses } from "./status.ts";

const key = "dpd:15501234567890";
const one = caseIdOf(key, 1), two = caseIdOf(key, 2);
const badAddress = said(scan("exception/address_issue", 1));
const broken = registered.when(badAddress, at(1)).and();
const asked = { case: one, request: "r1", fingerprint: "f1", by: "key_1" };
const closing: CaseCommand = { type: "case.close", ...asked, outcome: "resolved" };

describe("a case", () => {
  test("is opened as soon as somebody has to do something, and says who, by when and why", () =>
    registered.when(badAddress, at(1)).thenEventTypes("parcel.scanned", "parcel.moved", "parcel.case_opened")
      .and().when(badAddress, at(1)).thenNothing());

  test("names its parcel, its order and what is wrong", () =>
    expect(registered.when(badAddress, at(1)).events.at(-1)?.data).toEqual({
      case: one,
      number: 1,
      problem: "exception/address_issue",
      episode: 2,
      description: "The address is wrong",
      team: "customer_service",
      priority: "high",
      dueAtMs: day(1) + 8 * hourMs,
      order: "ord_A",
      shipment: "shp_1",
      atMs: day(1),
    }));

  test("is whose its shop says, and as soon, or none at all", () => {
    const lane = { type: "lane" as const, lane: { from: "GB", to: "FR" } },
      problem = "exception/address_issue";
    const told = (setting: CaseSetting) => registered.after({ ...lane, cases: { [problem]: setting } });
    const own = {
      team: "returns",
      priority: "low",
      escalateAfterMs: 2 * hourMs,
      dueAfterMs: hourMs,
    } as const;
    const waiting = told(own).when(badAddress, at(1));
    expect(waiting.accepted.timers).toEqual([{ name: "look", dueMs: day(1) + 2 * hourMs }]);
    expect(waiting.and().when(look(1.5)).events.at(-1)?.data).toMatchObject({
      ...{ team: "returns", priority: "low", dueAtMs: day(1.5) + hourMs },
    });
    told({ off: true }).when(badAddress, at(1)).thenEventTypes("parcel.scanned", "parcel.moved");
    broken.when({ ...lane, cases: { [problem]: { off: true } } }, at(2))
      .thenEventTypes("parcel.lane_told", "parcel.case_closed");
  });

  test("waits where problems pass by themselves, and is opened by a timer", () => {
    const held = registered.when(said(scan("exception/held", 0.5)), at(0.5));
    held.thenEventTypes("parcel.scanned", "parcel.moved");
    expect(held.accepted.timers).toEqual([{ name: "look", dueMs: day(1.5) }]);
    held.and().when(look(1.5)).thenEventTypes("parcel.case_opened");
    held.and().when(said(scan("in_transit", 1)), at(1)).and().when(look(1.5)).thenNothing();
  });

  test("is closed when its problem is gone", () => {
    const cleared = broken.when(said(scan("in_transit", 2)), at(2));
    cleared.thenEventTypes("parcel.scanned", "parcel.moved", "parcel.case_closed");
    expect(cleared.events.at(-1)?.data).toEqual({ case: one, reason: "cleared", atMs: day(2) });
  });

  test("is another one when the problem comes back", () => {
    const again = broken.after(said(scan("in_transit", 2))).when(
      said(scan("exception/address_issue", 3)),
      at(3),
    );
    expect(again.events.at(-1)).toMatchObject({ type: "parcel.case_opened", data: { case: two, number: 2 } });
  });

  test("is another one also when the problem is still the same promise that was missed", () => {
    const missed = unknown.after({ ...register(), promisedMs: day(1) }, said(scan("in_transit", 0.5))).when(
      look(1),
    );
    const tried = missed.and().when(said(scan("delivery_attempted", 1.1)), at(1.1));
    expect(openCases(tried.state)).toEqual([]);
    const back = tried.and().when(said(scan("in_transit", 1.2)), at(1.2));
    expect(openCases(back.state)).toMatchObject([{ id: two, problem: "delayed/promise_missed" }]);
  });

  test("is there once for each problem of the parcel", () => {
    const late = registered.when(look(2)).thenEventTypes("parcel.delayed", "parcel.case_opened").and();
    const both = late.when(said(scan("exception/lost", 3)), at(3));
    expect(openCases(both.state).map(({ problem }) => problem)).toEqual(["exception/lost"]);
    expect(both.events.map(({ type }) => type)).toEqual(
      ["parcel.scanned", "parcel.moved", "parcel.delay_cleared", "parcel.case_closed", "parcel.case_opened"],
    );
  });

  test("of a delay is closed with it", () =>
    registered.after(look(2)).when(said(scan("in_transit", 2.5)), at(2.5)).thenEventTypes(
      "parcel.scanned",
      "parcel.moved",
      "parcel.delay_cleared",
      "parcel.case_closed",
    ));

  test("is nobody's business while no order knows the parcel, and is opened once one does", () => {
    const parked = unknown.when(badAddress, at(1)).thenEventTypes("parcel.scanned", "parcel.moved").and();
    parked.when(register("1", 2), at(2)).thenEventTypes("parcel.registered", "parcel.case_opened");
  });

  test("of a number that is used again is closed: it was another parcel", () => {
    const again = broken.when(register("2", 100, "B"), at(100));
    expect(again.events.map(({ type }) => type)).toContain("parcel.case_closed");
    expect(openCases(again.state)).toEqual([]);
  });

  test("is remembered for a while after it is closed", () => {
    let flapping = broken;
    for (let i = 0; i < closedMax + 5; i++) {
      const moved = flapping.when(said(scan("in_transit", 2 + 2 * i)), at(2 + 2 * i)).and();
      flapping = moved.when(said(scan("exception/lost", 3 + 2 * i)), at(3 + 2 * i)).and();
    }
    expect(flapping.state.cases).toMatchObject({ count: closedMax + 6 });
    expect(flapping.state.cases?.all).toHaveLength(closedMax + 1);
    flapping.when(closing).thenRejected({ reason: "unknown-case" });
  });
});

describe("what people do with a case", () => {
  test("they close it, and it stays closed while the problem lasts", () => {
    const closed = broken.when(closing, at(1.1)).thenEventTypes("parcel.case_closed")
      .thenReplies({ ok: true, value: { caseId: one, state: "closed" } });
    closed.and().when(said(scan("exception/address_issue", 1.5)), at(1.5)).thenEventTypes("parcel.scanned");
    closed.and().when({ ...closing, request: "r2" }).thenNothing().thenReplies({
      value: { state: "closed" },
    });
  });

  test("they write something down: that it was, not what", () => {
    const noted = broken.when({ type: "case.note", ...asked }, at(1.1));
    noted.thenEvents({
      type: "parcel.case_noted",
      version: 1,
      data: { ...asked, note: "cmd_1.1", personal: true, atMs: day(1.1) },
    }).thenReplies({ value: { caseId: one, state: "open", noteId: "cmd_1.1" } });
  });

  test("they give it to another team, and say how soon", () =>
    broken.when({ type: "case.assign", ...asked, team: "warehouse", dueAtMs: day(9) }).thenEventTypes(
      "parcel.case_changed",
    ).thenReplies({ value: { team: "warehouse", priority: "high", dueAt: new Date(day(9)).toISOString() } }));

  test("asking twice is asking once: the first answer again", () => {
    const twice = broken.after({ type: "case.note", ...asked }, { ...closing, request: "r2" });
    twice.when({ type: "case.note", ...asked }).thenNothing().thenReplies({
      replayed: true,
      value: { state: "open", noteId: "cmd_1" },
    });
    twice.when({ type: "case.note", ...asked, fingerprint: "f2" }).thenRejected({
      reason: "idempotency-mismatch",
    });
  });

  test("nobody assigns what is closed, or knows of what never was", () => {
    broken.after(closing).when({ type: "case.assign", ...asked, request: "r2", team: "warehouse" })
      .thenRejected({ reason: "case-closed" });
    broken.when({ ...closing, case: two }).thenRejected({ reason: "unknown-case" });
  });
});

describe("whatever happens", () => {
  const anything = fc.array(
    fc.tuple(
      fc.constantFrom(
        "in_transit",
        "exception/held",
        "exception/lost",
        "exception/address_issue",
        "available_for_pickup",
        "return_to_sender",
        "delivered",
        "look",
        "close",
      ),
      fc.nat({ max: 3 }),
    ),
    { maxLength: 25 },
  );

  test("what needs a person has one open case, unless a person has closed it; nothing else has", () =>
    fc.assert(
      fc.property(anything, (steps) => {
        let now = registered, days = 0;
        steps.forEach(([what, later], i) => {
          days += later;
          const [first] = openCases(now.state);
          const command = what === "close" && first
            ? { ...closing, case: first.id, request: `${i}` }
            : what === "look" || what === "close"
            ? look(days)
            : said(scan(what, days));
          now = now.when(command, at(days)).and();
          const open = openCases(now.state).map(({ problem }) => problem).sort();
          const due = problemsOf(now.state).filter(({ dueMs }) => dueMs <= day(days));
          const closed = ({ problem, episode }: Problem) =>
            now.state.cases?.all.some((one) =>
              one.closed?.reason === "resolved" && one.problem === problem && one.episode === episode
            ) === true;
          const wanted = due.filter((one) => !closed(one)).map(({ problem }) => problem);
          expect(wanted.filter((problem) => !open.includes(problem))).toEqual([]);
          const problems = problemsOf(now.state).map(({ problem }) => problem);
          expect(open.filter((problem) => !problems.includes(problem))).toEqual([]);
          expect(new Set(open).size).toBe(open.length);
        });
      }),
    ));
});

test("an id leads to the parcel, and no other text does", () => {
  expect(parcelOfCase(one)).toBe(key);
  for (const id of ["case_", "case_AAAA", "shp_1", one.slice(0, -1), `${one}A`, caseIdOf("dpd:x", 1)]) {
    expect(parcelOfCase(id)).toBeUndefined();
  }
});

test("whatever asks something of the shop or its carrier is a case sooner or later", () => {
  const standings = trackingStatuses.flatMap((status: TrackingStatus) => [
    { status },
    ...subStatuses[status].map((subStatus) => ({ status, subStatus })),
  ]);
  const without = standings.filter((standing) =>
    ["merchant", "carrier"].includes(actionRequired(standing)) && !statusProblem(standing)
  );
  // Counted by the delay `stuck_customs`.
  expect(without).toEqual([{ status: "exception", subStatus: "customs_held" }]);
});
