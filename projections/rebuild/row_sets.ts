import type { Db, Sql, Tx } from "../database.ts";
import { transaction } from "../database.ts";
import { readPositions } from "../positions.ts";
import type { StoredPosition } from "../row_store.ts";
import { isThere, makeBeside, ofOneForm, tablesOf } from "./catalogue.ts";

/** Where rows of a schema are built, and where those are kept that were read before. */
export const nextOf = (schema: string): string => `${schema}_next`;
export const oldOf = (schema: string): string => `${schema}_old`;

/** Rows beside those that are read. */
export interface RowSet {
  readonly schema: string;
  /** Of the code that makes them. */
  readonly code: string;
  readonly begunAt: Date;
  /** Of rows that were read before: until when. */
  readonly swappedAt: Date | null;
  readonly positions: readonly StoredPosition[];
}

/** Undefined when there are none. */
export async function readRowSet(sql: Db, schema: string): Promise<RowSet | undefined> {
  const [row] = await sql<Omit<RowSet, "positions">[]>`
    select schema, code, begun_at as "begunAt", swapped_at as "swappedAt" from waybill.rebuilds
    where schema = ${schema}`;
  if (row === undefined || !await isThere(sql, schema)) return undefined;
  return { ...row, positions: await readPositions(sql, schema) };
}

/**
 * Makes room for rows that are built beside those of `schema`, or goes on with what an earlier run built: when it is by the same code
 * and of the form that the rows have today. Answers with whether it goes on.
 */
export async function openNext(
  sql: Sql,
  schema: string,
  { code, anew }: { readonly code: string; readonly anew: boolean },
): Promise<boolean> {
  const next = nextOf(schema), known = await readRowSet(sql, next);
  if (!anew && known?.code === code && ofOneForm(await tablesOf(sql, schema), await tablesOf(sql, next))) {
    return true;
  }
  await transaction(sql, async (tx) => {
    await dropRowSet(tx, next);
    await makeBeside(tx, schema, next);
    await tx`insert into waybill.rebuilds (schema, code) values (${next}, ${code})`;
  });
  return false;
}

/** Rows, positions and what is known of them. */
export async function dropRowSet(tx: Tx, schema: string): Promise<void> {
  await tx`drop schema if exists ${tx(schema)} cascade`;
  await tx`delete from waybill.positions where projection = ${schema}`;
  await tx`delete from waybill.rebuilds where schema = ${schema}`;
}
