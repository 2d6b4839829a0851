import { Failure } from "../cli/failure.ts";
import { type Baselines, type Method, methods, poolSizes } from "./baselines.ts";
import { nodeArgs, runProgram } from "./child.ts";
import type { LoadResult, LoadTask } from "./load.ts";
import { awaitProjections, type CatchUp, type Ours } from "./ours.ts";
import { betterOf, type ContestResult, contestResult, figuresOf, type Round } from "./results.ts";
import type { WorkloadName } from "./workload.ts";

export interface ContestOptions {
  readonly workload: "W1" | "W2";
  readonly ours: Ours;
  readonly baselines: Baselines;
  readonly seconds: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export const connections = 64;
const warmUpSeconds = 2;

/** Ours and each baseline at each pool size, one after the other, as many times as there are rounds: the machine's moods hit all. */
export async function contest(options: ContestOptions): Promise<ContestResult> {
  const ours: (Round & CatchUp)[] = [];
  const theirs = methods.flatMap((method) =>
    poolSizes.map((pool) => ({ method, pool, rounds: [] as Round[] }))
  );
  for (let round = 1; round <= options.rounds; round++) {
    ours.push(await measureOurs(options, round));
    for (const one of theirs) one.rounds.push(await measureBaseline(options, one, round));
  }
  const better = (method: Method) =>
    betterOf(
      theirs.filter((one) => one.method === method)
        .map(({ pool, rounds }) => ({ ...figuresOf(rounds), poolSize: pool })),
    );
  return contestResult(ours, { transaction: better("transaction"), function: better("function") });
}

async function measureOurs(
  { workload, ours, ...options }: ContestOptions,
  round: number,
): Promise<Round & CatchUp> {
  const run = `${workload}-${round}`;
  const { port, key, watch } = ours;
  const measured = await load({ ...baseTask(workload, options.seconds), port, key, watch, run, seed: round });
  // What it still does is done before the next one is measured.
  const caughtUp = await awaitProjections(ours, run);
  options.say(
    `${workload} round ${round}  ours            ${shown(measured)}, lag ${caughtUp.lagRecords} records`,
  );
  return { ...measured, ...caughtUp };
}

async function measureBaseline(
  { workload, baselines, seconds, say }: ContestOptions,
  { method, pool }: { readonly method: Method; readonly pool: number },
  round: number,
): Promise<Round> {
  const server = await baselines.start(method, pool);
  try {
    const { port, watch } = server;
    const run = `${workload}-${round}-${pool}`;
    const measured = await load({
      ...baseTask(workload, seconds),
      port,
      key: "none",
      watch,
      run,
      seed: round,
    });
    say(`${workload} round ${round}  ${`${method} ${pool}`.padEnd(15)} ${shown(measured)}`);
    return measured;
  } finally {
    await server.stop();
  }
}

function baseTask(workload: WorkloadName, seconds: number) {
  return { workload, seconds, connections, warmUpSeconds };
}

/** Runs the load generator; any answer but 201 makes the figures worthless. */
async function load(task: LoadTask): Promise<Round> {
  const result = await runLoad(task);
  const others = Object.entries(result.statusesEver).filter(([status]) => status !== "201");
  if (others.length > 0) {
    const text = others.map(([status, count]) => `${count} × ${status === "0" ? "no answer" : status}`).join(
      ", ",
    );
    throw new Failure(`Cannot count ${task.workload}: not every order was placed (${text})`);
  }
  return { ...result, ordersPerSecond: (result.statuses["201"] ?? 0) / result.seconds };
}

export async function runLoad(task: LoadTask): Promise<LoadResult> {
  return JSON.parse(await runProgram(nodeArgs("load.ts", JSON.stringify(task)))) as LoadResult;
}

const shown = ({ ordersPerSecond, p50, p99 }: Round) =>
  `${ordersPerSecond.toFixed(0).padStart(6)} orders/s, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms`;
