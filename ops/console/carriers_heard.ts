import type { CarriersNow } from "../../http/ops/console.ts";
import type { CarrierDesk } from "../../http/routes/callbacks.ts";

interface Heard {
  readonly callbacks: Record<string, number>;
  heardAtMs?: number;
  problem?: string;
}

/** What this edge has heard of carriers since it started; bounded by the carriers that have an adapter. */
export class CarriersHeard {
  readonly #heard = new Map<string, Heard>();
  readonly #nowMs: () => number;
  readonly #sinceMs: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
  }

  /** Notes what came, and tells it on. */
  beside(observed: NonNullable<CarrierDesk["observed"]>): NonNullable<CarrierDesk["observed"]> {
    return (what) => {
      const { carrier, result, why } = what, heard = this.#heard.get(carrier) ?? { callbacks: {} };
      heard.callbacks[result] = (heard.callbacks[result] ?? 0) + 1;
      // Who was refused may have been anybody.
      if (result !== "refused") heard.heardAtMs = this.#nowMs();
      if (why !== undefined && result !== "handshake") heard.problem = `${result}: ${why}`;
      this.#heard.set(carrier, heard);
      observed(what);
    };
  }

  /** `paused`: carriers that asked to be left alone, and until when. */
  now(paused: ReadonlyMap<string, Date>): CarriersNow {
    const names = [...new Set([...this.#heard.keys(), ...paused.keys()])].sort();
    return {
      sinceMs: this.#sinceMs,
      carriers: names.map((carrier) => {
        const heard = this.#heard.get(carrier), until = paused.get(carrier);
        return {
          carrier,
          callbacks: { ...heard?.callbacks },
          ...(heard?.heardAtMs !== undefined && { heardAtMs: heard.heardAtMs }),
          ...(heard?.problem !== undefined && { problem: heard.problem }),
          ...(until && { pausedUntilMs: until.getTime() }),
        };
      }),
    };
  }
}
