import { describe, expect, test } from "vitest";
import { runSeed, type SeedResult } from "./run_seed.ts";
import planted from "./sabotage/planted.json" with { type: "json" };
import { safeguards } from "./sabotage/safeguards.ts";

/** Beyond the seed that found it first; whatever changes in the system changes every story. */
const searchMax = 2_000;

async function findingSeed(name: string, first: number): Promise<SeedResult | undefined> {
  for (const seed of [first, ...Array.from({ length: searchMax }, (_, i) => i + 1)]) {
    const broken = await runSeed({ seed, steps: 2_000, sabotage: safeguards[name]!.off });
    if (!broken.failure) continue;
    const whole = await runSeed({ seed, steps: 2_000 });
    if (!whole.failure) return broken;
  }
  return undefined;
}

describe("a harness counts only if it finds what is planted", () => {
  test.each(Object.entries(planted))("without %s seed %i fails, and with it passes", async (name, first) => {
    const found = await findingSeed(name, first);
    expect(found?.failure, `${name}: no seed fails any more`).toBeDefined();
    if (found!.seed !== first) {
      console.warn(`${name}: now found by seed ${found!.seed}, no longer by ${first}`);
    }
  });

  test("every safeguard has its seed", () => {
    expect(Object.keys(planted).sort()).toEqual(Object.keys(safeguards).sort());
  });
});
