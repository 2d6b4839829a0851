import { parentPort, workerData } from "node:worker_threads";
import { runSeed } from "./run_seed.ts";
import { safeguards } from "./sabotage/safeguards.ts";
import { type Brief, briefOf } from "./report.ts";

export interface WorkerOrder {
  readonly steps: number;
  readonly without?: string;
}

const { steps, without } = workerData as WorkerOrder;
const sabotage = without === undefined ? undefined : safeguards[without]!.off;

/** Runs each seed that it is given, one after the other, and tells how it went. */
parentPort!.on("message", (seeds: readonly number[]) => {
  void (async () => {
    for (const seed of seeds) {
      const brief: Brief = briefOf(await runSeed({ seed, steps, ...(sabotage ? { sabotage } : {}) }));
      parentPort!.postMessage(brief);
    }
  })();
});
