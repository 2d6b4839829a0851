import type { ActorId } from "../../actors/ids.ts";
import type { Answer } from "../../actors/actor.ts";
import {
  type Asker,
  type Dead,
  type Input,
  type Operation,
  type Pending,
  recordFormat,
  type RecordHead,
  type Reply,
  type Result,
  type TimerRow,
} from "../record.ts";
import { encodeRecord } from "../record_text.ts";
import type { PartitionState } from "./partition_state.ts";
import { Waiters } from "./waiters.ts";

/** A turn that has run and is not durable yet. */
export interface Draft {
  readonly head: RecordHead;
  /** The turn record as it is appended. */
  readonly bytes: Uint8Array;
  readonly replies: ReadonlyMap<string, readonly Reply[]>;
  /** Topics that were settled; to be forgotten before `waiting` is added. */
  readonly settled: ReadonlySet<string>;
  readonly waiting: ReadonlyMap<string, readonly Asker[]>;
  /** As JSON. */
  readonly inputs: readonly string[];
  readonly entryCount: number;
  /** How many events of each type. */
  readonly types: ReadonlyMap<string, number>;
  /** The reason of each command from outside that was refused. */
  readonly rejections: readonly string[];
}

/** What a turn is going to record, and whom it is going to answer. Knows nothing of how things are decided. */
export class Ledger {
  readonly timers: TimerRow[] = [];
  readonly dead: Dead[] = [];
  readonly parked: Pending[] = [];
  readonly operations: Operation[] = [];
  /** Of the record so far, roughly. */
  bytes = 0;
  readonly #sends: string[] = [];
  readonly #inputs: string[] = [];
  readonly #entries: string[] = [];
  readonly #types = new Map<string, number>();
  readonly #results: Result[] = [];
  readonly #rejections: string[] = [];
  readonly #replies = new Map<string, Reply[]>();
  readonly #waiting = new Map<string, Asker[]>();
  readonly #settled = new Set<string>();
  readonly #waiters: Waiters;

  constructor(waiters: Waiters) {
    this.#waiters = waiters;
  }

  /** Notes what was decided; the input's index. */
  input(input: Input): number {
    const json = JSON.stringify(input);
    this.bytes += json.length;
    return this.#inputs.push(json) - 1;
  }

  /** Takes the last input back: its turn did not come. */
  withdraw(): void {
    this.#inputs.pop();
  }

  /** A message for an actor of another partition, as JSON. */
  send(json: string): void {
    this.bytes += json.length;
    this.#sends.push(json);
  }

  /** An `Entry` as JSON: each is written once, and the record is put together from these pieces. */
  entry(json: string, type: string): void {
    this.bytes += json.length;
    this.#entries.push(json);
    this.#types.set(type, (this.#types.get(type) ?? 0) + 1);
  }

  /** Answers the asker of an accepted command, or remembers that it waits. */
  reply(asker: Asker, to: ActorId, reply: Answer | { readonly later: string }): void {
    if ("ok" in reply) return this.answer(asker, reply);
    const key = Waiters.key(to, reply.later);
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.push(asker);
    else this.#waiting.set(key, [asker]);
  }

  /** Answers everyone who waits for the topic; nobody twice. */
  settle(to: ActorId, topic: string, answer: Answer): void {
    const key = Waiters.key(to, topic);
    const before = this.#settled.has(key) ? [] : this.#waiters.of(key);
    this.#settled.add(key);
    const askers = [...before, ...(this.#waiting.get(key) ?? [])];
    this.#waiting.delete(key);
    for (const asker of askers) this.answer(asker, answer);
  }

  answer(asker: Asker, answer: Answer): void {
    this.result(asker, answer.ok ? "ok" : answer.rejection.reason);
    if (!answer.ok) this.#rejections.push(answer.rejection.reason);
    this.#send(asker, { id: asker.id, ...answer });
  }

  defect(asker: Asker, defect: string): void {
    this.#send(asker, { id: asker.id, defect });
  }

  result(asker: Asker, outcome: string): void {
    this.#results.push({ id: asker.id, outcome });
  }

  #send(asker: Asker, reply: Reply): void {
    const replies = this.#replies.get(asker.edge);
    if (replies) replies.push(reply);
    else this.#replies.set(asker.edge, [reply]);
  }

  draft(state: PartitionState, fields: DraftFields): Draft {
    const { nowMs, ...rest } = fields, { timers, dead, parked, operations } = this;
    for (const askers of this.#waiting.values()) {
      for (const asker of askers) this.result(asker, "later");
    }
    const head: RecordHead = {
      format: recordFormat,
      previous: state.head,
      atMs: Math.max(state.atMs, nowMs),
      range: state.range,
      ...rest,
      timers,
      dead,
      parked,
      ...(operations.length === 0 ? {} : { operations }),
    };
    return {
      head,
      bytes: encodeRecord(head, {
        sends: this.#sends,
        inputs: this.#inputs,
        results: this.#results,
        entries: this.#entries,
      }),
      replies: this.#replies,
      settled: this.#settled,
      waiting: this.#waiting,
      inputs: this.#inputs,
      entryCount: this.#entries.length,
      types: this.#types,
      rejections: this.#rejections,
    };
  }
}

type DraftFields =
  & Pick<RecordHead, "turn" | "partition" | "epoch" | "read" | "took" | "out">
  & Partial<Pick<RecordHead, "range" | "split">>
  & { readonly nowMs: number };
