import { expect, test } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { actorFor, actorsByKind } from "../../actors/registry.ts";
import type { Stored } from "../../streams/broker/broker.ts";
import type { MemoryStream } from "../../streams/broker/memory_stream.ts";
import { checkDecisions } from "../../streams/redeciding/check.ts";
import type { ChangedOutcome } from "../../streams/redeciding/outcomes.ts";
import { whatIf } from "../../streams/redeciding/what_if.ts";
import { decodeMap, mapSubject } from "../../streams/cluster/map_store.ts";
import type { PartitionMap } from "../../streams/partition_map.ts";
import { recordsOfActor } from "../../streams/reading/actor_records.ts";
import { ActorSteps } from "../../streams/reading/actor_steps.ts";
import { type LogReading, scanLog } from "../../streams/reading/scan.ts";
import { segmentsOf } from "../../streams/reading/segments.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import type { Difference } from "../../streams/redeciding/differences.ts";
import { streamNames } from "../../streams/record.ts";
import { Trace } from "./kernel/trace.ts";
import { World } from "./world/world.ts";

/** The world's log, outside of its time. */
function logOf(events: MemoryStream): LogReading {
  return {
    info: () => Promise.resolve(events.info()),
    at: (_, sequence) => Promise.resolve(events.at(sequence)),
    last: (_, subject) => Promise.resolve(events.last(subject)),
    read: (_, { fromSequence, subject }) => ({
      async *[Symbol.asyncIterator](): AsyncGenerator<Stored> {
        let next = events.next(fromSequence, subject);
        for (; next; next = events.next(next.sequence + 1, subject)) yield next;
      },
      stop: () => Promise.resolve(),
    }),
  };
}

interface Written {
  readonly log: LogReading;
  readonly map: PartitionMap;
}

async function worldOf(seed: number): Promise<Written> {
  const world = new World({ seed, trace: new Trace({ keepAll: false }) });
  while (world.kernel.steps < 2_000 && await world.step());
  await world.settle();
  const map = decodeMap(world.server.stream(streamNames.registry).last(mapSubject)!.payload);
  return { log: logOf(world.server.stream(streamNames.events)), map };
}

/** Every actor's version by reading its own records alone, and by reading them all. */
async function versionsIn({ log, map }: Written) {
  const all: Record<string, number> = {}, alone: Record<string, number> = {};
  for await (const { record } of scanLog(log, { fromSequence: 1, decode: decodeRecord })) {
    for (const { actor, version } of record.entries) all[actor] = version;
  }
  for (const actor of Object.keys(all) as ActorId[]) {
    const steps = new ActorSteps(actor, actorFor(actor)), segments = segmentsOf(map, map.partitionOf(actor));
    for await (const record of recordsOfActor(log, { actor, segments })) steps.read(record);
    alone[actor] = steps.slot.version;
  }
  return { all, alone };
}

async function differencesIn(log: LogReading): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const wanted = () => true, differs = (difference: Difference) => void found.push(difference);
  await checkDecisions(log, { actors: actorsByKind, wanted, differs });
  return found;
}

async function changesIn(log: LogReading, actors = actorsByKind) {
  const outcomes: ChangedOutcome[] = [], changed = (outcome: ChangedOutcome) => void outcomes.push(outcome);
  const { lastSequence } = await log.info(streamNames.events),
    begins = (_: unknown, at: number) => at > lastSequence / 3;
  const { diverged, timers, dead, decided } = await whatIf(log, {
    actors,
    begins,
    changed,
    differs: () => {},
  });
  return {
    decided,
    changes: {
      outcomes,
      diverged: diverged.map(({ actor }) => actor),
      gone: timers.gone,
      own: timers.own,
      dead,
    },
  };
}
const nothing = { outcomes: [], diverged: [], gone: 0, own: 0, dead: [] };

// Tiny limits, crashes, splits, timers and messages in every order: if any of it is put together wrongly, a turn decides otherwise.
test(
  "whatever a world did, its log is read and decides the same again, turn by turn and as a whole",
  async () => {
    let decided = 0;
    for (let seed = 1; seed <= 15; seed++) {
      const { log, map } = await worldOf(seed), { all, alone } = await versionsIn({ log, map });
      expect({ seed, ...alone }).toEqual({ seed, ...all });
      expect({ seed, found: (await differencesIn(log)).slice(0, 3) }).toEqual({ seed, found: [] });
      const again = await changesIn(log);
      expect({ seed, ...again.changes }).toEqual({ seed, ...nothing });
      decided += again.decided;
    }
    expect(decided).toBeGreaterThan(500);
  },
);
