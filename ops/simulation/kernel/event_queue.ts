import type { Owner } from "./kernel.ts";

export interface Happening {
  readonly owner: Owner;
  readonly atMs: number;
  /** Decides between events of the same time. */
  readonly tie: number;
  readonly what: string;
  readonly run: () => void;
  /** Set when it was called off. */
  off: boolean;
}

/** What is going to happen, soonest first: a binary heap. */
export class EventQueue {
  readonly #heap: Happening[] = [];

  next(): Happening | undefined {
    return this.#heap[0];
  }
  add(event: Happening): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }
  /** Removes the next one. */
  take(): void {
    const heap = this.#heap, last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

const before = (one: Happening, other: Happening) =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.tie < other.tie);
