import type { Deliveries } from "../../projections/outbox/deliveries.ts";
import type { Runtime } from "../../streams/runtime.ts";

export interface HeldClaimsOptions {
  readonly deliveries: Pick<Deliveries, "hold">;
  readonly runtime: Pick<Runtime, "after">;
  readonly claimMs: number;
  /** They could not be held this time. */
  interrupted(reason: string): void;
}

/** Claims last while their sending does, however slowly the other side answers; those of a process that died end. */
export class HeldClaims {
  readonly #ids = new Set<string>();
  readonly #options: HeldClaimsOptions;
  #timer: { stop(): void };

  constructor(options: HeldClaimsOptions) {
    this.#options = options;
    this.#timer = this.#later();
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
  }
  drop(id: string): void {
    this.#ids.delete(id);
  }
  stop(): void {
    this.#ids.clear();
    this.#timer.stop();
  }

  #later(): { stop(): void } {
    const { deliveries, runtime, claimMs, interrupted } = this.#options;
    return runtime.after(claimMs / 3, () => {
      this.#timer = this.#later();
      if (this.#ids.size === 0) return;
      deliveries.hold([...this.#ids], claimMs).catch((error: unknown) =>
        interrupted(error instanceof Error ? error.message : String(error))
      );
    });
  }
}
