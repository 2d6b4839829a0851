import type { Command } from "commander";
import { createWriteStream, existsSync } from "node:fs";
import process from "node:process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap, writeMap } from "../../streams/cluster/map_store.ts";
import { hashOf } from "../../streams/hash.ts";
import type { PartitionMap } from "../../streams/partition_map.ts";
import { MapOfRecords, sameMap } from "../../streams/reading/map_of_records.ts";
import { checkedRecords, expectSame, refill } from "../../streams/reading/refill.ts";
import { endOfLog } from "../../streams/reading/scan.ts";
import { decodeSends } from "../../streams/record_text.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { expectPartition } from "../operate/operator.ts";
import { actorForms, actorNamed } from "../reading/find_actor.ts";
import { exportLines } from "../reading/export_lines.ts";
import { recordsInFile } from "../reading/import_file.ts";
import { readingProgress } from "../reading/progress.ts";
import { rangeOf } from "../reading/range.ts";
import { version } from "../version.ts";
import { act, type ActFlags, expectReason, withActFlags } from "./act.ts";
import { exitCodes, Failure } from "./failure.ts";
import { expectFile } from "./paths.ts";
import { withBroker } from "./with_broker.ts";
import { counted } from "./counted.ts";

interface ExportFlags {
  readonly actor?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
  readonly partition?: string;
  readonly after?: string;
  readonly commands?: boolean;
  readonly rawRecords?: boolean;
  readonly toFile?: string;
}

const exportHelp = `
A line for each event: position, turn, time, actor, version, type, v, data,
cause. With --commands one for each command that was decided, with its outcome;
with --raw-records one for each turn record, whole, as import takes it. None
holds personal data. Times, sequences and partition:sequence may be given; both
ends are included. What broke off goes on behind the position of its last line,
with --after.

Examples:
  npx waybill stream export --actor order:ord_01J… | jq .type
  npx waybill stream export --type order.rejected --from 2026-11-22T00:00:00Z
  npx waybill stream export --raw-records --to-file log.ndjson
  npx waybill stream export --raw-records --to-file log.ndjson --after 0:431`;

const importHelp = `
Writes the records of a whole log, as export --raw-records wrote it from the
first one on, into a log that is fresh (npx waybill log init, with as many
partitions) or holds the first of these records already: chains name places in
the stream, so each must come to its own. Hashes and chains are checked before
anything is written. Such a log is there to be read (show, decide-check,
what-if, projections); to run a shop on it, restore a backup.

Example:
  NATS_URL=nats://127.0.0.1:4222 npx waybill stream import log.ndjson --yes --why "look into 4711"`;

/** `waybill stream export|import`. */
export function registerStream(program: Command, print: (text: string) => void = console.log): void {
  const stream = program.command("stream").description("the log as lines of JSON: export, import");
  stream.command("export")
    .description("write what happened as lines of JSON")
    .option("--actor <actor>", "only of this one: order:ord_…, sku:85123A")
    .option("--type <type>", "only events (with --commands: commands) of this type")
    .option("--from <moment>", "from there on: a time, a sequence, partition:sequence")
    .option("--to <moment>", "up to there")
    .option("--partition <n>", "only of this partition")
    .option("--after <position>", "go on behind this line")
    .option("--commands", "the commands, not the events")
    .option("--raw-records", "whole turn records, for import")
    .option("--to-file <file>", "not to standard output; with --after the file is added to")
    .addHelpText("after", exportHelp)
    .action((flags: ExportFlags) => runExport(flags));
  withActFlags(stream.command("import"))
    .description("write the records of a file into a fresh log")
    .argument("<file>", "what export --raw-records wrote")
    .addHelpText("after", importHelp)
    .action((file: string, flags: ActFlags) => runImport(file, flags, print));
}

