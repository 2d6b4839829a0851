import { expect, test } from "vitest";
import { faultAreas, faultKinds, planFaults } from "./plan.ts";

const ms = 600_000;

test("the same seed gives the same faults, another one others", () => {
  expect(planFaults({ seed: 7, ms, pace: 1 })).toEqual(planFaults({ seed: 7, ms, pace: 1 }));
  expect(planFaults({ seed: 7, ms, pace: 1 })).not.toEqual(planFaults({ seed: 8, ms, pace: 1 }));
});

test("every kind comes before any comes again", () => {
  for (let seed = 0; seed < 50; seed++) {
    const first = planFaults({ seed, ms, pace: 1 }).slice(0, faultKinds.length).map(({ kind }) => kind);
    expect(new Set(first).size, `seed ${seed}`).toBe(faultKinds.length);
  }
});

test("of one area only one thing is broken at a time", () => {
  for (let seed = 0; seed < 50; seed++) {
    const plan = planFaults({ seed, ms, pace: 1 });
    for (const one of plan) {
      const beside = plan.filter((other) =>
        other !== one && faultAreas[other.kind] === faultAreas[one.kind] &&
        other.atMs < one.atMs + one.forMs && one.atMs < other.atMs + other.forMs
      );
      expect(beside).toEqual([]);
    }
  }
});
