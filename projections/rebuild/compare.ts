import type { Tx } from "../database.ts";
import { quoted, type Table } from "./catalogue.ts";

/** A value of each side, as Postgres writes it; null: there is none. */
export interface ValuePair {
  readonly live: string | null;
  readonly rebuilt: string | null;
}
/** A row that is not the same in both. */
export interface RowDifference {
  readonly table: string;
  readonly key: { readonly [column: string]: string };
  /** missing: not among those that are read; extra: only there. */
  readonly kind: "missing" | "extra" | "different";
  /** Columns that differ, of rows that are in both. */
  readonly columns: { readonly [column: string]: ValuePair };
}
export interface TableComparison {
  readonly table: string;
  /** Among those that are read, and among those that were built. */
  readonly rows: number;
  readonly rebuiltRows: number;
  readonly differing: number;
  /** The first of these, by key. */
  readonly shown: readonly RowDifference[];
}
/** What is compared: two schemas of tables of the same form. */
export interface Sides {
  readonly live: string;
  readonly next: string;
  readonly tables: readonly Table[];
}

const bucketBits = 10;
export const compareLimits = { shownMax: 20, valueCharsMax: 200 } as const;

/**
 * Compares all rows of both: each row's hash, summed up in 1,024 buckets by its key, and then the rows of those buckets that differ.
 * Call it in a transaction that sees both at the same position.
 */
export async function compareAll(tx: Tx, { live, next, tables }: Sides): Promise<readonly TableComparison[]> {
  const compared: TableComparison[] = [];
  for (const table of tables) {
    const { rows, rebuiltRows, buckets } = await differingBuckets(tx, { live, next, table });
    const within = `where hashtext(${keyOf(table)}::text) & ${2 ** bucketBits - 1} = any($1::int[])`;
    const found = buckets.length === 0
      ? nothing
      : await differingRows(tx, { live, next, table }, { within, parameters: [buckets] });
    compared.push({ table: table.name, rows, rebuiltRows, ...found });
  }
  return compared;
}

/**
 * Compares what was written since a moment: rows are as they were then where no transaction touched them that the snapshot of then,
 * whose `xmin` is the horizon, could not see. How many rows there are tells of those that were deleted.
 */
export async function compareSince(
  tx: Tx,
  { live, next, tables }: Sides,
  horizon: string,
): Promise<readonly TableComparison[]> {
  const compared: TableComparison[] = [];
  for (const table of tables) {
    const [counted] = await tx.unsafe<{ rows: number; rebuiltRows: number }[]>(`
      select (select count(*) from ${nameOf(live, table)}) as rows,
        (select count(*) from ${nameOf(next, table)}) as "rebuiltRows"`);
    const touched = (schema: string) =>
      `select ${listOf(table.key)} from ${nameOf(schema, table)} where age(xmin) <= age($1::xid8::xid)`;
    const within = `where (${listOf(table.key)}) in (${touched(live)} union ${touched(next)})`;
    const found = await differingRows(tx, { live, next, table }, { within, parameters: [horizon] });
    compared.push({ table: table.name, rows: counted!.rows, rebuiltRows: counted!.rebuiltRows, ...found });
  }
  return compared;
}

/** Nothing differs; as many rows on both sides. */
export const isSame = (compared: readonly TableComparison[]): boolean =>
  compared.every(({ rows, rebuiltRows, differing }) => rows === rebuiltRows && differing === 0);

const nothing = { differing: 0, shown: [] };
const nameOf = (schema: string, { name }: Table) => `${quoted(schema)}.${quoted(name)}`;
const listOf = (columns: readonly string[], of = "") =>
  columns.map((column) => of + quoted(column)).join(", ");
const keyOf = ({ key }: Table) => `row(${listOf(key)})`;

interface OneTable {
  readonly live: string;
  readonly next: string;
  readonly table: Table;
}
interface Bucket {
  readonly bucket: number;
  readonly rows: number;
  readonly rebuiltRows: number;
  readonly differs: boolean;
}