async function runExport(flags: ExportFlags): Promise<void> {
  const { type, commands, rawRecords, toFile } = flags, after = placeOf(flags.after);
  const actor = flags.actor === undefined ? undefined : actorOf(flags.actor);
  if (rawRecords && (actor ?? type ?? commands) !== undefined) {
    throw misused("--raw-records takes no --actor, --type or --commands: records are whole");
  }
  if (toFile !== undefined && after === undefined && existsSync(toFile)) {
    throw misused(`${toFile} is there already; --after goes on with it`);
  }
  const progress = toFile === undefined && process.stdout.isTTY ? undefined : readingProgress(process.stderr);
  let chunks = 0;
  await withBroker("waybill stream export", async (broker) => {
    if (flags.partition !== undefined) await expectPartition(broker, partitionOf(flags.partition));
    const lines = exportLines(broker, {
      what: rawRecords ? "records" : commands ? "commands" : "events",
      range: await rangeOf(broker, flags),
      ...(flags.partition !== undefined && { partition: partitionOf(flags.partition) }),
      ...(actor !== undefined && { actor }),
      ...(type !== undefined && { type }),
      ...(after && { after }),
      ...(progress && { progress: progress.at }),
    });
    const source = Readable.from(counting(lines, () => chunks++), { objectMode: true });
    if (toFile === undefined) await toOutput(source);
    else await pipeline(source, createWriteStream(toFile, { flags: after ? "a" : "wx" }));
  });
  progress?.end();
  if (chunks === 0) console.error("Nothing in that part of the log fits: no line was written");
}

async function* counting<T>(all: AsyncIterable<T>, each: () => void): AsyncGenerator<T> {
  for await (const one of all) {
    each();
    yield one;
  }
}

/** Whoever reads it may have had enough: `| head`. */
async function toOutput(source: Readable): Promise<void> {
  try {
    await pipeline(source, process.stdout, { end: false });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EPIPE" && code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

export function partitionOf(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw misused(`--partition ${text} is no partition's number`);
}

function actorOf(text: string): ActorId {
  const named = actorNamed(text);
  if (named !== undefined) return named;
  throw misused(`--actor ${text} is none: ${actorForms}`);
}

function placeOf(
  text: string | undefined,
): { readonly sequence: number; readonly index: number } | undefined {
  if (text === undefined) return undefined;
  const [, sequence, index] = /^\d{1,4}:(\d{1,15})(?::(\d{1,9}))?$/.exec(text) ?? [];
  if (sequence === undefined) throw misused(`--after ${text} is no position of a line, such as 0:431:2`);
  return { sequence: Number(sequence), index: index === undefined ? Infinity : Number(index) };
}

const misused = (what: string) => new Failure(`Cannot export: ${what}`, { exitCode: exitCodes.misused });

async function runImport(file: string, flags: ActFlags, print: (text: string) => void): Promise<void> {
  expectReason("import", flags);
  expectFile("import", file);
  const { sleep } = systemRuntime(version), progress = readingProgress(process.stderr);
  await withBroker("waybill stream import", async (broker) => {
    const { records, there, map } = await looked(broker, file);
    const plan = { file, records, there };
    print(
      await act(broker, flags, {
        ...{ does: "import", to: "EVENTS", plan },
        planText: `${counted(records, "record")} of ${file}, whole and chained; in the log already: ${there}`,
        perform: async () => {
          const written = (sequence: number) => progress.at(sequence, records);
          const count = await refill(broker, checkedRecords(recordsInFile(file)), { sleep, written });
          await takeOver(broker, map);
          return { written: count };
        },
        outcomeText: ({ written }) =>
          `${counted(written, "record was", "records were")} written; the log holds ${records}`,
      }),
    );
  });
  progress.end();
}

/** Reads all of it first: what is wrong at its end must not be found when half of it is written. */
async function looked(broker: Broker, file: string) {
  const there = await endOfLog(broker), map = new MapOfRecords(), stored = await readMap(broker);
  if (!stored) {
    throw new Failure(`Cannot import ${file}: there is no log yet; make it with npx waybill log init`);
  }
  let records = 0;
  for await (const record of checkedRecords(recordsInFile(file))) {
    records++;
    const { sequence, payload } = record;
    map.take(decodeSends(record), { sequence, hash: hashOf(payload) });
    if (sequence === there) await expectSame(broker, record);
  }
  if (there <= records) return { records, there, map: map.with(stored.map) };
  const what = `the log holds ${
    counted(there, "record")
  }, more than its ${records}; only a fresh one can be written to`;
  throw new Failure(`Cannot import ${file}: ${what}`);
}

/** Partitions that were split in that log are split here, too. */
async function takeOver(broker: Broker, map: PartitionMap): Promise<void> {
  const stored = await readMap(broker);
  if (stored && !sameMap(stored.map, map)) {
    await writeMap(broker, systemRuntime(version), map, stored.revision);
  }
}
