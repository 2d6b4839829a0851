import type { Command } from "commander";
import process from "node:process";
import { asking } from "../../projections/database.ts";
import { noteBackup } from "../../streams/operations/last_backup.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { type Manifest, readManifests } from "../backup/manifest.ts";
import { openToRead, openToWrite } from "../backup/open_place.ts";
import { takeBackup } from "../backup/take_backup.ts";
import { type BackupVerdict, verifyBackup } from "../backup/verify_backup.ts";
import { version } from "../version.ts";
import { registerPrune } from "./backup_prune.ts";
import { megabytes, timeOf } from "./backup_text.ts";
import { exitCodes, Failure } from "./failure.ts";
import { patient, patiently } from "./patience.ts";
import { showProgress } from "./progress.ts";
import { withBroker } from "./with_broker.ts";
import { withRowsIfNamed } from "./with_rows.ts";
import { counted } from "./counted.ts";

interface Flags {
  readonly to?: string;
  readonly json?: boolean;
}
interface FromFlags {
  readonly from: string;
  readonly json?: boolean;
}

/** `waybill backup`, and `verify`, `list` and `prune` below it. */
export function registerBackup(program: Command, print: (text: string) => void = console.log): void {
  const backup = program.command("backup")
    .description(
      "copy the whole log to a folder or to S3-compatible storage, while the system runs; again: what is new",
    )
    .option("--to <place>", "a folder, or s3://bucket/prefix; it holds personal data, as the system does")
    .option("--json", "print the backup's manifest as one JSON object")
    .addHelpText("after", storageHelp)
    .action(async (flags: Flags) => print(await take(flags)));
  backup.command("verify")
    .description("prove that a backup is whole: every chunk's hash, the chains of all records, no gap")
    .requiredOption("--from <place>", "a folder, or s3://bucket/prefix")
    .option("--json", "print one JSON object")
    .action(async (_: unknown, command: Command) => {
      const { from, json } = command.optsWithGlobals<FromFlags>(); // `--json` is also the parent's.
      const verdict = await verifyBackup(openToRead(from), showProgress(process.stderr));
      print(json ? JSON.stringify(verdict) : verdictText(verdict));
      if (!verdict.ok) process.exitCode = exitCodes.failed;
    });
  backup.command("list")
    .description("the points in time that can be restored")
    .requiredOption("--from <place>", "a folder, or s3://bucket/prefix")
    .option("--json", "print a JSON array")
    .action(async (_: unknown, command: Command) => {
      const { from, json } = command.optsWithGlobals<FromFlags>();
      const manifests = await readManifests(openToRead(from));
      if (json) return print(JSON.stringify(manifests));
      print(manifests.length === 0 ? `There is no backup in ${from}.` : manifests.map(lineOf).join("\n"));
    });
  registerPrune(backup, print);
}

const storageHelp = `
An interrupted backup goes on where it was. Storage that speaks S3 is told by
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL_S3.`;

async function take({ to, json }: Flags): Promise<string> {
  if (to === undefined) {
    throw new Failure("Cannot back up: say where to, with --to <folder or s3://…>", {
      exitCode: exitCodes.misused,
    });
  }
  const place = openToWrite(to), runtime = systemRuntime(version), progress = showProgress(process.stderr);
  const manifest = await withBroker("waybill backup", async (connected) => {
    const broker = patient(connected, runtime);
    const taken = await takeBackup({ broker, place, runtime, software: version, progress, positions });
    // Killed in between, it looks older than it is: never newer.
    const last = { finishedAtMs: taken.endedAtMs, id: taken.id, place: place.name };
    await patiently(runtime, () => noteBackup(broker, runtime, last));
    return taken;
  });
  return json ? JSON.stringify(manifest) : lineOf(manifest);
}

function lineOf({ id, endedAtMs, cut, streams, software }: Manifest): string {
  const chunks = Object.values(streams).flatMap((kept) => kept.chunks);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const until = cut.sequence === 0 ? "an empty log" : `EVENTS up to ${cut.sequence}, ${timeOf(cut.atMs)}`;
  return `${timeOf(endedAtMs)}  ${id}  ${until}  (${counted(chunks.length, "chunk")}, ${
    megabytes(bytes)
  }, Waybill ${software})`;
}

function verdictText({ ok, backups, chunks, bytes, messages, records, findings }: BackupVerdict): string {
  const looked = `${counted(backups.length, "backup")} in ${counted(chunks, "chunk")} of ${
    megabytes(bytes)
  }: ${counted(messages, "message")}, ${counted(records, "record")}`;
  return [
    ...findings.slice(0, findingsShownMax).map((finding) => `WRONG ${finding}`),
    ...(findings.length > findingsShownMax ? [`and ${findings.length - findingsShownMax} more`] : []),
    ok ? `All is there: ${looked}` : `NOT WHOLE: ${looked}`,
  ].join("\n");
}
const findingsShownMax = 20;

/** Where the rows of each projection stand; undefined without a database. */
function positions(): Promise<Manifest["database"]> {
  return withRowsIfNamed(async (sql) => {
    if (sql === undefined) return undefined;
    return await asking("read positions", async () => {
      const rows = await sql<{ projection: string; partition: number; sequence: number }[]>`
        select projection, partition, sequence from waybill.positions order by projection, partition`;
      return [...rows];
    });
  });
}
