import type { Mark } from "../streams/record.ts";
import type { Db, Sql, Tx } from "./database.ts";
import { expectShape, notMoved, type PositionWanted, type StoredPosition } from "./row_store.ts";

/** Told of every move: `<projection> <partition> <sequence>`. */
export const positionsChannel = "waybill_positions";

interface PositionRow {
  readonly projection: string;
  readonly partition: number;
  readonly sequence: number;
  readonly hash: string;
  readonly stream_created_ms: number;
  readonly shape: string;
  readonly generation: number;
}

/** The projection's position; made, at the beginning of the log, when it has none. */
export async function openPosition(sql: Sql, wanted: PositionWanted): Promise<StoredPosition> {
  const { projection, partition, streamCreatedMs, shape } = wanted;
  await sql`
    insert into waybill.positions (projection, partition, sequence, hash, stream_created_ms, shape)
    values (${projection}, ${partition}, 0, '', ${streamCreatedMs}, ${shape})
    on conflict (projection, partition) do update set stream_created_ms = excluded.stream_created_ms
      where positions.sequence = 0`;
  const [row] = await sql<PositionRow[]>`
    select projection, partition, sequence, hash, stream_created_ms, shape, generation from waybill.positions
    where projection = ${projection} and partition = ${partition}`;
  if (row === undefined) throw new Error(`Cannot read the position of ${projection}: it was deleted`);
  expectShape(wanted, row.shape);
  return asPosition(row);
}

/** The positions of one projection in every partition. */
export async function readPositions(sql: Db, projection: string): Promise<readonly StoredPosition[]> {
  const rows = await sql<PositionRow[]>`
    select projection, partition, sequence, hash, stream_created_ms, shape, generation from waybill.positions
    where projection = ${projection}`;
  return rows.map(asPosition);
}

function asPosition(row: PositionRow): StoredPosition {
  return {
    projection: row.projection,
    partition: row.partition,
    mark: { sequence: row.sequence, hash: row.hash },
    streamCreatedMs: row.stream_created_ms,
    generation: row.generation,
  };
}

/**
 * Notes how far something else is that moves with a position, and wakes who waits for it. Call it after `movePosition`, whose lock
 * it relies on.
 */
export async function notePosition(
  tx: Tx,
  beside: StoredPosition,
  projection: string,
  at: Mark,
): Promise<void> {
  const { partition, streamCreatedMs } = beside;
  const notice = `${projection} ${partition} ${at.sequence}`;
  await tx`
    with noted as (
      insert into waybill.positions (projection, partition, sequence, hash, stream_created_ms, shape)
      values (${projection}, ${partition}, ${at.sequence}, ${at.hash}, ${streamCreatedMs}, '1')
      on conflict (projection, partition) do update
        set sequence = excluded.sequence, hash = excluded.hash, moved_at = now()
      returning sequence)
    select pg_notify(${positionsChannel}, ${notice}) from noted`;
}

/**
 * Moves the position, if it is where it was last seen, and wakes who waits for it. Call it first in the transaction: it locks the
 * position, so that of two projectors only one writes rows.
 */
export async function movePosition(tx: Tx, from: StoredPosition, to: Mark): Promise<void> {
  const { projection, partition, mark, generation } = from;
  const notice = `${projection} ${partition} ${to.sequence}`;
  const [moved] = await tx`
    with moved as (
      update waybill.positions set sequence = ${to.sequence}, hash = ${to.hash}, moved_at = now()
      where projection = ${projection} and partition = ${partition}
        and sequence = ${mark.sequence} and hash = ${mark.hash} and generation = ${generation}
      returning sequence)
    select pg_notify(${positionsChannel}, ${notice}) from moved`;
  if (moved !== undefined) return;
  // Asked anew: the first statement may have waited for whoever moved it, and still sees what was there before.
  const [found] = await tx<{ sequence: number; generation: number }[]>`
    select sequence, generation from waybill.positions
    where projection = ${projection} and partition = ${partition}`;
  throw notMoved(from, found);
}
