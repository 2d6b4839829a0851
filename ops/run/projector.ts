import { actorIndex } from "../../projections/actor_index.ts";
import { migrate, openDatabase } from "../../projections/database.ts";
import { orders } from "../../projections/orders.ts";
import { PersonalProjector } from "../../projections/personal.ts";
import { postgresPeople } from "../../projections/personal_rows.ts";
import { postgresRows } from "../../projections/postgres_rows.ts";
import { Projector } from "../../projections/projector.ts";
import { stockLevels } from "../../projections/stock_levels.ts";
import { observeProjector } from "../telemetry/reader_observer.ts";
import { startRetention } from "./retention.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Turns the log into rows, and keeps personal data apart from it. */
export async function startProjector(shared: Shared): Promise<Running> {
  const { config, broker, runtime, telemetry, measure, log, map } = shared;
  const applied = await migrate(config.databaseUrl);
  if (applied.length > 0) log.info({ migrations: applied }, "migrated");
  const sql = openDatabase({ url: config.databaseUrl, name: "waybill projector" });
  const observer = observeProjector(telemetry, measure, log);
  const rows = postgresRows(sql), projections = [orders, stockLevels, actorIndex];
  const readers = Array.from({ length: map.count }, (_, partition) => [
    new Projector({ broker, runtime, rows, projections, partition, observer }),
    new PersonalProjector({ broker, runtime, rows, people: postgresPeople, partition, observer }),
  ]).flat();
  let stopping = false;
  const retention = startRetention(shared);
  const running = readers.map((reader) => reader.run());
  return {
    failed: Promise.race([
      retention.failed,
      ...running.map((run) => endless(run, "a projector", () => stopping)),
    ]),
    stop: async () => {
      stopping = true;
      await retention.stop();
      for (const reader of readers) reader.stop();
      await Promise.allSettled(running);
      await sql.end({ timeout: 5 });
    },
  };
}
