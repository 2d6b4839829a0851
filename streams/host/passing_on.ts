import type { Origin } from "./partition_state.ts";

/** So long after a split edges may still send commands to where their actors were before; the partition that was split passes them on. */
export const splitLimits = { passingOnMs: 600_000 } as const;

/** The partition that was split, as long as it may still be sent what is for the child. */
export function youngOrigin([origin]: readonly Origin[], nowMs: number): Origin | undefined {
  return origin && nowMs - origin.atMs < splitLimits.passingOnMs ? origin : undefined;
}
