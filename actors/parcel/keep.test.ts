import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Checkpoint, checkpointOf } from "./checkpoint.ts";
import { standingOf } from "./fold.ts";
import { fnv1a } from "./fnv1a.ts";
import { checkpointsMax, type Kept, unknownOf, withScans } from "./keep.ts";
import { scan } from "./specs.ts";

const nothing: Kept = { checkpoints: [] };
const hear = (kept: Kept, scans: readonly Checkpoint[]) => withScans(kept, unknownOf(kept, scans));
const made = (said: string, days: number) => checkpointOf("dpd:1", scan(said, days));
const many = (said: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => made(said, from + i));

describe("a parcel with very many scans", () => {
  const full = hear(nothing, [made("pre_transit", 0), ...many("in_transit", checkpointsMax - 1, 1)]);

  test("keeps the newest of those that say the same, and every one that says something else", () => {
    const more = hear(full, [made("delivered", 2_000), made("in_transit", 1_999)]);
    expect(more.checkpoints).toHaveLength(checkpointsMax);
    expect(more.checkpoints[0]?.status).toBe("pre_transit");
    expect(more.checkpoints.at(-1)?.status).toBe("delivered");
    expect(more.checkpoints).not.toContainEqual(made("in_transit", 2));
  });

  test("knows again what made room", () => {
    const more = hear(full, [made("in_transit", 1_999)]);
    expect(unknownOf(more, [made("in_transit", 1), made("in_transit", 1_999)])).toEqual([]);
    expect(unknownOf(more, [made("exception/held", 0.5)])).toHaveLength(1);
  });

  test("takes no more when every one of them ends something", () => {
    const ends = hear(nothing, many("delivered", checkpointsMax));
    expect(unknownOf(ends, [made("return_to_sender", 5)])).toEqual([]);
    expect(unknownOf(nothing, many("delivered", checkpointsMax + 5))).toHaveLength(checkpointsMax);
  });

  test("stands as if it had kept all of them, in whatever sequence they came", () => {
    const noise = fc.constantFrom("in_transit", "out_for_delivery", "exception/held", "unknown");
    const signal = fc.constantFrom(
      "pre_transit",
      "in_transit/accepted",
      "exception/lost",
      "delivered",
      "return_to_sender",
      "return_to_sender/returned",
    );
    const scans = fc.array(
      fc.tuple(fc.oneof({ weight: 9, arbitrary: noise }, signal), fc.nat({ max: 900 })),
      {
        minLength: 1_050,
        maxLength: 1_300,
        size: "max",
      },
    ).map((rows) => rows.map(([said, hours], i) => made(said, hours + i / 2_000)));
    fc.assert(
      fc.property(scans, fc.integer({ min: 1, max: 400 }), (all, size) => {
        let kept = nothing;
        for (let i = 0; i < all.length; i += size) kept = hear(kept, all.slice(i, i + size));
        expect(kept.checkpoints.length).toBeLessThanOrEqual(checkpointsMax);
        expect(standingOf(kept.checkpoints)).toEqual(standingOf(all));
        expect(unknownOf(kept, all)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

test("FNV-1a makes the hashes that its authors publish", () => {
  expect(["", "a", "foobar"].map(fnv1a)).toEqual([
    "cbf29ce484222325",
    "af63dc4c8601ec8c",
    "85944171f73967e8",
  ]);
});
