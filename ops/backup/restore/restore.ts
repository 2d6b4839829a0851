import type { ContinueSeries } from "../../../actors/money_commands.ts";
import type { Broker } from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import { streamNames } from "../../../streams/record.ts";
import type { Runtime } from "../../../streams/runtime.ts";
import { Failure } from "../../cli/failure.ts";
import type { Progress } from "../../cli/progress.ts";
import { type SystemVerdict, verifySystem } from "../../verify/verify.ts";
import { readRestore, type RestoreMark, writeRestore } from "../../run/unfinished_restore.ts";
import { readChunks } from "../keep.ts";
import { LogHeads } from "../log_heads.ts";
import { keptOf } from "../manifest.ts";
import { restoreCommands } from "./commands.ts";
import { continuations } from "./continue_series.ts";
import { restoreCallbacks, restoreOperations, restoreSnapshots } from "./other_streams.ts";
import { personalUpto } from "./personal.ts";
import type { Plan } from "./plan.ts";
import { publishAll } from "./publish_all.ts";
import { beginAgain, beginRegistry, restoreSettings } from "./registry.ts";

export interface RestoreOptions {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly mark: Omit<RestoreMark, "state">;
  /** What is said to each series, by its entity. */
  readonly series: ReadonlyMap<string, ContinueSeries>;
  readonly progress: Progress;
  /** At least 0, below 1: which actors the verification looks at one by one. */
  readonly chance: number;
}

export interface Restored {
  /** Messages, by stream. */
  readonly messages: { readonly [stream: string]: number };
  readonly series: readonly string[];
  /** Commands of erased people that records name by their hash: erase-person has to run again. */
  readonly unerased: number;
  /** Of what was restored: there are no rows yet. */
  readonly verdict: SystemVerdict;
}

/**
 * Writes what the plan says into empty streams that are there already. Whoever runs it again after an interruption goes on: records stay
 * as they are, everything else is written once more.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { broker, runtime, plan, mark, series, progress, chance } = options;
  if ((await readRestore(broker))?.state !== "begun") {
    await beginRegistry(broker, plan);
    await writeRestore(broker, { ...mark, state: "begun" });
  }
  const events = await restoreEvents(options), messages: Record<string, number> = { EVENTS: events.count };
  const shown = async <T>(name: string, work: (done: (count: number) => void) => Promise<T>): Promise<T> => {
    progress.begin(name, plan.newest.streams[name as keyof typeof plan.newest.streams]?.last ?? 0);
    const result = await work((count) => progress.step(count));
    progress.end();
    return result;
  };
  const commands = await shown("COMMANDS", (done) => restoreCommands(broker, plan, done));
  messages["COMMANDS"] = commands.count;
  messages["PERSONAL"] = await shown("PERSONAL", async (done) => {
    await broker.skipTo(streamNames.personal, 1);
    return await publishAll(broker, personalUpto(plan), { stream: streamNames.personal, done });
  });
  const callbacks = await shown("CALLBACKS", (done) => restoreCallbacks(broker, plan, done));
  messages["CALLBACKS"] = callbacks.count;
  messages["OPERATIONS"] = await shown("OPERATIONS", (done) => restoreOperations(broker, plan, done));
  messages["SNAPSHOTS"] = await shown("SNAPSHOTS", (done) => restoreSnapshots(broker, plan, done));
  messages["REGISTRY"] = await shown("REGISTRY", (done) => restoreSettings(broker, plan, done));
  await beginAgain(broker, runtime, plan, { callbacks: callbacks.position, heads: events.heads });
  await writeRestore(broker, { ...mark, state: "done" });
  return {
    messages,
    series: [...series.keys()].sort(),
    unerased: commands.unerased,
    verdict: await verifySystem(broker, { chance, progress, elapsedMs: () => runtime.elapsedMs() }),
  };
}

/** The records up to the cut at their own sequences, and behind them those by which every series goes on. */
async function restoreEvents(
  options: RestoreOptions,
): Promise<{ readonly heads: LogHeads; readonly count: number }> {
  const { broker, plan, progress } = options, { cut } = plan;
  const { lastSequence: there } = await broker.info(streamNames.events);
  await expectSame(options, Math.min(there, cut.sequence));
  const records = readChunks(plan.place, keptOf(plan.newest, streamNames.events).chunks, {
    from: there + 1,
    until: cut.sequence,
  });
  progress.begin("EVENTS", Math.max(0, cut.sequence - there));
  const done = (count: number) => progress.step(count);
  await publishAll(broker, records, { stream: streamNames.events, at: there + 1, done });
  progress.end();
  const heads = new LogHeads(cut.sequence, plan.heads.all());
  await continueSeries(options, heads, Math.max(there, cut.sequence));
  return { heads, count: heads.sequence };
}

/** What an interrupted restore left here is what the backup has. */
async function expectSame({ broker, plan }: RestoreOptions, sequence: number): Promise<void> {
  if (sequence === 0) return;
  const stored = await broker.at(streamNames.events, sequence);
  const chunks = keptOf(plan.newest, streamNames.events).chunks;
  for await (const { payload } of readChunks(plan.place, chunks, { from: sequence, until: sequence })) {
    if (stored && hashOf(stored.payload) === hashOf(payload)) return;
  }
  throw new Failure(
    `Cannot go on with this restore: record ${sequence} is not the backup's; begin with an empty system`,
  );
}

async function continueSeries(
  { broker, runtime, plan, mark, series }: RestoreOptions,
  heads: LogHeads,
  there: number,
): Promise<void> {
  const { nowMs, newId } = runtime, done = new Set<number>();
  for (let sequence = heads.sequence + 1; sequence <= there; sequence++) {
    const stored = await broker.at(streamNames.events, sequence);
    if (stored) done.add(heads.take(stored).partition); // Of the interrupted run.
  }
  const records = continuations(plan, { id: mark.backup, nowMs: nowMs(), newId, commands: series });
  for (const [partition, record] of records) {
    if (done.has(partition)) continue;
    const sequence = heads.sequence + 1;
    await publishAll(broker, one(record), { stream: streamNames.events, at: sequence });
    heads.take({ ...record, sequence, storedAtMs: nowMs(), headers: new Map() });
  }
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield await Promise.resolve(value);
}
