import postgres from "postgres";
import { actorIndex } from "../../projections/actor_index.ts";
import { openDatabase } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { postgresRows } from "../../projections/postgres_rows.ts";
import { orders } from "../../projections/orders.ts";
import { Projector } from "../../projections/projector.ts";
import { unwatchedProjector } from "../../projections/projector_observer.ts";
import { stockLevels } from "../../projections/stock_levels.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";

export interface ProjectResult {
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

/** Fills all projections of an empty database from the start of the log, in the Postgres that the system itself uses. */
export async function projectFromNothing(broker: Broker, databaseUrl: string): Promise<ProjectResult> {
  const last = await broker.last(streamNames.events, subjects.events(0));
  const url = await emptyDatabase(databaseUrl);
  await migrate(url);
  const sql = openDatabase({ url, name: "waybill bench" });
  const reached = Promise.withResolvers<void>();
  let events = 0;
  const startedAtMs = performance.now();
  const projector = new Projector({
    broker,
    runtime: systemRuntime("bench"),
    rows: postgresRows(sql),
    projections: [orders, stockLevels, actorIndex],
    decode: decodeRecord,
    partition: 0,
    observer: {
      ...unwatchedProjector,
      batch: (batch) => {
        if (batch.outcome !== "stored") return;
        events += batch.events;
        if (batch.lastSequence >= (last?.sequence ?? 0)) reached.resolve();
      },
    },
  });
  const running = projector.run();
  try {
    await Promise.race([reached.promise, running]);
  } finally {
    projector.stop();
    await running;
    await sql.end();
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { events, seconds, eventsPerSecond: Math.round(events / seconds) };
}

async function emptyDatabase(serverUrl: string): Promise<string> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await sql.unsafe("create database bench_from_nothing");
  await sql.end();
  const url = new URL(serverUrl);
  url.pathname = "/bench_from_nothing";
  return url.href;
}
