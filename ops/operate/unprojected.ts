import { allProjections } from "../../projections/all.ts";
import { asking, type Sql } from "../../projections/database.ts";
import { schemaOf } from "../../projections/projection.ts";
import {
  askRetry,
  listUnprojected,
  unprojectedAt,
  type UnprojectedRow,
} from "../../projections/unprojected_rows.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { Fault } from "../../streams/faults.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { Failure } from "../cli/failure.ts";
import { effectRows } from "../cli/log_readers.ts";
import { type DeadLetterSource, idOf } from "./dead_letters.ts";

const name = "unprojected", shownMax = 200;
const neverDropped =
  "rows are the log up to where they stand, and step over nothing; run code that can apply the record, " +
  "or make rows that were changed by hand again with waybill rebuild";
/** A projector looks once a second. */
const lookMs = 100, looksMax = 100;

export interface UnprojectedOptions {
  readonly sql: Sql;
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "sleep">;
}

/** A projection whose rows stand before a record that it could not apply. */
export interface HeldProjection {
  /** Of its dead letter. */
  readonly id: string;
  readonly projection: string;
  readonly partition: number;
  readonly sequence: number;
  /** The error's first line, and which code met it. */
  readonly problem: string;
  readonly build: string;
  readonly since: string;
  /** Records behind it: at most so many. */
  readonly waiting: number;
}
export interface HeldProjections {
  readonly all: readonly HeldProjection[];
  /** Why nobody can say. */
  readonly unknown?: string;
}

const every = () => [...allProjections().map(schemaOf), ...Object.values(effectRows)];
const shortly = (problem: string) => problem.split("\n")[0]!;

/** Which projections stand still, or this one alone; none where the tables are not made yet. */
export async function heldProjections(
  { sql, broker }: Pick<UnprojectedOptions, "sql" | "broker">,
  only?: string,
): Promise<readonly HeldProjection[]> {
  const projections = only === undefined ? every() : [only];
  const rows = await asking("read what could not be projected", async () => {
    const [found] = await sql<{ there: boolean }[]>`
      select to_regclass('waybill.unprojected') is not null as there`;
    return found?.there === true ? await listUnprojected(sql, { projections, limit: shownMax }) : [];
  });
  return await Promise.all(rows.map(async (row) => {
    const { projection, partition, sequence, problem, build, since } = row;
    return {
      ...{ id: idOf(name, `${projection}/${partition}`), projection, partition, sequence, build },
      ...{ problem: shortly(problem), since: since.toISOString(), waiting: await countBehind(broker, row) },
    };
  }));
}

/** Records that a projection could not apply: its rows stand before them. They hold up only what is behind them in the same rows. */
export function unprojected({ sql, broker, runtime }: UnprojectedOptions): DeadLetterSource {
  const projections = every();
  const find = (key: string) => {
    const at = placeIn(key);
    return asking("read what could not be projected", async () => at && await unprojectedAt(sql, at));
  };
  return {
    name,
    list: async (limit) => {
      const rows = await asking(
        "read what could not be projected",
        () => listUnprojected(sql, { projections, limit }),
      );
      return await Promise.all(rows.map(async (row) => ({
        id: idOf(name, `${row.projection}/${row.partition}`),
        what: `project record ${row.sequence} of partition ${row.partition} into ${row.projection}`,
        why: shortly(row.problem),
        waiting: await countBehind(broker, row),
      })));
    },
    show: async (key) => {
      const row = await find(key);
      return row && { ...row, record: await recordAt(broker, row) };
    },
    retry: async (key) => {
      const at = placeIn(key);
      const isAsked = await asking("ask for a retry", async () => at && await askRetry(sql, at));
      if (!isAsked) throw new Failure(`Cannot retry ${idOf(name, key)}: it is not there any more`);
      for (let looks = 0; looks < looksMax; looks++) {
        const row = await find(key);
        if (row === undefined) return `${key} goes on`;
        if (!row.retryAsked) return `${key} stopped again: ${shortly(row.problem)}`;
        await runtime.sleep(lookMs);
      }
      return `${key} will be tried as soon as a projector has the partition: none has tried it yet`;
    },
    neverDropped,
    drop: (key) => Promise.reject(new Failure(`Cannot drop ${idOf(name, key)}: ${neverDropped}`)),
  };
}

/** `<projection>/<partition>`. */
function placeIn(key: string): Pick<UnprojectedRow, "projection" | "partition"> | undefined {
  const [, projection, partition] = /^([a-z][a-z0-9_]{0,62})\/(\d{1,4})$/.exec(key) ?? [];
  return projection === undefined ? undefined : { projection, partition: Number(partition) };
}

/** At most so many: other partitions' records count, too. */
async function countBehind(broker: Broker, { partition, sequence }: UnprojectedRow): Promise<number> {
  const last = await broker.last(streamNames.events, subjects.events(partition));
  return Math.max(0, (last?.sequence ?? 0) - sequence);
}

/** What happened in it, and to whom. */
async function recordAt(broker: Broker, { sequence }: UnprojectedRow): Promise<object> {
  const stored = await broker.at(streamNames.events, sequence);
  if (stored === undefined) return { missing: `EVENTS holds nothing at ${sequence}` };
  const storedAt = new Date(stored.storedAtMs).toISOString(), bytes = stored.payload.byteLength;
  try {
    const { entries } = decodeRecord(stored);
    const events = entries.slice(0, shownMax).map(({ actor, type, v, version }) => ({
      actor,
      type,
      v,
      version,
    }));
    const actors = [...new Set(entries.map(({ actor }) => actor))].slice(0, shownMax);
    return { storedAt, bytes, actors, events, ...(entries.length > shownMax && { of: entries.length }) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { storedAt, bytes, unreadable: error.message };
  }
}
