import { Worker } from "node:worker_threads";
import type { Brief } from "./report.ts";
import type { WorkerOrder } from "./seed_worker.ts";

export interface ManySeeds extends WorkerOrder {
  readonly from: number;
  readonly to: number;
  readonly workers: number;
  /** False: the first failure ends it. */
  readonly keepGoing: boolean;
  readonly done: (brief: Brief) => void;
}

/** So many at a time are given to a worker. */
const handfulMax = 8;

/** Runs a range of seeds, as many at once as there are workers. They do not depend on each other, so neither does what they find. */
export async function runSeeds(options: ManySeeds): Promise<void> {
  const { from, to } = options;
  let next = from, stopped = false;
  const handful = () => {
    if (stopped) return [];
    const seeds = Array.from({ length: Math.min(handfulMax, to - next + 1) }, (_, i) => next + i);
    next += seeds.length;
    return seeds;
  };
  const done = (brief: Brief) => {
    options.done(brief);
    if (brief.failure && !options.keepGoing) stopped = true;
    return stopped;
  };
  await Promise.all(Array.from({ length: options.workers }, () => runWorker(options, handful, done)));
}

function runWorker(
  { steps, without }: WorkerOrder,
  handful: () => number[],
  done: (brief: Brief) => boolean,
): Promise<void> {
  const workerData: WorkerOrder = { steps, ...(without === undefined ? {} : { without }) };
  const worker = new Worker(new URL("./seed_worker.ts", import.meta.url), { workerData });
  return new Promise<void>((resolve, reject) => {
    let open = 0;
    const more = () => {
      const seeds = handful();
      open = seeds.length;
      if (open > 0) worker.postMessage(seeds);
      else resolve();
    };
    worker.on("message", (brief: Brief) => {
      if (done(brief)) return resolve();
      if (--open === 0) more();
    });
    worker.on("error", reject);
    more();
  }).finally(() => worker.terminate());
}
