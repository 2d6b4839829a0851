/** How far apart projections may stand, in sequences of EVENTS. */
export interface Nearness {
  /** Those that begin no further apart than this read the log together: the ones in front read so much once more. */
  readonly togetherMax: number;
  /** One that reads apart joins those in front when it is as near as this. Lower than the other: they go on meanwhile. */
  readonly joinMax: number;
}
export const defaultNearness: Nearness = { togetherMax: 1_024, joinMax: 256 };

interface Standing {
  /** Where it begins to read. */
  readonly sequence: number;
  /** It met a record that it could not apply, and is tried by itself. */
  readonly isTroubled: boolean;
}

/** Who reads the log together: those in front first. A troubled one disturbs nobody. */
export function grouped<One extends Standing>(all: readonly One[], { togetherMax }: Nearness): One[][] {
  const groups: One[][] = [];
  const sound = all.filter(({ isTroubled }) => !isTroubled).sort((a, b) => b.sequence - a.sequence);
  for (const one of sound) {
    const group = groups.at(-1), foremost = group?.[0];
    const isNear = foremost !== undefined && foremost.sequence - one.sequence <= togetherMax;
    if (isNear) group?.push(one);
    else groups.push([one]);
  }
  return [...groups, ...all.filter(({ isTroubled }) => isTroubled).map((one) => [one])];
}
