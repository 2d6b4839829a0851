/** What a rule has to know of a backup. */
export interface Dated {
  /** ULID; a later backup has a greater one. */
  readonly id: string;
  readonly endedAtMs: number;
  readonly cut: { readonly sequence: number };
}

/** Each keeps what it names; what none names goes. */
export interface KeepRules {
  /** So many newest ones. */
  readonly last?: number;
  /** Those that ended so many days before the newest one, or later. */
  readonly withinDays?: number;
  /** The newest one of each of so many days (UTC) that have any, the latest days first. */
  readonly daily?: number;
}

const dayMs = 86_400_000;

/**
 * Why each backup stays that does, by id; `backups` oldest first. The newest always stays: its chunks hold all records. And so does the
 * first one behind each split, by the sequences of `splits`: a partition that came from one does not open without its checkpoint.
 */
export function keptBy(
  { last = 0, withinDays, daily = 0 }: KeepRules,
  backups: readonly Dated[],
  splits: readonly number[],
): Map<string, readonly string[]> {
  const newest = backups.at(-1), kept = new Map<string, string[]>();
  if (newest === undefined) return kept;
  const keep = (why: string, backup: Dated) => {
    kept.set(backup.id, [...(kept.get(backup.id) ?? []), why]);
  };
  keep("newest", newest);
  for (const backup of last > 0 ? backups.slice(-last) : []) keep("last", backup);
  if (withinDays !== undefined) {
    const sinceMs = newest.endedAtMs - withinDays * dayMs;
    for (const backup of backups) if (backup.endedAtMs >= sinceMs) keep("within", backup);
  }
  for (const backup of lastOfDays(backups, daily)) keep("daily", backup);
  for (const sequence of new Set(splits)) {
    const first = backups.find(({ cut }) => cut.sequence >= sequence);
    if (first !== undefined) keep(`split at EVENTS ${sequence}`, first);
  }
  return kept;
}

function lastOfDays(backups: readonly Dated[], days: number): Dated[] {
  const newestOf = new Map<number, Dated>();
  for (const backup of backups) newestOf.set(Math.floor(backup.endedAtMs / dayMs), backup);
  const latestFirst = [...newestOf].sort(([one], [other]) => other - one);
  return latestFirst.slice(0, days).map(([, backup]) => backup);
}
