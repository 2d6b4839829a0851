import postgres from "postgres";
import { type Sql, transaction, type Tx } from "../database.ts";
import { positionsChannel, readPositions } from "../positions.ts";
import type { StoredPosition } from "../row_store.ts";
import { ofOneForm, quoted, tablesOf } from "./catalogue.ts";
import { dropRowSet, nextOf, oldOf, readRowSet } from "./row_sets.ts";

export const exchangeLimits = {
  /** Readers that come meanwhile wait no longer than this. */
  lockMsMax: 2_000,
  /** The projector is held no longer than one statement that long. */
  statementMsMax: 30_000,
} as const;

/** Locks the positions of rows, so that no projector writes any, and reads them. */
export async function holdPositions(tx: Tx, schema: string): Promise<readonly StoredPosition[]> {
  await tx.unsafe(`set local lock_timeout = ${exchangeLimits.lockMsMax}`);
  await tx.unsafe(`set local statement_timeout = ${exchangeLimits.statementMsMax}`);
  await tx`select 1 from waybill.positions where projection = ${schema} order by partition for update`;
  return await readPositions(tx, schema);
}

/** Puts the rows that were built in place of those that are read; these are kept, in place of any kept before. */
export async function exchange(tx: Tx, live: string, code: string): Promise<void> {
  const next = nextOf(live), old = oldOf(live);
  await holdTables(tx, live);
  await dropRowSet(tx, old);
  await move(tx, live, old);
  await move(tx, next, live);
  await renew(tx, live, old);
  await tx`delete from waybill.rebuilds where schema = ${next}`;
  await tx`insert into waybill.rebuilds (schema, code, swapped_at) values (${old}, ${code}, now())`;
}

/** The rows that were read before the last swap are read again; those of the swap are kept, as those were. */
export async function bringBack(sql: Sql, live: string): Promise<readonly StoredPosition[]> {
  const old = oldOf(live), passing = `${live}_passing`;
  return await transaction(sql, async (tx) => {
    await holdPositions(tx, live);
    await expectKept(tx, live);
    await holdTables(tx, live);
    await move(tx, live, passing);
    await move(tx, old, live);
    await move(tx, passing, old);
    await renew(tx, live, old);
    await tx`update waybill.rebuilds set swapped_at = now() where schema = ${old}`;
    return await readPositions(tx, live);
  });
}

/** Throws when there are no rows to go back to, or none that readers of today understand. */
export async function expectKept(
  sql: Sql | Tx,
  live: string,
): Promise<NonNullable<Awaited<ReturnType<typeof readRowSet>>>> {
  const kept = await readRowSet(sql, oldOf(live));
  if (kept === undefined) throw new Error(`Cannot roll ${live} back: no rows are kept from before a rebuild`);
  if (ofOneForm(await tablesOf(sql, live), await tablesOf(sql, oldOf(live)))) return kept;
  throw new Error(
    `Cannot roll ${live} back: its tables were changed since the rows of ${oldOf(live)} were read`,
  );
}

/**
 * Nobody is in the middle of reading them, in a transaction of several statements that would see the rows of one side and the positions
 * of the other.
 */
async function holdTables(tx: Tx, schema: string): Promise<void> {
  const tables = await tablesOf(tx, schema);
  const names = tables.map(({ name }) => `${quoted(schema)}.${quoted(name)}`).join(", ");
  try {
    await tx.unsafe(`lock table ${names} in access exclusive mode`);
  } catch (error) {
    if (!(error instanceof postgres.PostgresError && error.code === lockNotAvailable)) throw error;
    throw new Error(
      `Cannot swap ${schema}: another session reads its rows for longer than ${exchangeLimits.lockMsMax} ms; ` +
        "pg_stat_activity says which",
      { cause: error },
    );
  }
}
const lockNotAvailable = "55P03";

async function move(tx: Tx, schema: string, to: string): Promise<void> {
  await tx`alter schema ${tx(schema)} rename to ${tx(to)}`;
  await tx`update waybill.positions set projection = ${to} where projection = ${schema}`;
}

/** Other rows than before: whoever read these is fenced. Who waits for positions hears where they are now. */
async function renew(tx: Tx, live: string, old: string): Promise<void> {
  await tx`
    update waybill.positions set moved_at = now(), generation = 1 +
      (select max(generation) from waybill.positions where projection in (${live}, ${old}))
    where projection = ${live}`;
  await tx`
    select pg_notify(${positionsChannel}, ${live} || ' ' || partition || ' ' || sequence)
    from waybill.positions where projection = ${live}`;
}
