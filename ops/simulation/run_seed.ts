import process from "node:process";
import { type PromiseName, Violation } from "./auditor/violation.ts";
import { Trace } from "./kernel/trace.ts";
import type { Sabotage } from "./sabotage/sabotage.ts";
import { World } from "./world/world.ts";

export interface SeedOptions {
  readonly seed: number;
  readonly steps: number;
  readonly sabotage?: Sabotage;
  readonly keepTrace?: boolean;
}
export interface SeedResult {
  readonly seed: number;
  readonly failure?: { readonly promise: PromiseName | "crash"; readonly facts: string };
  readonly hash: string;
  readonly steps: number;
  readonly virtualMs: number;
  readonly records: number;
  readonly answers: number;
  readonly asked: number;
  readonly trace: Trace;
}

/** Runs one world from its beginning to its end. The same seed gives the same result, trace and all. */
export async function runSeed(
  { seed, steps, sabotage, keepTrace = false }: SeedOptions,
): Promise<SeedResult> {
  const trace = new Trace({ keepAll: keepTrace });
  const restore = sabotage?.install?.();
  const world = new World({ seed, trace, ...(sabotage ? { sabotage } : {}) });
  const unhandled = (error: unknown) => world.fail(error);
  process.on("unhandledRejection", unhandled);
  let failure: SeedResult["failure"];
  try {
    while (world.kernel.steps < steps && await world.step());
    await world.settle();
    await world.lose();
  } catch (error) {
    failure = failureOf(error);
    trace.add(`failure ${failure.promise}: ${failure.facts.split("\n")[0]}`);
  } finally {
    process.off("unhandledRejection", unhandled);
    restore?.();
  }
  const { nowMs: virtualMs, steps: taken } = world.kernel, { records, answers } = world.auditor.counts;
  return {
    seed,
    ...(failure ? { failure } : {}),
    hash: trace.digest(),
    steps: taken,
    virtualMs,
    records,
    answers,
    asked: world.customers.counts.asked,
    trace,
  };
}

function failureOf(error: unknown): NonNullable<SeedResult["failure"]> {
  if (error instanceof Violation) return { promise: error.promise, facts: error.message };
  return { promise: "crash", facts: error instanceof Error ? error.stack ?? error.message : String(error) };
}
