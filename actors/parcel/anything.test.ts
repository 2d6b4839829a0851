import fc from "fast-check";
import { expect, test } from "vitest";
import { type CaseCommand, customerRequestKinds, type ScanInput } from "../commands.ts";
import type { ShipmentId } from "../ids.ts";
import { fold, throughJson } from "../testing/given.ts";
import { caseIdOf } from "./case_id.ts";
import { openCases, type Problem, problemsOf } from "./cases.ts";
import { nextLookMs } from "./delays.ts";
import { parcel, type ParcelCommand } from "./parcel.ts";
import type { ParcelState } from "./parcel_state.ts";
import { day, dayMs, expects, hourMs, look, register, said, scan } from "./specs.ts";
import { subStatuses, trackingStatuses } from "./status.ts";

const key = "dpd:15501234567890";
const standings = trackingStatuses.flatMap((status) => [
  status,
  ...subStatuses[status].map((subStatus) => `${status}/${subStatus}`),
]);
const anyStanding = fc.constantFrom(...standings);
const anyScan = fc.tuple(
  anyStanding,
  fc.integer({ min: -40, max: 200 }),
  fc.constantFrom("", "ZZ", "YY", "OK"),
).map(([what, halfDays, carrierCode]) => scan(what, halfDays / 2, { carrierCode, description: "words" }));
/** One code has one meaning at one time. */
const someScans = fc.array(anyScan, { minLength: 1, maxLength: 4 }).map((scans): ScanInput[] => [
  ...new Map(scans.map((one) => [`${one.carrierCode} ${one.atMs}`, one])).values(),
]);
const shipment = fc.constantFrom("1", "2", "3");
const shipmentId = shipment.map((name) => `shp_${name}` as ShipmentId);
const request = fc.tuple(fc.constantFrom(...customerRequestKinds), fc.nat({ max: 3 }))
  .map(([kind, n]) => ({ kind, request: `req_${kind}_${n}` }));

const ofCase = fc.tuple(
  fc.constantFrom("note", "assign", "resolved" as const, "dismissed" as const),
  fc.integer({ min: 1, max: 30 }),
  fc.nat({ max: 200 }),
).map(([what, number, n]): CaseCommand => {
  const asked = {
    case: caseIdOf(key, number),
    request: `r${n}`,
    fingerprint: `${what}${number}`,
    by: "key_1",
  };
  if (what === "note") return { type: "case.note", ...asked };
  if (what === "assign") return { type: "case.assign", ...asked, team: "warehouse", dueAtMs: day(n) };
  return { type: "case.close", ...asked, outcome: what === "resolved" ? what : "dismissed" };
});
const figures = fc.record({
  p50Ms: fc.integer({ min: hourMs, max: 10 * dayMs }),
  p95Ms: fc.integer({ min: 10 * dayMs, max: 60 * dayMs }),
  parcels: fc.integer({ min: 20, max: 500 }),
});
const lane = fc.tuple(fc.option(figures), fc.option(fc.integer({ min: 1, max: 100 }))).map((
  [figures, hours],
): ParcelCommand => ({
  type: "lane",
  lane: { from: "GB", to: "FR" },
  ...(figures && { figures }),
  ...(hours !== null && { rules: { noMovementMs: hours * hourMs, notHandedOverMs: hours * hourMs } }),
  ...(hours !== null && hours > 80 && { rules: { off: ["no_movement", "not_handed_over"] } }),
  ...(hours !== null && hours < 20 && {
    cases: { expired: { off: true }, "exception/held": { escalateAfterMs: hours * hourMs } },
  }),
}));

/** By the day it is, and when the timer is due. */
type Step = (days: number, dueMs: number | undefined) => ParcelCommand | undefined;
const always = (command: ParcelCommand): Step => () => command;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: someScans.map((scans) => always(said(...scans))) },
  { weight: 4, arbitrary: anyStanding.map((what): Step => (days) => said(scan(what, days))) },
  { weight: 2, arbitrary: someScans.map((scans) => always({ type: "correct", scans, source: "replay" })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.integer({ min: -5, max: 200 }), fc.array(anyScan, { maxLength: 1 })).map((
      [days, scans],
    ) => always(expects(new Date(day(days)).toISOString().slice(0, "2011-12-01".length), scans))),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(
      shipment,
      fc.option(fc.integer({ min: -2, max: 110 })),
      fc.option(fc.nat({ max: 10 })),
    ).map((
      [id, handedOver, promised],
    ): Step =>
    (days) => ({
      ...register(id, handedOver ?? days, id),
      ...(promised !== null && { promisedMs: day(days + promised) }),
    })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(shipmentId, request).map(([shipment, asked]) =>
      always({ type: "customer_ask", shipment, ...asked })
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(shipmentId, request, fc.constantFrom("done" as const, "declined" as const)).map((
      [shipment, { request }, outcome],
    ) => always({ type: "customer_answer", shipment, request, outcome })),
  },
  { weight: 4, arbitrary: ofCase.map(always) },
  { weight: 1, arbitrary: lane.map(always) },
  {
    weight: 6,
    arbitrary: fc.constant<Step>((_, dueMs) => dueMs === undefined ? undefined : { ...look(0), dueMs }),
  },
);

const closedByPerson = ({ cases }: ParcelState, { problem, episode }: Problem) =>
  cases?.all.some(({ closed, ...one }) =>
    closed && closed.reason !== "cleared" && one.problem === problem && one.episode === episode
  ) === true;

/** Exactly what lasts has a case, and each problem one. */
function expectCases(state: ParcelState, nowMs: number): void {
  const open = openCases(state).map(({ problem }) => problem), problems = problemsOf(state);
  expect(new Set(open).size).toBe(open.length);
  expect(open.filter((name) => !problems.some(({ problem }) => problem === name))).toEqual([]);
  const without = problems.filter((one) => !open.includes(one.problem) && !closedByPerson(state, one));
  expect(without.filter(({ dueMs }) => dueMs <= nowMs)).toEqual([]);
}

test("whatever is said of a parcel, it goes on: one case for each problem, a timer for whatever comes due, nothing twice", () => {
  const story = fc.array(fc.tuple(step, fc.nat({ max: 12 })), { maxLength: 60 });
  fc.assert(
    fc.property(story, (steps) => {
      let state = parcel.initial(key), days = 0, timerMs: number | undefined;
      for (const [i, [make, later]] of steps.entries()) {
        const command = make(days, timerMs);
        if (command === undefined) continue;
        const firedMs = command.type === "timer" ? command.dueMs : undefined;
        days = firedMs === undefined ? days + later : Math.max(days, (firedMs - day(0)) / dayMs);
        const cause = { id: `cmd_${i}`, atMs: day(days) }, decision = parcel.decide(state, command, cause);
        if (!decision.ok) continue;
        state = fold(parcel, state, decision.events);
        if (firedMs !== undefined) timerMs = undefined;
        for (const { dueMs } of decision.timers ?? []) timerMs = dueMs ?? undefined;
        expect(timerMs).toBe(nextLookMs(state));
        if (firedMs !== undefined && timerMs !== undefined) expect(timerMs).toBeGreaterThan(firedMs);
        expect(parcel.decode(throughJson(parcel.encode(state)))).toEqual(state);
        expect(() => [parcel.answer(state), parcel.answer(state, "scans")]).not.toThrow();
        if (decision.events.length > 0) expectCases(state, firedMs ?? cause.atMs);
        const again = parcel.decide(state, command, { ...cause, id: `${cause.id} again` });
        expect(again.ok ? again.events : []).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});
