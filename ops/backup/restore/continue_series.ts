import type { Accepted } from "../../../actors/actor.ts";
import { actorId } from "../../../actors/ids.ts";
import type { ContinueSeries } from "../../../actors/money_commands.ts";
import { series } from "../../../actors/series/series.ts";
import type { SeriesEvent } from "../../../actors/series/series_events.ts";
import { nothingRead, nothingYet } from "../../../streams/host/partition_state.ts";
import { type Entry, type Input, recordFormat, type RecordHead, subjects } from "../../../streams/record.ts";
import { encodeRecord } from "../../../streams/record_text.ts";
import type { Plan } from "./plan.ts";
import type { Outgoing } from "./publish_all.ts";

export interface ContinueOptions {
  /** Names the restore. */
  readonly id: string;
  readonly nowMs: number;
  readonly newId: () => string;
  /** What is said to each series, by its entity. */
  readonly commands: ReadonlyMap<string, ContinueSeries>;
}

/**
 * A turn record for each partition that has series, as its host would write it: nothing can be numbered before them. What is decided is
 * decided by the series themselves.
 */
export function continuations(plan: Plan, options: ContinueOptions): Map<number, Outgoing> {
  const byPartition = new Map<number, string[]>();
  for (const entity of options.commands.keys()) {
    const partition = plan.map.partitionOf(actorId("series", entity));
    byPartition.set(partition, [...(byPartition.get(partition) ?? []), entity]);
  }
  const records = new Map<number, Outgoing>();
  for (const [partition, entities] of byPartition) {
    const record = recordOf(plan, partition, entities, options);
    if (record !== undefined) records.set(partition, record);
  }
  return records;
}

function recordOf(
  plan: Plan,
  partition: number,
  entities: readonly string[],
  { id, nowMs, newId, commands }: ContinueOptions,
): Outgoing | undefined {
  const head = headOf(plan, partition, { turn: newId(), nowMs });
  const inputs: Input[] = [], entries: Entry[] = [];
  for (const entity of entities) {
    const { state, version } = plan.series.get(entity) ?? { state: series.initial(entity), version: 0 };
    const actor = actorId("series", entity), command = commands.get(entity)!;
    const cause = { id: `restore:${id}:${entity}`, atMs: head.atMs };
    const { events } = series.decide(state, command, cause) as Accepted<SeriesEvent>; // It refuses nothing.
    if (events.length === 0) continue;
    inputs.push({ ...cause, to: actor, command });
    events.forEach(({ type, version: v, data }, i) => {
      const entry = { actor, version: version + i + 1, cause: inputs.length - 1, type, v };
      entries.push({ ...entry, data: JSON.parse(JSON.stringify(data)) });
    });
  }
  if (entries.length === 0) return undefined;
  const results = inputs.map((input) => ({ id: input.id, outcome: "ok" }));
  const lines = (all: readonly object[]) => all.map((one) => JSON.stringify(one));
  const payload = encodeRecord(head, { sends: [], inputs: lines(inputs), results, entries: lines(entries) });
  return { subject: subjects.events(partition), payload };
}

function headOf(
  { heads, last, map }: Plan,
  partition: number,
  { turn, nowMs }: { readonly turn: string; readonly nowMs: number },
): RecordHead {
  const before = last.get(partition), mark = heads.head(partition);
  const range = before?.range ?? map.partitions.find((one) => one.partition === partition)!.range;
  return {
    format: recordFormat,
    turn,
    partition,
    previous: mark ? { sequence: mark.sequence, hash: mark.hash } : nothingYet,
    epoch: before?.epoch ?? 0,
    atMs: Math.max(nowMs, before?.atMs ?? 0),
    read: before?.read ?? { commands: nothingRead, peers: nothingYet },
    range,
    took: 0,
    out: [],
    timers: [],
    dead: [],
    parked: [],
  };
}
