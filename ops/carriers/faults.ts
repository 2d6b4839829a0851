import { z } from "zod";
import { Chance } from "../simulation/kernel/chance.ts";

const share = z.number().min(0).max(1);

/** What goes wrong, each so often: 0 never, 1 always. */
export const faultsShape = z.strictObject({
  /** Of requests to a tracking API. */
  errors: share,
  throttles: share,
  slow: share,
  broken: share,
  /** With a 429. */
  retryAfterS: z.int().min(0).max(86_400),
  /** How long a slow answer takes. */
  slowMs: z.int().min(0).max(600_000),
  /** Of callbacks. */
  duplicates: share,
  disorder: share,
  losses: share,
});
export type Faults = z.output<typeof faultsShape>;

export const noFaults: Faults = {
  errors: 0,
  throttles: 0,
  slow: 0,
  broken: 0,
  retryAfterS: 1,
  slowMs: 30_000,
  duplicates: 0,
  disorder: 0,
  losses: 0,
};

/** What becomes of one request. */
export type Fate = "answered" | "error" | "throttled" | "slow" | "broken";

/** The faults as they are set now. What strikes depends on the seed and on how many requests came before, and on nothing else. */
export class Trouble {
  faults: Faults;
  readonly #seed: number;
  readonly #chances = new Map<string, Chance>();

  constructor(seed: number, faults: Faults) {
    this.#seed = seed;
    this.faults = faults;
  }

  ofRequest(carrier: string): Fate {
    const { errors, throttles, slow, broken } = this.faults, drawn = this.#chance(`api/${carrier}`).share();
    const fates = [["error", errors], ["throttled", throttles], ["slow", slow], ["broken", broken]] as const;
    let below = 0;
    for (const [fate, probability] of fates) {
      below += probability;
      if (drawn < below) return fate;
    }
    return "answered";
  }

  ofCallback(
    carrier: string,
  ): { readonly lost: boolean; readonly heldBack: boolean; readonly twice: boolean } {
    const chance = this.#chance(`callbacks/${carrier}`), { duplicates, disorder, losses } = this.faults;
    const [lost, heldBack, twice] = [
      chance.share() < losses,
      chance.share() < disorder,
      chance.share() < duplicates,
    ];
    return { lost, heldBack, twice };
  }

  #chance(name: string): Chance {
    const known = this.#chances.get(name) ?? new Chance(this.#seed, name);
    this.#chances.set(name, known);
    return known;
  }
}
