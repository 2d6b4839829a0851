import { ulid } from "ulid";
import { assert } from "../../../actors/actor.ts";
import { type ActorId, keyOf } from "../../../actors/ids.ts";
import { actorFor } from "../../../actors/registry.ts";
import type { Call } from "../../../actors/town/town.ts";
import type { Stored } from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import {
  childOf,
  emptyPartition,
  foldRecord,
  type PartitionState,
  within,
} from "../../../streams/host/partition_state.ts";
import { isWholeKind } from "../../../streams/host/operation.ts";
import type { Draft } from "../../../streams/host/ledger.ts";
import type { Lease } from "../../../streams/host/lease.ts";
import { splitTurn } from "../../../streams/host/split.ts";
import { Turn } from "../../../streams/host/turn.ts";
import type { Slot } from "../../../streams/host/turn_context.ts";
import { Waiters } from "../../../streams/host/waiters.ts";
import { evenPartitions } from "../../../streams/partition_map.ts";
import { type Operation, type Pending, subjects } from "../../../streams/record.ts";

interface Part {
  readonly partition: number;
  readonly state: PartitionState;
  readonly slots: Map<ActorId, Slot>;
  readonly calls: Call[];
}
interface Said {
  readonly partition: number;
  readonly hash: string;
  readonly sends: readonly Pending[];
}

const cannot = (): never => {
  throw new Error("Cannot decide: broken");
};

/** A log of real turns of several partitions, which take them in any order, and of which each ends after a few deliveries. */
export class ScatteredLog {
  readonly records: Stored[] = [];
  readonly #said: Said[] = [];
  readonly #parts: Part[];
  readonly #deliveriesMax: number;
  readonly #causes = new Map<Call, string>();
  /** Actors that cannot decide anything. */
  readonly broken = new Set<ActorId>();
  #nowMs = 0;

  constructor(partitions: number, deliveriesMax: number) {
    this.#deliveriesMax = deliveriesMax;
    this.#parts = evenPartitions(partitions).partitions.map(({ partition, range }) => ({
      ...{ partition, state: emptyPartition(range), slots: new Map(), calls: [] },
    }));
  }

  /** What an operator does to an actor, or to a kind of them, in every partition. */
  operate(does: Operation["does"], target: ActorId, cause?: string): void {
    const command = {
      type: "operator",
      does,
      by: "test",
      why: "test",
      ...(cause !== undefined && { cause }),
    };
    const parts = this.#parts.filter(({ state }) => isWholeKind(target) || within(state.range)(target));
    for (const part of parts) {
      part.calls.push({ to: target, command, atMs: this.#nowMs });
      this.#step(part);
    }
  }

  /** Goes on until nothing is left to do, or until there are so many records more; `pick(n)` chooses among n partitions. */
  run(calls: readonly Call[], pick: (count: number) => number, recordsMax = Infinity): void {
    const until = this.records.length + recordsMax;
    for (const call of calls) this.#parts.find(({ state }) => within(state.range)(call.to))!.calls.push(call);
    for (;;) {
      const busy = this.#parts.filter((part) => this.#isBusy(part));
      if (busy.length === 0 || this.records.length >= until) return;
      this.#step(busy[pick(busy.length)]!);
    }
  }

  /** The partition gives half of its buckets away, with all that waits for them. */
  split(partition: number): void {
    const part = this.#parts[partition]!, { state, slots } = part, [from, to] = state.range;
    const child = this.#parts.length,
      range = [Math.ceil((from + to) / 2), to] as const,
      moved = within(range);
    const draft = splitTurn(state, { partition, child, range, untilMs: Infinity }, {
      ...{ turn: ulid(this.#nowMs), nowMs: this.#nowMs, lease: { partition, epoch: 1 } as Lease },
    });
    this.#append(part, draft);
    const given = new Map([...slots].filter(([id]) => moved(id)));
    this.#parts.push({ partition: child, state: childOf(state, partition), slots: given, calls: [] });
  }

  causeOf(call: Call): string {
    const cause = this.#causes.get(call);
    assert(cause !== undefined, "Cannot tell the cause: nobody has called");
    return cause;
  }

  #isBusy({ partition, state, calls }: Part): boolean {
    return calls.length > 0 || state.waiting.length > 0 || this.#unheard(partition, state).length > 0;
  }

  #unheard(partition: number, { peers, range }: PartitionState) {
    const own = within(range);
    return this.#said.flatMap((said, i) => {
      const sends = said.sends.filter(({ to }) => own(to)), sequence = i + 1;
      if (sequence <= peers.sequence || said.partition === partition || sends.length === 0) return [];
      return [{ sends, mark: { sequence, hash: said.hash } }];
    });
  }

  #step(part: Part): void {
    const { partition, state, calls } = part, turn = this.#turn(part);
    for (const { sends, mark } of this.#unheard(partition, state)) if (!turn.hear(sends, mark)) break;
    const due = state.agenda.due(this.#nowMs, 1)[0];
    if (due !== undefined) turn.timer(due.actor, due.name, due.dueMs);
    while (calls.length > 0 && !turn.over) {
      const { to, command, atMs } = calls[0]!;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      const at = state.read.sequence + turn.commands + 1, mark = { sequence: at, hash: "", taken: 1, of: 1 };
      const id = `cmd_${partition}_${at}`;
      const input = { id, atMs, to, command, at: [at, 0] as const };
      if (!turn.command(input, { id, edge: "test" }, mark)) break;
      this.#causes.set(calls.shift()!, id);
    }
    this.#append(part, turn.finish(ulid(this.#nowMs), 1));
    for (const [id, slot] of turn.changed) part.slots.set(id, slot);
  }

  #turn({ partition, state, slots }: Part): Turn {
    return new Turn({
      ...{ partition, state, waiters: new Waiters(), build: "test" },
      limits: { recordBytesMax: Infinity, deliveriesMax: this.#deliveriesMax, cpuMsMax: Infinity },
      nowMs: () => this.#nowMs,
      actorOf: (id) => this.broken.has(id) ? { ...actorFor(id), decide: cannot } : actorFor(id),
      resident: (id) => slots.get(id) ?? { state: actorFor(id).initial(keyOf(id)), version: 0 },
      isSuspect: () => true,
      owns: within(state.range),
    });
  }

  #append({ partition, state }: Part, { bytes, head }: Draft): void {
    const sequence = this.records.length + 1;
    for (const { actor, error } of head.dead) assert(this.broken.has(actor), `Cannot go on: ${error}`);
    const stored = { subject: subjects.events(partition), sequence, payload: bytes } as Stored;
    const { sends } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly sends: readonly Pending[] };
    const hash = hashOf(bytes);
    this.records.push(stored);
    this.#said.push({ partition, hash, sends });
    foldRecord(state, head, { sequence, hash });
  }
}
