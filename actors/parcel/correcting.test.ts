import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CorrectScans, ScanInput } from "../commands.ts";
import { fold, someCause } from "../testing/given.ts";
import { checkpointOf } from "./checkpoint.ts";
import { parcel } from "./parcel.ts";
import { at, register, registered, said, scan, tells, unknown } from "./specs.ts";

const key = "dpd:15501234567890";
const correct = (...scans: readonly ScanInput[]): CorrectScans => ({
  type: "correct",
  scans,
  source: "replay",
});
/** The same scan, as its code was understood before and after a table was mended. */
const unmapped = scan("unknown", 1, { carrierCode: "ZZ" });
const mended = scan("out_for_delivery", 1, { carrierCode: "ZZ", description: "unknown" });

describe("scans that are understood anew", () => {
  test("count as they are now: the status follows, and its order is told", () =>
    registered.after(said(unmapped)).when(correct(mended), at(2)).thenEvents(
      {
        type: "parcel.scans_corrected",
        version: 1,
        data: {
          source: "replay",
          correctedAtMs: at(2).atMs,
          corrections: [{ was: checkpointOf(key, unmapped).hash, checkpoint: checkpointOf(key, mended) }],
        },
      },
      {
        type: "parcel.moved",
        version: 1,
        data: {
          move: 2,
          from: { status: "pre_transit" },
          to: { status: "out_for_delivery" },
          atMs: mended.atMs,
        },
      },
    ).thenSends(tells("out_for_delivery", 2, 1))
      .thenReplies({ ok: true, value: { status: "out_for_delivery" } }));

  test("take back what they never meant", () => {
    const wrong = scan("delivered", 1, { carrierCode: "ZZ" });
    registered.after(said(scan("in_transit", 0.5), wrong)).when(correct(mended))
      .thenEventTypes("parcel.scans_corrected", "parcel.moved").thenSends(tells("out_for_delivery", 3, 1));
  });

  test("twice change nothing; what the carrier repeats changes nothing either", () => {
    const corrected = registered.after(said(unmapped), correct(mended));
    corrected.when(correct(mended)).thenNothing();
    corrected.when(said(unmapped)).thenNothing();
    corrected.when(said(mended)).thenNothing();
  });

  test("that mean the same are left as they are, and those that were not known are added", () => {
    const other = scan("in_transit", 0.5);
    registered.after(said(mended)).when(correct(mended, other)).thenEventTypes("parcel.scanned");
    unknown.when(correct(other)).thenEventTypes("parcel.scanned", "parcel.moved");
  });

  test("without codes are known by their words", () => {
    const words = { carrierCode: "", description: "handed to Bob" };
    const corrected = registered.after(said(scan("unknown", 1, words))).when(
      correct(scan("delivered", 1, words)),
    );
    corrected.thenEventTypes("parcel.scans_corrected", "parcel.moved")
      .thenAnswers({ value: { status: "delivered", events: { length: 1 } } });
    corrected.and().when(correct(scan("delivered", 1, words))).thenNothing();
  });

  test("leave what was decided in the history: the log has both", () => {
    const { events } = registered.after(said(unmapped)).when(correct(mended));
    expect(events.map(({ type }) => type)).toEqual(["parcel.scans_corrected", "parcel.moved"]);
  });
});

test("wherever the correction comes among scans, repeated and shuffled, the parcel stands as if it had always been right", () => {
  const right = new Map([["ZZ", "delivered"], ["YY", "out_for_delivery"], ["XX", "return_to_sender"]]);
  const anyScan = fc.tuple(
    fc.constantFrom("unknown", "in_transit", "delivered", "exception/lost", "return_to_sender/returned"),
    fc.integer({ min: 0, max: 6 }),
    fc.constantFrom("ZZ", "YY", "XX", "OK"),
  ).map(([what, days, carrierCode]) =>
    scan(carrierCode === "OK" ? "in_transit" : what, days, { carrierCode })
  );
  const story = fc.array(anyScan, { minLength: 1, maxLength: 8 }).chain((known) => {
    // One scan has one code at one time: what else it was taken for does not matter.
    const scans = [...new Map(known.map((one) => [checkpointOf(key, one).hash, one])).values()];
    return fc.record({
      scans: fc.constant(scans),
      arrived: fc.array(fc.constantFrom(...scans), { maxLength: 8 }).chain((again) =>
        fc.shuffledSubarray([...scans, ...again], { minLength: scans.length + again.length })
      ),
      correctedAfter: fc.nat({ max: 16 }),
      registeredAfter: fc.nat({ max: 16 }),
    });
  });
  fc.assert(
    fc.property(story, ({ scans, arrived, correctedAfter, registeredAfter }) => {
      const corrected = scans.map((one) => {
        const status = right.get(one.carrierCode);
        return status === undefined
          ? one
          : scan(status, 0, { ...one, status: status as ScanInput["status"] });
      }).map(({ subStatus, ...one }) => one.carrierCode === "OK" && subStatus ? { ...one, subStatus } : one);
      const commands: Parameters<typeof parcel.decide>[1][] = arrived.map((one) => said(one));
      commands.splice(correctedAfter, 0, correct(...corrected));
      commands.splice(registeredAfter, 0, register());
      let state = parcel.initial(key);
      for (const command of commands) {
        const decision = parcel.decide(state, command, someCause);
        if (decision.ok) state = fold(parcel, state, decision.events);
      }
      const always = registered.when(said(...corrected)).state;
      expect(state.standing).toEqual(always.standing);
      expect(state.told.status).toBe(always.told.status);
      const kept = ({ hash, status }: { readonly hash: string; readonly status: string }) =>
        `${hash} ${status}`;
      expect(state.checkpoints.map(kept).sort()).toEqual(always.checkpoints.map(kept).sort());
    }),
    { numRuns: 300 },
  );
});
