import { expect, test } from "vitest";
import { faultKinds } from "./plan.ts";
import { chaosText } from "./report.ts";
import type { ChaosResult } from "./result.ts";

const result: ChaosResult = {
  ...{ seed: 2_147_483_647, minutes: 1_440, orders: 12_345_678, records: 123_456_789, events: 1_234_567_890 },
  verdict: "broken",
  faults: Object.fromEntries(faultKinds.map((kind) => [kind, 1_000])),
  skipped: { "disk full": "prlimit: spawnSync prlimit ENOENT" },
  answers: {
    "201": 12_345_678,
    "409 insufficient-stock": 12_345_678,
    "503 unavailable": 7,
    "no connection": 9,
  },
  longestSilenceMs: 12_345,
  longestOfOnePartition: { ms: 60_180, partition: 10, atMs: 54_000 },
  recovery: faultKinds.flatMap((kind) =>
    [kind, `${kind}, healed`].map((kind) => ({ kind, times: 999, p50: 1_234, p95: 61_000, max: 612_345 }))
  ),
  settledInMs: 30_270,
  unasked: Array.from({ length: 9 }, () => "projector-2: exit code 1"),
  checks: [{
    what: "every answer is what the log says",
    looked: 99,
    findings: ["a", "b", "c", "d", "e", "f"],
  }],
  dataDir: "/tmp/chaos",
};

test("the report fits into 80 columns, and says how to repeat what went wrong", () => {
  const text = chaosText(result);
  for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(text).toContain("999/1000");
  expect(text).toContain("FAIL  every answer is what the log says (99)");
  expect(text).toContain("and 1 more");
  expect(text).toContain("The data is kept in /tmp/chaos");
  expect(text).toContain("npm run chaos -- --minutes 1440 --seed 2147483647");
  expect(text).toContain("Left out: disk full (prlimit: spawnSync prlimit ENOENT)");
});

test("without a finding it says so", () => {
  expect(chaosText({ ...result, verdict: "exact", checks: [] })).toContain("is there, exactly.");
});
