import { actorIndex } from "../../projections/actor_index.ts";
import { cases } from "../../projections/cases.ts";
import { invoices } from "../../projections/invoices/invoices.ts";
import { returns } from "../../projections/returns.ts";
import { lanesProjection } from "../../projections/lanes/lanes.ts";
import { migrate, openDatabase } from "../../projections/database.ts";
import { orders } from "../../projections/orders.ts";
import { parcels } from "../../projections/parcels.ts";
import { payouts } from "../../projections/payouts.ts";
import { PersonalProjector } from "../../projections/personal.ts";
import { postgresPeople } from "../../projections/personal_rows.ts";
import { postgresRows } from "../../projections/postgres_rows.ts";
import { Projector } from "../../projections/projector.ts";
import { stockLevels } from "../../projections/stock_levels.ts";
import { type Share, Shares } from "../../streams/cluster/shares.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { PersonalCopier } from "../../streams/retention/personal.ts";
import { observeEstimates } from "../telemetry/carrier_observer.ts";
import { observeCopier, observeProjector } from "../telemetry/reader_observer.ts";
import { startTrimmer } from "./retention.ts";
import { databaseOf, endless, type Running, type Shared } from "./role.ts";

/** Turns the log into rows, and keeps personal data apart from it: for the partitions that are this process's share. */
export async function startProjector(shared: Shared): Promise<Running> {
  const { broker, runtime, log, name } = shared, url = databaseOf(shared);
  const applied = await migrate(url);
  if (applied.length > 0) log.info({ migrations: applied }, "migrated");
  const sql = openDatabase({ url, name: "waybill projector" });
  const start = readersOf(shared, postgresRows(sql));
  const shares = new Shares({ broker, runtime, role: "projector", name, start });
  let stopping = false;
  const trimmer = startTrimmer(shared);
  const running = shares.run();
  return {
    failed: Promise.race([trimmer.failed, endless(running, "a projector", () => stopping)]),
    stop: async () => {
      stopping = true;
      await trimmer.stop();
      shares.stop();
      await Promise.allSettled([running]);
      await sql.end({ timeout: 5 });
    },
  };
}

/** All that reads one partition's log: its rows, its personal data, and the copy of that. */
function readersOf(
  { broker, runtime, telemetry, measure, log }: Shared,
  rows: ReturnType<typeof postgresRows>,
) {
  const observer = observeProjector(telemetry, measure, log), compared = observeEstimates(measure);
  const projections = [
    orders,
    parcels,
    returns,
    cases,
    lanesProjection(compared),
    invoices,
    payouts,
    stockLevels,
    actorIndex,
  ];
  return ({ partition, origin }: Partition): Share => {
    const copying = observeCopier(measure, log, partition);
    const readers = [
      new Projector({ broker, runtime, rows, projections, partition, origin, observer }),
      new PersonalProjector({ broker, runtime, rows, people: postgresPeople, partition, observer }),
      new PersonalCopier({ broker, runtime, partition, origin, observer: copying }),
    ];
    const stop = () => readers.forEach((reader) => void reader.stop());
    const running = readers.map((reader) => reader.run().finally(stop));
    return { done: settledAll(running), stop };
  };
}

/** Ends when all have ended, with the first thing that went wrong. */
async function settledAll(running: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(running);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