async function differingBuckets(tx: Tx, { live, next, table }: OneTable) {
  // Sums do not ask in which order rows come, so that nothing is sorted.
  const sums = (schema: string) => `
    select hashtext(${keyOf(table)}::text) & ${2 ** bucketBits - 1} as bucket, count(*) as rows,
      sum(hashtextextended(t::text, 0)) as hashes
    from ${nameOf(schema, table)} t group by 1`;
  const found = await tx.unsafe<Bucket[]>(`
    select bucket, coalesce(l.rows, 0) as rows, coalesce(n.rows, 0) as "rebuiltRows",
      l.rows is distinct from n.rows or l.hashes is distinct from n.hashes as differs
    from (${sums(live)}) l full join (${sums(next)}) n using (bucket)`);
  return {
    rows: found.reduce((sum, { rows }) => sum + rows, 0),
    rebuiltRows: found.reduce((sum, { rebuiltRows }) => sum + rebuiltRows, 0),
    buckets: found.filter(({ differs }) => differs).map(({ bucket }) => bucket),
  };
}

interface DifferingRow {
  readonly key: { readonly [column: string]: string };
  readonly live: { readonly [column: string]: string | null } | null;
  readonly rebuilt: { readonly [column: string]: string | null } | null;
  readonly differing: number;
}

/** Those of the rows `within` that are not the same, counted, and the first of them. */
async function differingRows(
  tx: Tx,
  { live, next, table }: OneTable,
  { within, parameters }: { readonly within: string; readonly parameters: (string | number[])[] },
): Promise<Pick<TableComparison, "differing" | "shown">> {
  const texts = (side: string) =>
    `jsonb_build_object(${
      table.columns.map((column) => `${literal(column)}, ${side}.${quoted(column)}::text`).join(", ")
    })`;
  const shown = (side: string) =>
    `case when ${side}.${quoted(table.key[0]!)} is not null then ${texts(side)} end`;
  const key = table.key.map((column) => `${literal(column)}, ${quoted(column)}::text`).join(", ");
  const rows = await tx.unsafe<DifferingRow[]>(
    `
    select jsonb_build_object(${key}) as key, ${shown("l")} as live, ${
      shown("n")
    } as rebuilt, count(*) over () as differing
    from (select * from ${nameOf(live, table)} ${within}) l
      full join (select * from ${nameOf(next, table)} ${within}) n using (${listOf(table.key)})
    where l::text is distinct from n::text
    order by ${listOf(table.key)} limit ${compareLimits.shownMax}`,
    parameters,
  );
  return { differing: rows[0]?.differing ?? 0, shown: rows.map((row) => differenceOf(table, row)) };
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

function differenceOf({ name, columns }: Table, { key, live, rebuilt }: DifferingRow): RowDifference {
  if (live === null || rebuilt === null) {
    return { table: name, key, kind: live === null ? "missing" : "extra", columns: {} };
  }
  const differing = columns.filter((column) => live[column] !== rebuilt[column]);
  const pairs = differing.map((column) =>
    [column, pairOf(live[column] ?? null, rebuilt[column] ?? null)] as const
  );
  return { table: name, key, kind: "different", columns: Object.fromEntries(pairs) };
}

/** From a little before the first character that differs: what is long is mostly equal. */
function pairOf(live: string | null, rebuilt: string | null): ValuePair {
  const from = Math.max(0, firstDifference(live ?? "", rebuilt ?? "") - contextChars);
  const cut = (text: string | null) => {
    if (text === null) return null;
    const part = text.slice(from, from + compareLimits.valueCharsMax);
    return `${from > 0 ? "…" : ""}${part}${from + part.length < text.length ? "…" : ""}`;
  };
  return { live: cut(live), rebuilt: cut(rebuilt) };
}

const contextChars = 40;

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}
