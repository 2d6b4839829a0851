import type { Command } from "commander";
import process from "node:process";
import type { Sql } from "../../projections/database.ts";
import type { CheckReport } from "../invoices/check.ts";
import { noteVerdict } from "../../streams/operations/last_verdict.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { version } from "../version.ts";
import { findingsOf, type SystemVerdict, verifySystem } from "../verify/verify.ts";
import { showProgress } from "./progress.ts";
import { withBroker } from "./with_broker.ts";
import { withRowsIfNamed } from "./with_rows.ts";
import { counted } from "./counted.ts";

interface Flags {
  readonly json?: boolean;
  readonly rows: boolean;
  readonly threads?: boolean;
}

/** `waybill verify`: proves the system from its log. */
export function registerVerify(program: Command, print: (text: string) => void = console.log): void {
  program.command("verify")
    .description(
      "prove the system from its log: chains, versions, stock, invoices; then snapshots and rows against it",
    )
    .option("--no-rows", "do not ask the database")
    .option("--threads", "audit a log of 16 MiB or more in two threads: measure whether that is faster")
    .option("--json", "print one JSON object")
    .action(async ({ json, rows, threads = false }: Flags) => {
      const verdict = await verified(rows, threads);
      print(json ? JSON.stringify(verdict) : verdictText(verdict));
      if (!verdict.ok) process.exitCode = 1;
    });
}

async function verified(rows: boolean, threads: boolean): Promise<SystemVerdict> {
  const how = {
    chance: Math.random(),
    elapsedMs: () => performance.now(),
    threads,
    progress: showProgress(process.stderr),
  };
  const verifying = (sql: Sql | undefined) =>
    withBroker("waybill verify", async (broker) => {
      const runtime = systemRuntime(version),
        verdict = await verifySystem(broker, { ...how, ...(sql && { sql }) });
      await noteVerdict(broker, runtime, { finishedAtMs: runtime.nowMs(), findings: findingsOf(verdict) });
      return verdict;
    });
  return await withRowsIfNamed(verifying, { wanted: rows, statementMsMax: 60_000 });
}

/** Every check with what was found wrong, for a terminal of 80 columns. */
export function checksText(checks: readonly CheckReport[]): string[] {
  return checks.flatMap(({ what, looked, found, findings }) => [
    `${found === 0 ? "ok   " : "WRONG"} ${what} (${looked})`,
    ...findings.map((finding) => `        ${finding}`),
    ...(found > findings.length ? [`        and ${found - findings.length} more`] : []),
  ]);
}

function verdictText(
  { ok, checks, records, events, actors, sampled, eventsPerSecond, tookMs }: SystemVerdict,
) {
  const looked = `${counted(events, "event")} of ${counted(actors, "actor")} in ${
    counted(records, "record")
  }, ${counted(sampled, "actor")} one by one`;
  return [
    ...checksText(checks),
    `${ok ? "All is well" : "NOT WELL"}: ${looked}`,
    `${(tookMs / 1000).toFixed(1)} s; the log at ${eventsPerSecond} events/s`,
  ].join("\n");
}
