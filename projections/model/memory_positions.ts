import type { Mark } from "../../streams/record.ts";
import {
  expectShape,
  notMoved,
  type PositionWanted,
  type StoredPosition,
  type StoredUnprojected,
  type Unprojected,
} from "../row_store.ts";
import { table, type Tables } from "./tables.ts";

interface PositionRow extends StoredPosition {
  readonly shape: string;
}
/** How far each projection is in each partition: by projection and partition. */
export const positions = table<PositionRow>("waybill.positions");
/** What could not be projected, by the same. */
export const unprojected = table<StoredUnprojected>("waybill.unprojected");
export const positionKey = (at: { readonly projection: string; readonly partition: number }) =>
  `${at.projection} ${at.partition}`;

export function storedPosition({ shape: _, ...position }: PositionRow): StoredPosition {
  return position;
}

/** The position that is there, or one at the beginning; not lost by a crash. */
export function openedPosition(tables: Tables, wanted: PositionWanted): StoredPosition {
  const { projection, partition, streamCreatedMs, shape } = wanted, key = positionKey(wanted);
  const before = tables.rows(positions).get(key);
  expectShape(wanted, before?.shape ?? shape);
  if (before !== undefined && before.mark.sequence > 0) return storedPosition(before);
  const fresh = { projection, partition, mark: { sequence: 0, hash: "" }, streamCreatedMs, generation: 0 };
  tables.commit([() => tables.change(positions, key, () => ({ ...fresh, shape }))]);
  tables.flush(); // A commit that is waited for, and with it everything before it.
  return fresh;
}

/** The row after the move; throws when it is not where it was last seen. */
export const moving = (from: StoredPosition, to: Mark) => (before: PositionRow | undefined): PositionRow => {
  const { sequence = 0, hash = "" } = before?.mark ?? {};
  const still = before !== undefined && sequence === from.mark.sequence && hash === from.mark.hash;
  if (!still) throw notMoved(from, before && { sequence, generation: before.generation });
  return { ...before, mark: to };
};

/** Not lost by a crash either. */
export function keepUnprojected(tables: Tables, what: Unprojected): void {
  tables.commit([
    () => tables.change(unprojected, positionKey(what), () => ({ ...what, retryAsked: false })),
  ]);
  tables.flush();
}
