import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { folderPlace } from "../backup/folder_place.ts";
import { type Manifest, readManifests } from "../backup/manifest.ts";
import type { Place } from "../backup/place.ts";
import { planRestore } from "../backup/restore/plan.ts";
import { restore } from "../backup/restore/restore.ts";
import { takeBackup } from "../backup/take_backup.ts";
import { verifyBackup } from "../backup/verify_backup.ts";
import { Failure } from "../cli/failure.ts";
import { version } from "../version.ts";
import { projectFolder, startProgram } from "./child.ts";
import { foldLog } from "./folding.ts";

export interface BackupResult {
  readonly events: number;
  readonly records: number;
  /** Of the files. */
  readonly megabytes: number;
  readonly backupSeconds: number;
  /** A second one, to the same folder, with nothing new. */
  readonly againSeconds: number;
  readonly verifySeconds: number;
  /** Into empty servers, `verify` without rows included. */
  readonly restoreSeconds: number;
}

const silent = { begin: () => {}, step: () => {}, end: () => {} };
const readyMsMax = 120_000;

/** Backs the log up to a folder, proves the copy, and restores it into fresh servers on the same machine. */
export async function measureBackup(broker: Broker, folder: string): Promise<BackupResult> {
  const place = folderPlace(join(folder, "backup")), runtime = systemRuntime(version);
  const positions = () => Promise.resolve(undefined);
  const take = () => takeBackup({ broker, place, runtime, software: version, progress: silent, positions });
  const [manifest, backupSeconds] = await timed(take);
  const [, againSeconds] = await timed(take);
  const [verdict, verifySeconds] = await timed(() => verifyBackup(place, silent));
  if (!verdict.ok) throw new Failure(`Cannot measure the backup: ${verdict.findings.join("; ")}`);
  const restoreSeconds = await measureRestore(place, join(folder, "restored"));
  const { events } = await foldLog(broker);
  const chunks = Object.values(manifest.streams).flatMap((kept) => kept.chunks);
  const megabytes = Math.round(chunks.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
  return {
    events,
    records: verdict.records,
    megabytes,
    backupSeconds,
    againSeconds,
    verifySeconds,
    restoreSeconds,
  };
}

const runtimeFile = z.object({ natsUrl: z.string(), natsToken: z.string() });

async function measureRestore(place: Place, dataDir: string): Promise<number> {
  const servers = await startProgram({
    args: [join(projectFolder, "ops", "waybill.mjs"), "start", "--servers-only"],
    env: { WAYBILL_DATA: dataDir, NATS_URL: undefined, DATABASE_URL: undefined },
    readyLine: "Waybill's servers are ready",
    readyMsMax,
  });
  try {
    const text = await readFile(join(dataDir, "runtime.json"), "utf8");
    const { natsUrl, natsToken } = runtimeFile.parse(JSON.parse(text));
    const broker = await connectJetStream({ servers: [natsUrl], token: natsToken, name: "waybill bench" });
    try {
      const [restored, seconds] = await timed(() => restoreInto(broker, place));
      if (!restored.verdict.ok) throw new Failure("Cannot measure the restore: it is not proven");
      return seconds;
    } finally {
      await broker.close();
    }
  } finally {
    await servers.stop();
  }
}

async function restoreInto(broker: Broker, place: Place) {
  const manifests = await readManifests(place), newest: Manifest = manifests.at(-1)!, { cut } = newest;
  const plan = await planRestore({ place, manifests, cut, resend: undefined, progress: silent });
  await ensureStreams(broker, 1);
  const series = new Map(
    [...plan.series.keys()].map((entity) =>
      [entity, { type: "continue" as const, suffix: "BENCH" }] as const
    ),
  );
  const mark = { backup: newest.id, cut: cut.sequence, series: "BENCH" };
  return await restore({
    broker,
    runtime: systemRuntime(version),
    plan,
    mark,
    series,
    progress: silent,
    chance: 0,
  });
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const startedAtMs = performance.now(), result = await work();
  return [result, Math.round((performance.now() - startedAtMs) / 100) / 10];
}
