import { allProjections } from "../../projections/all.ts";
import { openDatabase, type Tx } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { peopleName, peopleSchema, PersonalProjector } from "../../projections/personal.ts";
import { postgresPeople } from "../../projections/personal_rows.ts";
import { postgresRows } from "../../projections/postgres_rows.ts";
import { Projector } from "../../projections/projector.ts";
import { together } from "../../streams/cluster/share.ts";
import type { ProjectorObserver } from "../../projections/projector_observer.ts";
import { type Share, Shares } from "../../streams/cluster/shares.ts";
import type { Partition } from "../../streams/partition_map.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import { PersonalCopier } from "../../streams/retention/personal.ts";
import { observeEstimates } from "../telemetry/carrier_observer.ts";
import { LagClock } from "../telemetry/lag_clock.ts";
import {
  type Lags,
  observeCopier,
  observeLags,
  observeProjector,
  readingTroubles,
} from "../telemetry/reader_observer.ts";
import { watchLastBackup } from "./last_backup.ts";
import { startTrimmer } from "./retention.ts";
import { openVerifying } from "./verifying.ts";
import { databaseOf, endless, type Running, type Shared } from "./role.ts";

/** Turns the log into rows, and keeps personal data apart from it: for the partitions that are this process's share. */
export async function startProjector(shared: Shared): Promise<Running> {
  const { broker, runtime, log, name } = shared, url = databaseOf(shared);
  const applied = await migrate(url, { waiting: (reason) => log.warn({ reason }, "migrating waits") });
  if (applied.length > 0) log.info({ migrations: applied }, "migrated");
  const sql = openDatabase({ url, name: "waybill projector" });
  const verifying = openVerifying(shared), read = readersOf(shared, postgresRows(sql));
  const start = (place: Partition) => together([read(place), verifying.start(place)]);
  const shares = new Shares({ broker, runtime, role: "projector", name, start });
  let stopping = false;
  const trimmer = startTrimmer(shared), backups = watchLastBackup(shared);
  const running = shares.run();
  return {
    failed: Promise.race([trimmer.failed, backups.failed, endless(running, "a projector", () => stopping)]),
    stop: async () => {
      stopping = true;
      await Promise.all([trimmer.stop(), backups.stop()]);
      shares.stop();
      await Promise.allSettled([running]);
      await sql.end({ timeout: 5 });
    },
  };
}

/** All that reads one partition's log: its rows, its personal data, and the copy of that. */
function readersOf(
  { broker, runtime, telemetry, measure, log, switches, unready }: Shared,
  rows: ReturnType<typeof postgresRows>,
) {
  const lags = observeLags(measure), compared = observeEstimates(measure);
  const observer = observeProjector(telemetry, measure, { log, lags });
  const projections = allProjections(compared), people = new Map<number, PersonalProjector<Tx>>();
  const personalTroubles = readingTroubles(measure, log, "personal");
  unready.push(() =>
    [...people].filter(([, { state }]) => state === "stopped").map(([partition]) =>
      `the reader of personal data of partition ${partition} has stopped: its log says why`
    )
  );
  return ({ partition, origin }: Partition): Share => {
    const copying = observeCopier(measure, log, partition);
    const copier = new PersonalCopier({ broker, runtime, partition, origin, observer: copying });
    const personal = new PersonalProjector({
      ...{ broker, runtime, rows, people: postgresPeople, partition, observer: personalTroubles },
      paused: () => switches.isOn(`projection-${peopleName}`),
    });
    people.set(partition, personal);
    const look = personalLags(lags, { partition, copier, people: personal, nowMs: runtime.nowMs });
    const lag: ProjectorObserver["lag"] = (lag) => {
      observer.lag(lag);
      look(lag.head);
    };
    const projector = new Projector({
      ...{ broker, runtime, rows, projections, decode: decodeRecord, partition, origin },
      witness: true,
      paused: (name) => switches.isOn(`projection-${name}`),
      observer: { ...observer, lag },
    });
    const readers = [projector, personal, copier];
    const stop = () => readers.forEach((reader) => void reader.stop());
    const running = readers.map((reader) => reader.run().finally(stop));
    const forget = () => {
      if (people.get(partition) === personal) people.delete(partition);
      lagging.forEach((reader) => lags.forget(reader, partition));
    };
    return { done: settledAll(running).finally(forget), stop };
  };
}

const lagging = ["projector", "copier", "personal"] as const;

/** How far those are who copy personal data: the one from EVENTS to PERSONAL, the other from there to rows. */
function personalLags(
  lags: Lags,
  { partition, copier, people, nowMs }: {
    readonly partition: number;
    readonly copier: PersonalCopier;
    readonly people: Pick<PersonalProjector<Tx>, "sequence" | "state">;
    nowMs(): number;
  },
): (head: number) => void {
  const copied = new LagClock(), written = new LagClock();
  return (head) => {
    const now = nowMs(), done = copier.position.sequence;
    lags.tell("copier", { partition, ...copied.look({ head, done, nowMs: now }) });
    const personal = { head: copier.last, done: people.sequence, nowMs: now };
    const lag = written.look(personal), { state } = people, { records } = lag;
    // Who rests on purpose is not late: that it rests has a metric of its own.
    lags.tell("personal", { partition, ...lag, ...(state === "paused" && { ms: 0 }) });
    lags.stand("personal", { partition, projections: [{ projection: peopleSchema, state, records }] });
  };
}

/** Ends when all have ended, with the first thing that went wrong. */
async function settledAll(running: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(running);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
