import { setImmediate } from "node:timers";
import type { Timer } from "../../../streams/runtime.ts";
import type { Chance } from "./chance.ts";
import { EventQueue, type Happening } from "./event_queue.ts";
import type { Trace } from "./trace.ts";

/** Whoever an event happens to. One that is stopped for a while keeps its events; for one that is gone they never happen. */
export interface Owner {
  readonly name: string;
  /** False: it does not happen now, and perhaps it never does. */
  takes(event: Happening): boolean;
}

/** The world itself: servers, networks, customers. */
export const world: Owner = { name: "world", takes: () => true };

/**
 * Virtual time and the order of all things. One step: take the next event, let it run, and let everything that follows from it without
 * waiting run to its end. Nothing here waits for the real world.
 */
export class Kernel {
  readonly trace: Trace;
  readonly #queue = new EventQueue();
  readonly #chance: Chance;
  #nowMs = 0;
  #steps = 0;

  /** Chance decides among events of (nearly) the same time. */
  constructor(chance: Chance, trace: Trace) {
    this.#chance = chance;
    this.trace = trace;
  }

  /** Virtual milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }
  get steps(): number {
    return this.#steps;
  }

  /** `exactly`: not a moment later, so that what is sent on one wire keeps its order. */
  at(owner: Owner, atMs: number, what: string, run: () => void, exactly = false): Timer {
    const tie = this.#chance.bits();
    const jitterMs = exactly ? 0 : (tie % 1000) / 1000;
    const event: Happening = {
      owner,
      atMs: Math.max(atMs, this.#nowMs) + jitterMs,
      tie,
      what,
      run,
      off: false,
    };
    this.#queue.add(event);
    return { stop: () => void (event.off = true) };
  }
  after(owner: Owner, ms: number, what: string, run: () => void): Timer {
    return this.at(owner, this.#nowMs + (ms > 0 ? ms : 0), what, run);
  }
  note(who: string, what: string): void {
    this.trace.add(`${this.#nowMs.toFixed(3)} ${who} ${what}`);
  }

  /** One step; false when nothing is left to happen, or not before `untilMs`. */
  async step(untilMs = Infinity): Promise<boolean> {
    for (;;) {
      const event = this.#queue.next();
      if (event === undefined || event.atMs > untilMs) {
        if (Number.isFinite(untilMs)) this.#nowMs = Math.max(this.#nowMs, untilMs);
        return false;
      }
      this.#queue.take();
      if (event.off || !event.owner.takes(event)) continue;
      this.#nowMs = Math.max(this.#nowMs, event.atMs);
      this.#steps += 1;
      this.note(event.owner.name, event.what);
      event.run();
      await settled();
      return true;
    }
  }
}

/** Returns when every promise that could go on has gone on: a macrotask comes after all microtasks, on Deno as on Node. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
