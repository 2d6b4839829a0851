import type { Position } from "../streams/edge/asking.ts";
import type { Positions } from "../projections/queries.ts";
import { positionsOf } from "./position.ts";

/** What this edge has written lately, so that a GET that names no position still reads its own writes. */
export interface OwnWrites {
  note(key: string, position: Position): void;
  of(key: string): Positions | undefined;
  /** The latest position of anything written here; undefined before the first. */
  latest(): Positions | undefined;
}

export function ownWrites(keysMax: number): OwnWrites {
  const byKey = new Map<string, Position>();
  const latest = new Map<number, number>();
  return {
    note(key, position) {
      for (const [partition, sequence] of positionsOf(position)) {
        latest.set(partition, Math.max(sequence, latest.get(partition) ?? 0));
      }
      byKey.delete(key); // A Map keeps insertion order: deleting first makes this key the youngest.
      byKey.set(key, position);
      if (byKey.size <= keysMax) return;
      for (const oldest of byKey.keys()) {
        byKey.delete(oldest);
        return;
      }
    },
    of(key) {
      const position = byKey.get(key);
      return position && positionsOf(position);
    },
    latest: () => latest.size === 0 ? undefined : new Map(latest),
  };
}
