import type { ActorId } from "../../actors/ids.ts";
import type { TimerRow } from "../record.ts";

/** A timer that is set. */
export interface Alarm {
  readonly actor: ActorId;
  readonly name: string;
  readonly dueMs: number;
}

/** The partition's timers, soonest first: a binary heap whose outdated rows are skipped when they surface. */
export class Agenda {
  readonly #set = new Map<string, Alarm>();
  #heap: Alarm[] = [];

  get count(): number {
    return this.#set.size;
  }

  apply(row: TimerRow): void {
    const key = keyOf(row);
    if (row.dueMs === null) {
      this.#set.delete(key);
      return;
    }
    const alarm = { actor: row.actor, name: row.name, dueMs: row.dueMs };
    this.#set.set(key, alarm);
    this.#push(alarm);
    if (this.#heap.length > 1000 && this.#heap.length > this.#set.size * 2) this.#compact();
  }

  /** True when this very timer is set. */
  holds(alarm: Alarm): boolean {
    return this.#set.get(keyOf(alarm))?.dueMs === alarm.dueMs;
  }

  /** When the next timer is due; undefined when none is set. */
  nextDueMs(): number | undefined {
    this.#dropOutdated();
    return this.#heap[0]?.dueMs;
  }

  /** Up to `countMax` timers due at or before `untilMs`, soonest first. They stay set: only the log clears them. */
  due(untilMs: number, countMax: number): Alarm[] {
    const found: Alarm[] = [];
    while (found.length < countMax && (this.nextDueMs() ?? Infinity) <= untilMs) found.push(this.#pop()!);
    for (const alarm of found) this.#push(alarm);
    return found;
  }

  rows(): TimerRow[] {
    return [...this.#set.values()];
  }

  #dropOutdated(): void {
    for (let top = this.#heap[0]; top && this.#set.get(keyOf(top)) !== top; top = this.#heap[0]) this.#pop();
  }

  #compact(): void {
    this.#heap = [];
    for (const alarm of this.#set.values()) this.#push(alarm);
  }

  #push(alarm: Alarm): void {
    const heap = this.#heap;
    let at = heap.push(alarm) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.dueMs <= alarm.dueMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = alarm;
  }

  #pop(): Alarm | undefined {
    const heap = this.#heap, top = heap[0], last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.dueMs < heap[child]!.dueMs) child += 1;
      if (heap[child]!.dueMs >= last.dueMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

const keyOf = (row: { actor: ActorId; name: string }) => `${row.name} ${row.actor}`;
