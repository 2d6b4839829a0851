import Table from "cli-table3";
import type { ChaosResult } from "./result.ts";

const style = { head: [], border: [] };
const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
const findingsShown = 5, columns = 80;

const seconds = (ms: number) => (ms / 1_000).toFixed(2);

/** The report of a run, 80 columns wide. */
export function chaosText(result: ChaosResult): string {
  const { seed, minutes, orders, records, events, longestOfOnePartition: gap, settledInMs } = result;
  const injected = Object.values(result.faults).reduce((sum, n) => sum + n, 0);
  return [
    `Chaos, seed ${seed}, ${minutes} min: ${injected} faults, ${orders} orders`,
    `${records} records with ${events} events in the log`,
    "",
    recoveryTable(result),
    "",
    ...wrapped("Answers", Object.entries(result.answers).map(([said, count]) => `${said} × ${count}`)),
    `Longest time without any decision ${seconds(result.longestSilenceMs)} s; of one partition ${
      seconds(gap.ms)
    } s`,
    `  (partition ${gap.partition}, from second ${(gap.atMs / 1_000).toFixed(0)} on)`,
    `At rest ${seconds(settledInMs)} s after the last fault was healed`,
    ...Object.entries(result.skipped).map(([kind, why]) => `Left out: ${kind} (${why})`),
    ...(result.unasked.length === 0 ? [] : wrapped("Ended by themselves, and started again", result.unasked)),
    "",
    ...result.checks.flatMap(checkLines),
    "",
    ...verdictLines(result),
  ].join("\n");
}

function recoveryTable({ recovery, faults }: ChaosResult): string {
  const table = new Table({
    head: ["until all partitions answer, s", "times", "p50", "p95", "max"],
    colWidths: [36, 11, 9, 9, 9],
    chars,
    style,
  });
  for (const { kind, times, p50, p95, max } of recovery) {
    const injected = faults[kind] ?? times;
    table.push([
      kind,
      injected === times ? times : `${times}/${injected}`,
      seconds(p50),
      seconds(p95),
      seconds(max),
    ]);
  }
  return table.toString();
}

function wrapped(title: string, parts: readonly string[]): string[] {
  const lines = [`${title}:`];
  parts.forEach((part, i) => {
    const text = ` ${part}${i < parts.length - 1 ? "," : ""}`;
    if (lines.at(-1)!.length + text.length > columns) lines.push(" ");
    lines[lines.length - 1] += text;
  });
  return lines;
}

function checkLines({ what, looked, findings }: ChaosResult["checks"][number]): string[] {
  const line = `${findings.length === 0 ? "ok  " : "FAIL"}  ${what} (${looked})`;
  const shown = findings.slice(0, findingsShown).flatMap(indented);
  const more = findings.length > findingsShown ? [`        and ${findings.length - findingsShown} more`] : [];
  return [line, ...shown, ...more];
}

const findingCharsMax = 400, indent = 8;

function indented(finding: string): string[] {
  const lines = finding.slice(0, findingCharsMax).match(new RegExp(`.{1,${columns - indent}}`, "g")) ?? [];
  return lines.map((line) => " ".repeat(indent) + line);
}

function verdictLines({ verdict, dataDir, seed, minutes }: ChaosResult): string[] {
  if (verdict === "exact") return ["Everything that was promised is there, exactly."];
  return [
    "BROKEN: see above.",
    `The data is kept in ${dataDir}`,
    "Again, with the same faults at the same times:",
    `  npm run chaos -- --minutes ${minutes} --seed ${seed}`,
  ];
}
