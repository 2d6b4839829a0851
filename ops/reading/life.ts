import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import { actorFor } from "../../actors/registry.ts";
import type { Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { Fault } from "../../streams/faults.ts";
import type { Slot } from "../../streams/host/turn_context.ts";
import { type ActorSearch, type KnownPlaces, recordsOfActor } from "../../streams/reading/actor_records.ts";
import { ActorSteps, type Step } from "../../streams/reading/actor_steps.ts";
import { endOfLog } from "../../streams/reading/scan.ts";
import { clocksApartMsMax } from "../../streams/reading/time.ts";
import { type Segment, segmentsOf } from "../../streams/reading/segments.ts";
import { exitCodes, Failure } from "../cli/failure.ts";
import type { Moment } from "./at.ts";
import { withCommands } from "./commands_behind.ts";
import { indexedPlaces } from "./index_places.ts";

/** How an actor came to be what it is. */
export interface Life {
  readonly id: ActorId;
  readonly actor: AnyActor;
  /** The partition that it lives in now. */
  readonly partition: number;
  readonly slot: Slot;
  /** The last ones, oldest first. */
  readonly steps: readonly Step[];
  /** Of the whole life up to the moment. */
  readonly stepsInAll: number;
  readonly records: number;
  /** Where it began, of a life of which nothing is recorded up to the moment that was asked for, but later. */
  readonly begins?: Pick<Step, "atMs" | "partition" | "sequence">;
  /** `index`: what the index did not know yet was searched; `log`: all was, and why. */
  readonly found: { readonly by: "index" } | { readonly by: "log"; readonly why: string };
}

export interface LifeWanted {
  readonly id: ActorId;
  /** Up to which moment; absent: now. */
  readonly at?: Moment;
  /** How many steps are kept. */
  readonly stepsMax: number;
  /** Where the index is asked; absent: nowhere, and why. */
  readonly index: Sql | { readonly why: string };
  readonly progress?: ActorSearch["progress"];
}

export async function readLife(broker: Broker, wanted: LifeWanted): Promise<Life> {
  const { id, at, stepsMax, progress } = wanted, actor = actorFor(id);
  const stored = await readMap(broker);
  if (!stored) throw new Failure("Cannot show anything: there is no log yet");
  if (at) await expectPast(broker, at);
  const partition = stored.map.partitionOf(id);
  const segments = until(segmentsOf(stored.map, partition), at);
  const { known, found } = await placesIn(broker, wanted, segments);
  const life = new ActorSteps(id, actor), steps: Step[] = [];
  let stepsInAll = 0, records = 0;
  const search = { actor: id, segments, ...(known && { known }), ...(progress && { progress }) };
  for await (const one of recordsOfActor(broker, search)) {
    if (at && "timeMs" in at && one.record.atMs > at.timeMs) break;
    const more = life.read(one);
    if (more.length > 0) records++;
    stepsInAll += more.length;
    steps.push(...more);
    if (steps.length > stepsMax) steps.splice(0, steps.length - stepsMax);
  }
  const told = await withCommands(broker, steps);
  const begins = at && stepsInAll === 0 ? await beginningOf(broker, wanted) : undefined;
  return {
    ...{ id, actor, partition, slot: life.slot, steps: told, stepsInAll, records, found },
    ...(begins && { begins }),
  };
}

async function beginningOf(broker: Broker, { at: _, ...wanted }: LifeWanted): Promise<Life["begins"]> {
  const { steps: [first] } = await readLife(broker, { ...wanted, stepsMax: Infinity });
  return first;
}

/** A moment that has not come yet shows nothing but now. */
async function expectPast(broker: Broker, at: Moment): Promise<void> {
  const beyond = (text: string) => new Failure(`Cannot show it at ${text}`, { exitCode: exitCodes.misused });
  if ("timeMs" in at) {
    if (at.timeMs <= Date.now() + clocksApartMsMax) return;
    throw beyond(`${new Date(at.timeMs).toISOString()}: that time has not come yet`);
  }
  const end = await endOfLog(broker), later = [...at.positions].find(([, sequence]) => sequence > end);
  if (later) throw beyond(`${later.join(":")}: the log ends at ${end}`);
}

/** As much of them as lies before the moment. A position of the API names every partition that its answer implies. */
function until(segments: readonly Segment[], at: Moment | undefined): readonly Segment[] {
  if (!at || "timeMs" in at) return segments;
  const named = segments.filter(({ partition }) => at.positions.has(partition));
  if (named.length === 0) {
    const partitions = segments.map(({ partition }) => partition).join(" or ");
    throw new Failure(
      `Cannot show it at that position: the actor lives in partition ${partitions}, which it does not name`,
    );
  }
  const last = segments.findLastIndex((one) => named.includes(one));
  return segments.slice(0, last + 1).map(({ partition, toSequence }) => ({
    partition,
    toSequence: Math.min(toSequence, at.positions.get(partition) ?? Infinity),
  }));
}

async function placesIn(
  broker: Broker,
  { id, index }: LifeWanted,
  segments: readonly Segment[],
): Promise<{ readonly known?: KnownPlaces; readonly found: Life["found"] }> {
  if ("why" in index) return { found: { by: "log", why: index.why } };
  try {
    const known = await indexedPlaces({ sql: index, broker }, id, segments);
    if (segments.some(({ partition }) => known.upTo(partition) > 0)) return { known, found: { by: "index" } };
    return { found: { by: "log", why: "the index holds nothing of this log" } };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "database.unavailable") throw error;
    return { found: { by: "log", why: error.message } };
  }
}
