import { expect, test } from "vitest";
import failing from "./failing_seeds.json" with { type: "json" };
import { failuresOf } from "./seeds_kit.ts";

test.each(failing)("seed $seed, which failed once: $note", async ({ seed, steps }) => {
  expect(await failuresOf(seed, seed, steps)).toEqual([]);
});
