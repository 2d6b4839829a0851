import { setTimeout as sleep } from "node:timers/promises";
import type { Broker } from "../../../streams/broker/broker.ts";
import { readStatus } from "../../../streams/cluster/status.ts";
import type { Cluster } from "../cluster.ts";
import type { Check } from "./audit.ts";

const quietMs = 3_000, lookMs = 500;

/** Waits until every partition has an owner, nothing waits and the log does not grow; what did not come to rest in time. */
export async function untilQuiet(broker: Broker, msMax: number): Promise<string | undefined> {
  const giveUpAtMs = performance.now() + msMax;
  let heads = "", sinceMs = performance.now();
  for (let why = "the log tells nothing of itself";;) {
    const status = await readStatus(broker, Date.now()).catch(() => undefined);
    if (status) {
      const orphans = status.partitions.filter(({ host }) => host === undefined);
      const behind = status.partitions.filter(({ behind }) => behind > 0);
      const now = status.partitions.map(({ head }) => head).join(" ");
      why = orphans.length > 0
        ? `nobody owns partition ${orphans.map(({ partition }) => partition).join(", ")}`
        : behind.length > 0
        ? `commands wait in partition ${behind.map(({ partition }) => partition).join(", ")}`
        : "the log still grows";
      if (now !== heads || orphans.length > 0 || behind.length > 0) sinceMs = performance.now();
      heads = now;
      if (performance.now() - sinceMs >= quietMs) return undefined;
    }
    if (performance.now() > giveUpAtMs) return why;
    await sleep(lookMs);
  }
}

/** Every process says that it is ready, and that no partition and no actor of its has stopped. */
export async function auditMembers(cluster: Cluster): Promise<Check> {
  const findings: string[] = [];
  for (const { member, url } of cluster.roles) {
    try {
      const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }),
        said = await ready.text();
      if (!ready.ok) findings.push(`${member.name} is not ready: ${said}`);
      const metrics = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
      for (const line of metrics.split("\n")) {
        const stopped =
          /^waybill_(partition_stopped|actors_stopped|reader_stopped|copier_missing|dead_letters)/.test(line);
        // Of two that follow one partition for a moment, one is fenced: that is how it is meant.
        const meant = /code="(projection|partition)\.fenced"/.test(line);
        if (stopped && !meant && !/ 0$/.test(line)) findings.push(`${member.name}: ${line}`);
      }
    } catch (error) {
      findings.push(
        `${member.name} does not answer: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { what: "every process is ready, no partition stopped", looked: cluster.roles.length, findings };
}
