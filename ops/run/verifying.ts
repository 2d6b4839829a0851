import { openDatabase } from "../../projections/database.ts";
import { pause } from "../../projections/pace.ts";
import type { Share } from "../../streams/cluster/shares.ts";
import { restful } from "../../streams/cluster/share.ts";
import { Fault } from "../../streams/faults.ts";
import { type LastVerdict, lastVerdict, noteVerdict } from "../../streams/operations/last_verdict.ts";
import { restMs } from "../../streams/pace.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { observeVerdict } from "../telemetry/verify_observer.ts";
import { findingsOf, verifySystem } from "../verify/verify.ts";
import { databaseOf, type Shared } from "./role.ts";

/** It looks this often whether it is time, and whether somebody else has verified. */
const lookMs = 10_000, retryMs = 600_000;
/** The part of the time that it works: orders go before it. */
const yielding = { shareMax: 0.25, restMsMax: 1_000 } as const;

/** Verifies the system now and then: one piece of work, done by whoever has the first partition. */
export function openVerifying(shared: Shared) {
  const { broker, runtime, map, measure, log, config: { verifyEveryMs } } = shared;
  const startedMs = runtime.nowMs();
  let last: LastVerdict | undefined;
  observeVerdict(measure, () => last);
  const verify = async (signal: AbortSignal) => {
    const sql = openDatabase({ url: databaseOf(shared), connectionsMax: 1, name: "waybill verify" });
    try {
      const verdict = await verifySystem(broker, {
        ...{ sql, signal, chance: runtime.random(), elapsedMs: runtime.elapsedMs },
        rest: (workedMs) => pause(runtime, restMs(workedMs, yielding), signal),
      });
      const { ok, events, tookMs, checks } = verdict;
      await noteVerdict(broker, runtime, { finishedAtMs: runtime.nowMs(), findings: findingsOf(verdict) });
      if (ok) log.info({ events, tookMs }, "verified: all is well");
      else log.error({ checks: checks.filter(({ found }) => found > 0) }, "verified: NOT well");
    } finally {
      await sql.end({ timeout: 5 });
    }
  };
  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      try {
        last = await lastVerdict(broker, runtime);
        const dueMs = (last?.finishedAtMs ?? startedMs) + verifyEveryMs;
        if (runtime.nowMs() >= dueMs) await verify(signal);
      } catch (error) {
        if (signal.aborted) return;
        // Rows go on whatever this meets; what it meets again and again is not met every moment.
        if (error instanceof Fault && error.retry) log.warn({ reason: error.message }, "verifying waits");
        else log.error({ err: error }, "cannot verify");
        await pause(runtime, retryMs, signal);
      }
      await pause(runtime, lookMs, signal);
    }
  };
  return {
    start: ({ partition }: Partition): Share => {
      if (verifyEveryMs === Infinity || partition !== map.current.partitions[0]?.partition) return restful();
      const stopping = new AbortController();
      return { done: run(stopping.signal), stop: () => stopping.abort() };
    },
  };
}
