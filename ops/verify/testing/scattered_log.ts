import { ulid } from "ulid";
import { assert } from "../../../actors/actor.ts";
import { type ActorId, keyOf } from "../../../actors/ids.ts";
import { actorFor } from "../../../actors/registry.ts";
import type { Call } from "../../../actors/town/town.ts";
import type { Stored } from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import {
  emptyPartition,
  foldRecord,
  type PartitionState,
  within,
} from "../../../streams/host/partition_state.ts";
import { isWholeKind } from "../../../streams/host/operation.ts";
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
  readonly #parts: readonly Part[];
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

  /** Goes on until nothing is left to do; `pick(n)` chooses among n partitions. */
  run(calls: readonly Call[], pick: (count: number) => number): void {
    for (const call of calls) this.#parts.find(({ state }) => within(state.range)(call.to))!.calls.push(call);
    for (;;) {
      const busy = this.#parts.filter((part) => this.#isBusy(part));
      if (busy.length === 0) return;
      this.#step(busy[pick(busy.length)]!);
    }
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
    this.#append(part, turn);
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

  #append({ partition, state, slots }: Part, turn: Turn): void {
    const { bytes, head } = turn.finish(ulid(this.#nowMs), 1), sequence = this.records.length + 1;
    for (const { actor, error } of head.dead) assert(this.broken.has(actor), `Cannot go on: ${error}`);
    const stored = { subject: subjects.events(partition), sequence, payload: bytes } as Stored;
    const { sends } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly sends: readonly Pending[] };
    const hash = hashOf(bytes);
    this.records.push(stored);
    this.#said.push({ partition, hash, sends });
    foldRecord(state, head, { sequence, hash });
    for (const [id, slot] of turn.changed) slots.set(id, slot);
  }
}
