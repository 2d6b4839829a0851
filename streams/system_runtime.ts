import { setTimeout as sleep } from "node:timers/promises";
import { monotonicFactory } from "ulid";
import type { Runtime } from "./runtime.ts";

/** The real one: this machine's clocks and its source of chance. */
export function systemRuntime(build: string): Runtime {
  return {
    nowMs: Date.now,
    elapsedMs: () => performance.now(),
    newId: monotonicFactory(), // Asks for random bits once a millisecond, not once an id.
    random: Math.random,
    sleep: async (ms) => {
      await sleep(ms);
    },
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return { stop: () => clearTimeout(timer) };
    },
    build,
  };
}
