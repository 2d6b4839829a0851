import type { Positions } from "../projections/queries.ts";
import type { Position } from "../streams/edge/asking.ts";

const partitionsMax = 1024;
const tokenCharsMax = 65_536;

/** The `Waybill-Position` token: opaque to clients. `p` and version 1, then `<partition>.<sequence>` in base 36, joined by `-`. */
export function positionToken(positions: Positions): string {
  const parts = [...positions].sort(([a], [b]) => a - b)
    .map(([partition, sequence]) => `${partition.toString(36)}.${sequence.toString(36)}`);
  return ["p1", ...parts].join("-");
}

/** What an answer implies, partition by partition. */
export function positionsOf({ partition, sequence, sources = [] }: Position): Positions {
  return new Map([...sources, [partition, sequence]]);
}

/** Undefined when it is not a token of ours. */
export function parsePosition(token: string): Positions | undefined {
  if (token.length > tokenCharsMax || !/^p1(?:-[0-9a-z]{1,2}\.[0-9a-z]{1,11})*$/.test(token)) {
    return undefined;
  }
  const positions = new Map<number, number>();
  for (const part of token.split("-").slice(1)) {
    const [partition, sequence] = part.split(".").map((digits) => Number.parseInt(digits, 36));
    if (partition === undefined || partition >= partitionsMax || positions.has(partition)) return undefined;
    if (sequence === undefined || !Number.isSafeInteger(sequence)) return undefined;
    positions.set(partition, sequence);
  }
  return positions;
}

/** The later of both, partition by partition. */
export function laterOf(first: Positions | undefined, second: Positions | undefined): Positions | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const merged = new Map(first);
  for (const [partition, sequence] of second) {
    merged.set(partition, Math.max(sequence, merged.get(partition) ?? 0));
  }
  return merged;
}
