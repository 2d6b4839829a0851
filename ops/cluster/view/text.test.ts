import { expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { plainLine, viewText } from "./text.ts";

const names = [
  "nats-1",
  "nats-2",
  "nats-3",
  "postgres",
  "host-1",
  "host-2",
  "host-3",
  "projector-1",
  "edge-1",
];
const facts: Facts = {
  members: names.map((name, i) => ({
    name,
    state: i === 4 ? "paused" : "up",
    does: `partitions ${Array.from({ length: 40 }, (_, p) => p).join(" ")}`,
  })),
  unowned: [3, 4],
  ordersPerSecond: 123.4,
  recordsPerSecond: 45,
  waiting: 0,
  answers: new Map([["409", 3], ["201", 1_000]]),
};
const shown = { url: "http://127.0.0.1:8080", facts, selected: 4, loading: true, said: ["kill -9 host-1"] };

test("the view fits into 80 columns and 24 rows", () => {
  const lines = viewText({ ...shown, rows: 24 });
  expect(lines.length).toBeLessThan(24);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines.join("\n")).toContain(
    "orders/s 123   records/s 45   commands waiting 0   projections behind ?",
  );
  expect(lines.join("\n")).toContain("201: 1000  409: 3");
  expect(lines.join("\n")).toContain("nobody holds partitions 3 4");
  expect(lines.join("\n")).toContain("> host-1       paused");
  expect(lines.at(-1)).toBe("kill -9 host-1");
});

test("a small terminal shows what fits", () => {
  expect(viewText({ ...shown, rows: 10 }).length).toBeLessThan(10);
});

test("without a terminal a line names who is not up", () => {
  expect(plainLine(facts)).toContain("host-1 (paused)");
});
