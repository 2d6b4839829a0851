import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  type IBackoffFactory,
} from "cockatiel";
import { CarrierFault } from "../carriers/carrier_fault.ts";

export interface BreakerLimits {
  /** So many failures in a row, and the carrier is left alone. */
  readonly failuresMax: number;
  /** At first for so long, then longer and longer, each time by a jitter of its own. */
  readonly openMs: number;
  readonly openMsMax: number;
}
export const breakerLimits: BreakerLimits = { failuresMax: 5, openMs: 5_000, openMsMax: 300_000 };

/** Leaves a carrier alone that is down, and tries it with one question at a time until it answers again. */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  #openUntilMs = -Infinity;

  constructor(
    { failuresMax, openMs, openMsMax }: BreakerLimits,
    changed: (state: "open" | "closed") => void,
  ) {
    const backoff = new ExponentialBackoff({ initialDelay: openMs, maxDelay: openMsMax });
    this.#policy = circuitBreaker(handleWhen((error) => error instanceof CarrierFault && error.breaks), {
      breaker: new ConsecutiveBreaker(failuresMax),
      halfOpenAfter: this.#noting(backoff),
    });
    this.#policy.onBreak(() => changed("open"));
    this.#policy.onReset(() => changed("closed"));
  }

  /** How long nothing is asked; 0: a question may be tried. */
  openMs(): number {
    return Math.max(0, this.#openUntilMs - Date.now());
  }

  /** `undefined`: it was not asked. Rejects as `ask` does. */
  async try<T>(ask: () => Promise<T>): Promise<{ readonly answer: T } | undefined> {
    try {
      return { answer: await this.#policy.execute(ask) };
    } catch (error) {
      if (error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  }

  #noting<C>(factory: IBackoffFactory<C>): IBackoffFactory<C> {
    return {
      next: (context) => {
        const backoff = factory.next(context);
        this.#openUntilMs = Date.now() + backoff.duration;
        return { duration: backoff.duration, ...this.#noting(backoff) };
      },
    };
  }
}
