import { expect, test } from "vitest";
import { failuresOf } from "./seeds_kit.ts";

// Two files, because each is one worker's work.
test("seeds 151 to 300 keep every promise", async () => {
  expect(await failuresOf(151, 300)).toEqual([]);
});
