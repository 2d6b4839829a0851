import { Buffer } from "node:buffer";
import type { Sql } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { decodeCallbacks } from "../../streams/callbacks/callback_pack.ts";
import { streamNames } from "../../streams/record.ts";
import { indexPaths } from "../backup/manifest.ts";
import type { Place } from "../backup/place.ts";
import { readUpto } from "../reading/read_upto.ts";
import type { Progress } from "../cli/progress.ts";

/** How often any of a person's texts stands somewhere. */
export interface Occurrences {
  /** By stream: messages. */
  readonly streams: { readonly [stream: string]: number };
  /** By table: rows. Only tables with some. */
  readonly tables: { readonly [table: string]: number };
  /** Files of the index of backups; absent when none was named. */
  readonly backupIndex?: number;
}

export interface Searched {
  readonly broker: Broker;
  readonly sql: Sql;
  readonly backups?: Place;
  readonly progress: Progress;
}

/** Looks through every message of every stream, every row of every table, and the index of backups. */
export async function findTexts(texts: readonly string[], searched: Searched): Promise<Occurrences> {
  const streams: Record<string, number> = {};
  for (const name of Object.values(streamNames)) streams[name] = await inStream(texts, name, searched);
  const { backups } = searched;
  return {
    streams,
    tables: await inTables(texts, searched.sql),
    ...(backups && { backupIndex: await inIndex(texts, backups) }),
  };
}

async function inStream(
  texts: readonly string[],
  name: typeof streamNames[keyof typeof streamNames],
  { broker, progress }: Searched,
): Promise<number> {
  const needles = needlesOf(texts), { firstSequence, lastSequence } = await broker.info(name);
  let found = 0;
  progress.begin(`search ${name}`, Math.max(0, lastSequence - firstSequence + 1));
  for await (const batch of readUpto(broker, name, { from: firstSequence, until: lastSequence })) {
    for (const { payload, subject } of batch) {
      const bodies = name === streamNames.callbacks ? decodeCallbacks(payload).map(({ body }) => body) : [];
      const all = [Buffer.from(subject), payload, ...bodies];
      if (all.some((bytes) => holds(bytes, needles))) found++;
    }
    progress.step(batch.length);
  }
  progress.end();
  return found;
}

/** As they are, and as JSON spells them. */
const needlesOf = (texts: readonly string[]) =>
  [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))].map((text) =>
    Buffer.from(text)
  );

function holds(bytes: Uint8Array, needles: readonly Buffer[]): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return needles.some((needle) => buffer.includes(needle));
}

async function inTables(texts: readonly string[], sql: Sql): Promise<Record<string, number>> {
  const patterns = needlesOf(texts).map((needle) => needle.toString("utf8"));
  const found: Record<string, number> = {};
  if (patterns.length === 0) return found;
  const tables = await sql<{ schema: string; name: string }[]>`
    select schemaname as schema, tablename as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`;
  for (const { schema, name } of tables) {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from ${sql(schema)}.${sql(name)} as t
      where exists (select from unnest(${patterns}::text[]) as needle where strpos(to_jsonb(t)::text, needle) > 0)`;
    if (row !== undefined && row.count > 0) found[`${schema}.${name}`] = row.count;
  }
  return found;
}

async function inIndex(texts: readonly string[], place: Place): Promise<number> {
  const needles = needlesOf(texts);
  let found = 0;
  for (const path of await indexPaths(place)) {
    const content = await place.read(path);
    if (content !== undefined && holds(content, needles)) found++;
  }
  return found;
}
