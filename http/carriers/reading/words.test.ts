import { describe, expect, test } from "vitest";
import type { ReadEvent } from "../normal.ts";
import { withSummary } from "./newest.ts";
import { saidEstimate } from "./said_estimate.ts";
import { placeText, withoutSigner } from "./words.ts";

test.each([
  ["Delivered, signed by: R SMITH", "Delivered, signed"],
  ["Signed for by J. DOE; left at the door", "Signed; left at the door"],
  ["Delivered, Front Door", "Delivered, Front Door"],
  ["Received by the carrier", "Received by the carrier"],
])("%j is told as %j", (said, told) => expect(withoutSigner(said)).toBe(told));

test.each([
  ["BOCA RATON, FL, 33487, USA, United States", "BOCA RATON, FL, USA, United States"],
  ["London, SW1A 1AA, GB", "London, GB"],
  ["Montréal, QC, H2X 1Y4", "Montréal, QC"],
  ["DONGGUAN CN", "DONGGUAN CN"],
  ["10115", undefined],
  ["", undefined],
])("the place %j is told as %j", (said, told) => expect(placeText(said)).toBe(told));

test.each<[string | undefined, string | undefined, { from: string; to: string } | undefined]>([
  ["2024-08-05T00:00:00Z", undefined, { from: "2024-08-05", to: "2024-08-05" }],
  ["2024-08-05T00:00:00-06:00", undefined, { from: "2024-08-05", to: "2024-08-05" }],
  ["2024-08-05", undefined, { from: "2024-08-05", to: "2024-08-05" }],
  ["2024-08-05T18:30:00", undefined, { from: "2024-08-05", to: "2024-08-05" }],
  ["2024-08-05T18:30:00-04:00", undefined, { from: "2024-08-05T22:30:00Z", to: "2024-08-05T22:30:00Z" }],
  ["2024-08-05T08:00:00-04:00", "2024-08-05T20:00:00-04:00", {
    from: "2024-08-05T12:00:00Z",
    to: "2024-08-06T00:00:00Z",
  }],
  [undefined, "2024-08-05", { from: "2024-08-05", to: "2024-08-05" }],
  ["soon", undefined, undefined],
  [undefined, undefined, undefined],
])("expected from %j to %j is %j", (from, to, estimate) => expect(saidEstimate(from, to)).toEqual(estimate));

describe("the newest event", () => {
  const event = (at: string, code?: string): ReadEvent => ({
    meaning: code === undefined ? undefined : { status: "in_transit" },
    moment: { at },
    description: undefined,
    code,
  });
  const older = event("2024-01-01T00:00:00Z", "IT"), newer = event("2024-01-02T00:00:00Z");

  test("is what the summary speaks of, where it has no code", () => {
    const [first, second] = withSummary(
      [newer, older],
      { status: "delivered" },
      ({ code }) => code === undefined,
    );
    expect([first!.meaning, second!.meaning]).toEqual([{ status: "delivered" }, { status: "in_transit" }]);
  });

  test("speaks for itself where it has one", () => {
    const events = [event("2024-01-03T00:00:00Z", "IT"), newer];
    expect(withSummary(events, { status: "delivered" }, ({ code }) => code === undefined)).toEqual(events);
  });
});
