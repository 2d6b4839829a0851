import type { Chance } from "../kernel/chance.ts";
import type { Clock } from "../kernel/process.ts";

/** A clock may be wrong by so much without harm: `leaseLimits.clockSkewMsMax` between any two of them. */
export const tolerated = { aheadMs: 2_000, rate: 0.01 } as const;

/** Mostly right, sometimes wrong within what is tolerated, and now and then beyond: then a host must refuse to run. */
export function drawClock(chance: Chance, calm: boolean): Clock {
  const dice = chance.share(), offset = chance.share() * 2 - 1, drift = chance.share() * 2 - 1;
  if (calm || dice < 0.5) return { aheadMs: 0, rate: 1 };
  if (dice < 0.97) return { aheadMs: offset * tolerated.aheadMs, rate: 1 + drift * tolerated.rate };
  return { aheadMs: Math.sign(offset) * (6_000 + 4_000 * Math.abs(offset)), rate: 1 };
}
