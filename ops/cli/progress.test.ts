import { expect, test } from "vitest";
import { plainLines } from "./progress.ts";

/** Ten steps a second, as many as are told. */
function linesOf(total: number, steps: number): string[] {
  let atMs = 0;
  const lines: string[] = [];
  const progress = plainLines({ write: (text) => lines.push(text) }, () => atMs);
  progress.begin("orders", total);
  for (let step = 0; step < steps; step++) {
    atMs += 100;
    progress.step();
  }
  progress.end();
  return lines;
}

test("without a terminal progress is a line every two seconds, with rate and time left", () => {
  expect(linesOf(100, 50)).toEqual([
    "orders: 20/100, 10/s, 8 s left\n",
    "orders: 40/100, 10/s, 6 s left\n",
    "orders: 50/100, 10/s, 5 s left\n",
  ]);
});

test("what came meanwhile makes the whole larger", () => {
  expect(linesOf(30, 50)).toEqual([
    "orders: 20/30, 10/s, 1 s left\n",
    "orders: 40/40, 10/s, 0 s left\n",
    "orders: 50/50, 10/s, 0 s left\n",
  ]);
});
