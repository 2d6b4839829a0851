import type { AnyActor } from "../../actors/actor.ts";
import type { LogReading } from "../reading/scan.ts";
import { actorsIn } from "../host/actors_in.ts";
import { scanLog } from "../reading/scan.ts";
import type { TurnRecord } from "../record.ts";
import { decodeRecord } from "../record_text.ts";
import { givenTo } from "./arrivals_of.ts";
import { type Difference, differencesOf } from "./differences.ts";
import { Mailbox } from "./mailbox.ts";
import { Partitions, settleWaiters } from "./partitions.ts";
import { Slots } from "./slots.ts";
import { decideAgain } from "./turn_again.ts";

export interface CheckOptions {
  readonly actors: { readonly [kind: string]: AnyActor };
  /** The last record to be read; absent: the end of the log. */
  readonly toSequence?: number;
  /** Which records are decided again; all are folded. */
  wanted(record: TurnRecord, sequence: number): boolean;
  /** Told of each difference as it is found. */
  differs(difference: Difference): void;
  progress?(sequence: number, end: number): void;
}
export interface Checked {
  /** Records that were read, and those of them that were decided again. */
  readonly records: number;
  readonly decided: number;
  readonly commands: number;
  readonly events: number;
  readonly differences: number;
  readonly actors: number;
}

/**
 * Decides recorded turns again, each on the state that the log had made before it: a difference does not lead to others. It folds from
 * the beginning of the log, believes no snapshot, and writes nothing.
 */
export async function checkDecisions(broker: LogReading, options: CheckOptions): Promise<Checked> {
  const { toSequence, wanted, differs, progress } = options, actorOf = actorsIn(options.actors);
  const partitions = new Partitions(), mailbox = new Mailbox(), slots = new Slots(actorOf);
  const count = { records: 0, decided: 0, commands: 0, events: 0, differences: 0 };
  const scan = { fromSequence: 1, decode: decodeRecord, ...(toSequence !== undefined && { toSequence }) };
  for await (const { record, mark } of scanLog(broker, { ...scan, ...(progress && { progress }) })) {
    const lane = partitions.before(record), { state, waiters } = lane;
    const heard = mailbox.take(record.partition, state, record.read.peers.sequence);
    count.records++;
    // A turn that gives buckets away decides nothing else.
    if (!record.split && wanted(record, mark.sequence)) {
      const given = givenTo(record, state, { heard }),
        left = [...state.waiting.slice(record.took), ...record.out];
      const decided = decideAgain({ state, waiters, actorOf, slotOf: slots.of }, record, given, left);
      for (const difference of differencesOf(record, decided, { given, mark })) {
        count.differences++;
        differs(difference);
      }
      settleWaiters(waiters, decided.draft);
      count.decided++;
      count.commands += given.steps.length + given.timers.length;
      count.events += record.entries.length;
    }
    slots.fold(record.entries);
    partitions.fold(lane, record, mark);
    mailbox.post(record.partition, mark, record.sends);
  }
  return { ...count, actors: slots.count };
}
