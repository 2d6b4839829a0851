import type { Db, Sql, Tx } from "./database.ts";
import type { StoredUnprojected, Unprojected } from "./row_store.ts";

const problemCharsMax = 4_000;

/** What is kept of it beside what a projector needs. */
export interface UnprojectedRow extends StoredUnprojected {
  readonly since: Date;
  readonly triedAt: Date;
}
type At = Pick<Unprojected, "projection" | "partition">;

const columns = (sql: Db) =>
  sql`projection, partition, sequence, problem, build, since, tried_at as "triedAt",
    retry_asked_at is not null as "retryAsked"`;

export async function unprojectedIn(sql: Sql, partition: number): Promise<readonly StoredUnprojected[]> {
  return await sql<UnprojectedRow[]>`
    select ${columns(sql)} from waybill.unprojected where partition = ${partition}`;
}

/** Nothing where another projector has got past the record meanwhile. */
export async function noteUnprojected(
  sql: Sql,
  { projection, partition, sequence, problem, build }: Unprojected,
): Promise<void> {
  const text = problem.replaceAll("\0", "").slice(0, problemCharsMax).toWellFormed();
  await sql`
    insert into waybill.unprojected as u (projection, partition, sequence, problem, build)
    select projection, partition, ${sequence}::bigint, ${text}::text, ${build}::text from waybill.positions
    where projection = ${projection} and partition = ${partition} and sequence < ${sequence}::bigint
    on conflict (projection, partition) do update
      set sequence = excluded.sequence, problem = excluded.problem, build = excluded.build,
        since = case when u.sequence = excluded.sequence then u.since else excluded.since end,
        tried_at = excluded.tried_at, retry_asked_at = null`;
}

export async function forgetUnprojected(tx: Tx, { projection, partition }: At): Promise<void> {
  await tx`delete from waybill.unprojected where projection = ${projection} and partition = ${partition}`;
}

/** Of these projections, the longest standing first. */
export async function listUnprojected(
  sql: Sql,
  { projections, limit }: { readonly projections: readonly string[]; readonly limit: number },
): Promise<readonly UnprojectedRow[]> {
  return await sql<UnprojectedRow[]>`
    select ${columns(sql)} from waybill.unprojected
    where projection in ${sql(projections)}
    order by since, projection, partition limit ${limit}`;
}

export async function unprojectedAt(sql: Sql, at: At): Promise<UnprojectedRow | undefined> {
  const [row] = await sql<UnprojectedRow[]>`
    select ${columns(sql)} from waybill.unprojected
    where projection = ${at.projection} and partition = ${at.partition}`;
  return row;
}

/** The projector that has the partition tries it again. False when there is nothing to try. */
export async function askRetry(sql: Sql, at: At): Promise<boolean> {
  const asked = await sql`
    update waybill.unprojected set retry_asked_at = now()
    where projection = ${at.projection} and partition = ${at.partition} returning 1`;
  return asked.length > 0;
}
