import { expect, test } from "vitest";
import { failuresOf } from "./seeds_kit.ts";

// Two files, because each is one worker's work.
test("seeds 1 to 150 keep every promise", async () => {
  expect(await failuresOf(1, 150)).toEqual([]);
});
