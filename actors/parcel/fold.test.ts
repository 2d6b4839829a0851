import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inSequence, type Scan, standingOf } from "./fold.ts";
import { isFinal, rankOf, subStatuses, type TrackingStatus, trackingStatuses } from "./status.ts";

/** `in_transit/accepted`, `delivered`: scans one minute apart. */
const scans = (...said: string[]): Scan[] =>
  said.map((one, i) => {
    const [status, subStatus] = one.split("/") as [TrackingStatus, string | undefined];
    return { status, ...(subStatus && { subStatus }), atMs: i * 60_000, hash: String(i) };
  });
const after = (...said: string[]) => {
  const { status, subStatus } = standingOf(scans(...said));
  return subStatus === undefined ? status : `${status}/${subStatus}`;
};

describe("a parcel's status", () => {
  test.each<[string[], string]>([
    [[], "unknown"],
    [["pre_transit", "in_transit/accepted", "in_transit", "out_for_delivery", "delivered"], "delivered"],
    [["in_transit", "pre_transit"], "in_transit"],
    [["in_transit", "in_transit/accepted"], "in_transit"],
    [["out_for_delivery", "in_transit", "out_for_delivery"], "out_for_delivery"],
    [["out_for_delivery", "delivery_attempted/not_home", "in_transit"], "in_transit"],
    [["available_for_pickup", "out_for_delivery"], "out_for_delivery"],
    [["in_transit", "exception/held"], "exception/held"],
    [["in_transit", "exception/held", "in_transit"], "in_transit"],
    [["pre_transit", "exception/held", "in_transit/accepted"], "in_transit/accepted"],
    [["in_transit", "exception/held", "pre_transit"], "exception/held"],
    [["in_transit", "return_to_sender/refused", "in_transit"], "return_to_sender/refused"],
    [
      ["in_transit", "return_to_sender", "exception/held", "in_transit", "return_to_sender/returned"],
      "return_to_sender/returned",
    ],
    [["return_to_sender/returned", "in_transit"], "return_to_sender/returned"],
    [["in_transit", "expired", "pre_transit"], "pre_transit"],
    [["in_transit", "exception/lost", "in_transit"], "in_transit"],
    [["in_transit", "exception/undeliverable", "in_transit/accepted"], "in_transit/accepted"],
    [["in_transit", "exception/seized", "in_transit"], "exception/seized"],
    [["in_transit", "exception/disposed", "delivered"], "exception/disposed"],
    [["delivered", "in_transit"], "delivered"],
    [["delivered", "exception/damaged"], "delivered"],
    [["delivered", "return_to_sender"], "return_to_sender"],
    [["pre_transit", "cancelled", "in_transit"], "cancelled"],
    [["in_transit", "unknown"], "in_transit"],
    [["unknown", "pre_transit"], "pre_transit"],
    [["out_for_delivery", "in_transit/edd_updated"], "out_for_delivery"],
    [["in_transit/edd_updated"], "in_transit/edd_updated"],
  ])("after %j is %s", (said, status) => {
    expect(after(...said)).toBe(status);
  });

  test("of two scans of one moment the one further along decides", () => {
    const [first, second] = scans("delivered", "out_for_delivery");
    expect(standingOf([first!, { ...second!, atMs: first!.atMs }]).status).toBe("delivered");
  });

  const anyScan = fc.constantFrom(...trackingStatuses).chain((status) =>
    fc.record({
      status: fc.constant(status),
      subStatus: fc.constantFrom(undefined, ...subStatuses[status]),
      atMs: fc.integer({ min: 0, max: 20 }),
      hash: fc.string({ minLength: 1, maxLength: 4 }),
    })
  ) as fc.Arbitrary<Scan>;

  test("is the same for every sequence of arrival, and however often a scan arrives", () => {
    const arrivals = fc.array(anyScan, { maxLength: 12 }).chain((known) =>
      fc.record({
        known: fc.constant(known),
        arrived: known.length === 0
          ? fc.constant<Scan[]>([])
          : fc.array(fc.constantFrom(...known), { maxLength: 24 }).chain((again) =>
            fc.shuffledSubarray([...known, ...again], { minLength: known.length + again.length })
          ),
      })
    );
    fc.assert(fc.property(arrivals, ({ known, arrived }) => {
      expect(standingOf(arrived)).toEqual(standingOf(known));
    }));
  });

  test("is final where the domain says so, whatever comes later", () => {
    fc.assert(fc.property(fc.array(anyScan), anyScan, (before, last) => {
      const ended = standingOf(before), later = { ...last, atMs: 100 };
      if (isFinal(ended)) expect(standingOf([...before, later])).toEqual(ended);
      if (ended.status === "delivered" && last.status !== "return_to_sender") {
        expect(standingOf([...before, later]).status).toBe("delivered");
      }
    }));
  });

  test("scans have one sequence", () => {
    fc.assert(fc.property(anyScan, anyScan, (one, other) => {
      expect(Math.sign(inSequence(one, other))).toBe(-Math.sign(inSequence(other, one)) || 0);
      if (one.atMs === other.atMs && rankOf(one) < rankOf(other)) {
        expect(inSequence(one, other)).toBeLessThan(0);
      }
    }));
  });
});
