import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runChaos } from "./chaos/chaos.ts";
import { chaosText } from "./chaos/report.ts";
import { usualShape } from "./shape.ts";

/** Two to three minutes with everything; `npm run chaos -- --minutes 30` is the same for longer. */
const minutes = 1.4, seed = 20_261_122, buyers = 2_500, pace = 0.45;
const msMax = 20 * 60_000;

test(`a sale on a cluster under faults is exact (seed ${seed})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "waybill-chaos-"));
  chmodSync(folder, 0o711); // Root's Postgres runs as nobody.
  const lines: string[] = [];
  const result = await runChaos({
    ...{ seed, minutes, buyers, pace },
    shape: usualShape,
    folder: join(folder, "run"),
    say: (line) => lines.push(line),
  });
  const report = chaosText(result);
  console.log(report);
  expect(result.verdict, `${lines.join("\n")}\n${report}`).toBe("exact");
  expect(Object.values(result.faults).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(10);
  for (const line of report.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  rmSync(folder, { recursive: true, force: true });
}, msMax);
