import { setTimeout as sleep } from "node:timers/promises";
import { calm, inject, type Site } from "./faults.ts";
import type { PlannedFault } from "./plan.ts";
import type { Recovery } from "./recovery.ts";

export interface StormOptions {
  readonly site: Site;
  readonly plan: readonly PlannedFault[];
  readonly recovery: Recovery;
  readonly say: (line: string) => void;
  readonly aborted?: AbortSignal;
}
export interface Storm {
  /** How often each kind was injected. */
  readonly injected: ReadonlyMap<string, number>;
  /** What could not be done here, and why. */
  readonly skipped: ReadonlyMap<string, string>;
  /** What could not be injected or healed. */
  readonly problems: readonly string[];
}

/** Injects every fault of the plan at its time, each for its time, and heals it; returns when all are healed. */
export async function runStorm({ site, plan, recovery, say, aborted }: StormOptions): Promise<Storm> {
  const injected = new Map<string, number>(), skipped = new Map<string, string>(), problems: string[] = [];
  const startMs = performance.now();
  const run = async (fault: PlannedFault) => {
    const { kind, atMs, forMs } = fault;
    await pause(atMs - (performance.now() - startMs), aborted);
    if (aborted?.aborted) return;
    await calm(site, fault);
    const watched = recovery.begin(kind);
    const { who, skipped: why, heal } = await inject(site, fault);
    if (why !== undefined) {
      watched.cancel();
      skipped.set(kind, why);
      return;
    }
    watched.hit(who);
    injected.set(kind, (injected.get(kind) ?? 0) + 1);
    say(`${secondsSince(startMs)} s: ${kind}: ${who}, for ${(forMs / 1_000).toFixed(1)} s`);
    await pause(forMs, aborted);
    recovery.begin(`${kind}, healed`).hit(who);
    await heal();
  };
  const noted = (fault: PlannedFault) =>
    run(fault).catch((error) => {
      problems.push(`${fault.kind}: ${error instanceof Error ? error.message : String(error)}`);
      say(problems.at(-1)!);
    });
  await Promise.all(plan.map(noted));
  return { injected, skipped, problems };
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, signal && { signal }).catch((error) => {
    if (!signal?.aborted) throw error;
  });
}

const secondsSince = (startMs: number) => ((performance.now() - startMs) / 1_000).toFixed(1).padStart(6);
