import type { Command } from "commander";
import process from "node:process";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { openToRead } from "../backup/open_place.ts";
import type { KeepRules } from "../backup/prune/keep_rules.ts";
import { planPrune, prune, type PrunePlan } from "../backup/prune/prune.ts";
import { type Size, sizeOf } from "../backup/prune/unnamed.ts";
import { version } from "../version.ts";
import { act, type ActFlags, expectReason, withActFlags } from "./act.ts";
import { countUpTo } from "./count.ts";
import { exitCodes, Failure } from "./failure.ts";
import { showProgress } from "./progress.ts";
import { megabytes, timeOf } from "./backup_text.ts";
import { withBroker } from "./with_broker.ts";

interface Flags extends ActFlags {
  readonly in: string;
  readonly keepLast?: number;
  readonly keepWithin?: number;
  readonly keepDaily?: number;
}

const backupsMax = 1_000_000, daysMax = 36_500;

/** `waybill backup prune`. */
export function registerPrune(backup: Command, print: (text: string) => void): void {
  const command = backup.command("prune")
    .description("remove backups that no rule keeps, and every chunk that only they name")
    .requiredOption("--in <place>", "a folder, or s3://bucket/prefix")
    .option("--keep-last <n>", "keep so many newest ones", countUpTo(backupsMax))
    .option(
      "--keep-within <days>",
      "keep all that ended so many days before the newest, or later",
      countUpTo(daysMax),
    )
    .option(
      "--keep-daily <n>",
      "keep the last of each of so many days (UTC) that have any",
      countUpTo(daysMax),
    );
  withActFlags(command).addHelpText("after", help).action(async (_: unknown, own: Command) => {
    print(await run(own.optsWithGlobals<Flags>())); // `--json` is also the parent's.
  });
}

const help = `
What any rule keeps stays, and the newest backup always does. Records are in each later backup, too:
every point that could be restored still can be. A point between two backups that stay begins with
the snapshots of the earlier one; before the first that stays, every record is replayed. So a restore
takes longer, and that is all. The first backup behind a split stays: no later point opens without it.
People who were erased are not removed from records: see ops/runbooks/erase-person.md.

A chunk that no backup names stays until it is a day old: a backup that runs now may be about to
name it. What is interrupted is done by running it again. It may run beside "waybill backup".`;

async function run(flags: Flags): Promise<string> {
  expectReason("prune backups", flags);
  const rules = rulesOf(flags), place = openToRead(flags.in), progress = showProgress(process.stderr);
  const { nowMs } = systemRuntime(version), plan = await planPrune({ place, rules, nowMs: nowMs() });
  return await withBroker("waybill backup prune", (broker) =>
    act(broker, flags, {
      does: "prune backups",
      to: place.name,
      plan: planOf(plan),
      planText: planText(plan),
      perform: async () => {
        const removed = await prune(plan, { nowMs, progress });
        return { backups: plan.go.length, chunks: removed.files, bytes: removed.bytes };
      },
      outcomeText: ({ backups, chunks, bytes }) =>
        `Removed ${backupsOf(backups)} and ${chunks} chunks (${megabytes(bytes)}); ${staying(plan)}`,
    }));
}

function rulesOf({ keepLast, keepWithin, keepDaily }: Flags): KeepRules {
  if (keepLast === undefined && keepWithin === undefined && keepDaily === undefined) {
    throw new Failure(
      "Cannot prune backups: say what stays, with --keep-last, --keep-within or --keep-daily",
      {
        exitCode: exitCodes.misused,
      },
    );
  }
  return {
    ...(keepLast !== undefined && { last: keepLast }),
    ...(keepWithin !== undefined && { withinDays: keepWithin }),
    ...(keepDaily !== undefined && { daily: keepDaily }),
  };
}

/** Sizes include the manifests of these backups. */
function planOf({ stay, go, chunks, oldestPoint }: PrunePlan) {
  const oldest = go[0], newest = go.at(-1);
  return {
    stays: {
      backups: stay.map(({ id, endedAtMs, cut, why }) => ({
        id,
        endedAt: timeOf(endedAtMs),
        cut: cut.sequence,
        why: [...why],
      })),
      chunks: chunks.stay.files,
      bytes: chunks.stay.bytes + sizeOf(stay).bytes,
    },
    goes: {
      backups: go.length,
      ...(oldest && newest && { from: timeOf(oldest.endedAtMs), until: timeOf(newest.endedAtMs) }),
      chunks: chunks.go.files,
      bytes: chunks.go.bytes + sizeOf(go).bytes,
    },
    young: { chunks: chunks.young.files, bytes: chunks.young.bytes },
    oldestPoint: oldestPoint === undefined
      ? null
      : { sequence: oldestPoint.sequence, at: timeOf(oldestPoint.atMs) },
  };
}

const shownMax = 50;

function planText(plan: PrunePlan): string {
  const { stay, go, chunks, oldestPoint } = plan, [first] = stay;
  const shown = stay.slice(-shownMax).map(({ id, endedAtMs, cut, why }) =>
    `  ${timeOf(endedAtMs)}  ${id}  EVENTS up to ${cut.sequence}  (${why.join(", ")})`
  );
  return [
    go.length === 0
      ? `No backup goes, and ${goingChunks(chunks.go)}`
      : `${backupsOf(go.length)} ${go.length === 1 ? "goes" : "go"}, of ${timeOf(go[0]!.endedAtMs)} to ${
        timeOf(go.at(-1)!.endedAtMs)
      } (${megabytes(sizeOf(go).bytes)}), and ${goingChunks(chunks.go)}`,
    ...youngText(chunks.young),
    `${staying(plan)}:`,
    ...(stay.length > shown.length ? [`  ${stay.length - shown.length} more, and`] : []),
    ...shown,
    ...(oldestPoint === undefined || first === undefined ? [] : [
      `Points from EVENTS ${oldestPoint.sequence}, ${
        timeOf(oldestPoint.atMs)
      }, on can be restored, as before; ` +
      `those before EVENTS ${first.cut.sequence} without snapshots`,
    ]),
  ].join("\n");
}

const backupsOf = (count: number) => `${count} ${count === 1 ? "backup" : "backups"}`;
const goingChunks = ({ files, bytes }: Size) => `${files} chunks (${megabytes(bytes)})`;
const staying = ({ stay, chunks }: PrunePlan) =>
  `${backupsOf(stay.length)} ${stay.length === 1 ? "stays" : "stay"}, in ${chunks.stay.files} chunks (${
    megabytes(chunks.stay.bytes + sizeOf(stay).bytes)
  })`;

const youngText = ({ files, bytes }: Size) =>
  files === 0 ? [] : [`${files} chunks (${megabytes(bytes)}) go later: they are less than a day old`];
