import type { Db, Tx } from "../database.ts";

/** A table of a projection, as the database's catalogue describes it. */
export interface Table {
  readonly name: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Each column with its type and constraints, each check, as text: equal for tables of equal form. */
  readonly form: readonly string[];
  readonly indexes: readonly Index[];
  /** Storage parameters: `fillfactor=70`. */
  readonly options: readonly string[];
}
interface Index {
  readonly name: string;
  /** What it is, without its name. */
  readonly form: string;
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The schema is there. */
export async function isThere(sql: Db, schema: string): Promise<boolean> {
  const [row] = await sql<{ there: boolean }[]>`select to_regnamespace(${
    quoted(schema)
  }) is not null as there`;
  return row?.there === true;
}

/** Throws for a schema that holds anything but tables and their indexes: the rest would be left behind. */
async function expectPlain(sql: Db, schema: string): Promise<void> {
  const [other] = await sql<{ name: string }[]>`
    select name from (
      select relname::text as name from pg_class
      where relnamespace = to_regnamespace(${quoted(schema)}) and relkind not in ('r', 'i')
      union all
      select proname::text from pg_proc where pronamespace = to_regnamespace(${quoted(schema)})
      union all
      select tgname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = to_regnamespace(${quoted(schema)})
      union all
      select conname::text from pg_constraint
      where contype = 'f' and to_regnamespace(${quoted(schema)}) in (connamespace,
        (select relnamespace from pg_class where oid = confrelid))
    ) others limit 1`;
  if (other !== undefined) {
    throw new Error(`Cannot make ${schema} once more: it holds ${other.name}, which is no plain table`);
  }
}

/** Its tables, by name. Throws for a schema that cannot be made once more. */
export async function tablesOf(sql: Db, schema: string): Promise<readonly Table[]> {
  await expectPlain(sql, schema);
  const tables = await sql<Table[]>`
    select c.relname as name, coalesce(c.reloptions, '{}') as options,
      array(select a.attname::text from pg_index i, unnest(i.indkey) with ordinality k (attnum, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary order by k.place) as key,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns,
      array(select concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), l.collname,
          case when a.attnotnull then 'not null' end, a.attgenerated, a.attidentity,
          pg_get_expr(d.adbin, d.adrelid))
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          left join pg_collation l on l.oid = a.attcollation
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum)
      || array(select pg_get_constraintdef(k.oid) from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'c' order by 1) as form,
      coalesce((select jsonb_agg(jsonb_build_object('name', x.relname, 'form', concat_ws(' ',
          case when i.indisprimary then 'primary' when i.indisunique then 'unique' end,
          substring(pg_get_indexdef(i.indexrelid) from ' USING (.*)'))) order by x.relname)
        from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid), '[]') as indexes
    from pg_class c where c.relnamespace = to_regnamespace(${quoted(schema)}) and c.relkind = 'r'
    order by c.relname`;
  const keyless = tables.find(({ key }) => key.length === 0);
  if (keyless) throw new Error(`Cannot compare ${schema}.${keyless.name}: it has no primary key`);
  return tables;
}

/** True when rows of one could stand in the other. */
export function ofOneForm(one: readonly Table[], other: readonly Table[]): boolean {
  const form = (tables: readonly Table[]) =>
    JSON.stringify(
      tables.map(({ name, form, indexes }) => [name, form, indexes.map((index) => index.form).sort()]),
    );
  return form(one) === form(other);
}

/** Makes the schema `beside` with empty tables like those of `schema`: columns, keys, indexes and their names, storage. */
export async function makeBeside(tx: Tx, schema: string, beside: string): Promise<void> {
  const tables = await tablesOf(tx, schema);
  await tx`create schema ${tx(beside)}`;
  for (const { name, options } of tables) {
    await tx`create table ${tx(beside)}.${tx(name)} (like ${tx(schema)}.${tx(name)} including all)`;
    if (options.length === 0) continue;
    await tx.unsafe(`alter table ${quoted(beside)}.${quoted(name)} set (${options.join(", ")})`);
  }
  const made = await tablesOf(tx, beside);
  if (!ofOneForm(tables, made)) throw new Error(`Cannot make ${schema} once more: ${beside} differs from it`);
  for (const table of made) {
    await nameIndexes(
      tx,
      beside,
      table,
      tables.find(({ name }) => name === table.name)!,
    );
  }
}

/** As the originals are named, so that a migration finds the index that it names. Under other names first: some may be exchanged. */
async function nameIndexes(tx: Tx, schema: string, made: Table, original: Table): Promise<void> {
  const names = new Map<string, string[]>();
  for (const { name, form } of original.indexes) names.set(form, [...names.get(form) ?? [], name]);
  const renamed = made.indexes.map(({ name, form }, i) => ({
    name,
    passing: `made_${made.name}_${i}`,
    to: names.get(form)!.shift()!,
  }))
    .filter(({ name, to }) => name !== to);
  for (const { name, passing } of renamed) await rename(tx, schema, name, passing);
  for (const { passing, to } of renamed) await rename(tx, schema, passing, to);
}

async function rename(tx: Tx, schema: string, index: string, to: string): Promise<void> {
  await tx`alter index ${tx(schema)}.${tx(index)} rename to ${tx(to)}`;
}
