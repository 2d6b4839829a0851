import { type Command, InvalidArgumentError } from "commander";
import process from "node:process";
import { asking } from "../../projections/database.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { Fault } from "../../streams/faults.ts";
import { streamNames } from "../../streams/record.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { readManifests } from "../backup/manifest.ts";
import { openToRead } from "../backup/open_place.ts";
import { atOf, cutAt } from "../backup/restore/cut.ts";
import { expectEmpty } from "../backup/restore/marker.ts";
import { type Plan, planRestore } from "../backup/restore/plan.ts";
import { restore, type Restored } from "../backup/restore/restore.ts";
import { continuing, suffixAt } from "../backup/restore/series_options.ts";
import { readRestore } from "../run/unfinished_restore.ts";
import { version } from "../version.ts";
import { act, type ActFlags, expectReason, withActFlags } from "./act.ts";
import { exitCodes, Failure } from "./failure.ts";
import { ownConfig } from "./find_system.ts";
import { patient } from "./patience.ts";
import { showProgress } from "./progress.ts";
import { checksText } from "./verify.ts";
import { withBroker } from "./with_broker.ts";
import { withRowsIfNamed } from "./with_rows.ts";
import { counted } from "./counted.ts";

interface Flags extends ActFlags {
  readonly from: string;
  readonly at?: string;
  readonly suffix?: string;
  readonly after: readonly string[];
  readonly resend?: string;
  readonly replicas: number;
}

const replicasMax = 5;

/** `waybill restore`. */
export function registerRestore(program: Command, print: (text: string) => void = console.log): void {
  const command = program.command("restore")
    .description("make a system from a backup, as it was at one point; into empty servers only")
    .requiredOption("--from <place>", "a folder, or s3://bucket/prefix")
    .option("--at <point>", "a time (2026-11-22T12:00:00Z) or a sequence of EVENTS; else all that there is")
    .option("--suffix <text>", "what invoice numbers have behind the year from now on; else one of its own")
    .option("--after <number>", "a series goes on behind this number instead; repeatable", collect, [])
    .option("--resend <point>", "mail, messages and webhooks of later records are sent again; else none are")
    .option("--replicas <n>", "on how many NATS servers everything is stored", replicasOf, 1);
  withActFlags(command).addHelpText("after", help).action(async (flags: Flags) => {
    print(await run(flags));
  });
}

const help = `
The servers must be empty: "npm start -- --servers-only" with a new WAYBILL_DATA starts such,
and WAYBILL_SECRET must be what it was. Afterwards start as ever; rows are made again from the log.
What was begun and interrupted goes on when the same command runs again (with the same --suffix).`;

async function run(flags: Flags): Promise<string> {
  expectReason("restore", flags);
  const place = openToRead(flags.from),
    runtime = systemRuntime(version),
    progress = showProgress(process.stderr);
  const manifests = await readManifests(place), newest = manifests.at(-1);
  if (newest === undefined) throw new Failure(`Cannot restore: there is no backup in ${flags.from}`);
  const cut = flags.at === undefined ? newest.cut : await cutAt(place, newest, atOf(flags.at));
  const resend = flags.resend === undefined ? undefined : await cutAt(place, newest, atOf(flags.resend));
  return await withBroker("waybill restore", async (connected) => {
    const broker = patient(connected, runtime);
    const plan = await planRestore({ place, manifests, cut, resend, progress });
    expectCheckpoints(plan);
    const begun = await suffixBegun(broker), suffix = flags.suffix ?? begun ?? suffixAt(runtime.nowMs());
    const series = continuing(plan, ownConfig().sellers.all, {
      suffix,
      after: flags.after,
      nowMs: runtime.nowMs(),
    });
    const mark = { backup: newest.id, cut: cut.sequence, series: [suffix, ...flags.after].join(" ") };
    const restoring = { broker, runtime, plan, mark, series, progress };
    await expectEmptyDatabase();
    if (flags.yes) await ensureStreams(broker, flags.replicas);
    if (flags.yes || await isLog(broker)) await expectEmpty(broker, mark);
    return await act(broker, flags, {
      does: "restore",
      to: newest.id,
      plan: { ...planOf(plan), suffix, after: [...flags.after] },
      planText: planText(plan, suffix, flags.after),
      perform: async () => outcomeOf(await restore({ ...restoring, chance: Math.random() })),
      outcomeText,
    });
  });
}

const planOf = ({ newest, cut, map, series }: Plan) => ({
  backup: newest.id,
  cut: cut.sequence,
  at: new Date(cut.atMs).toISOString(),
  partitions: map.partitions.length,
  series: [...series.keys()].sort(),
});

function planText(
  { newest, cut, map, earlier, resend }: Plan,
  suffix: string,
  after: readonly string[],
): string {
  return [
    `Backup ${newest.id} of ${new Date(newest.endedAtMs).toISOString()}, by Waybill ${newest.software}`,
    `EVENTS up to ${cut.sequence}, which was stored ${new Date(cut.atMs).toISOString()}${
      earlier ? `; what happened behind it, up to ${newest.cut.sequence}, is left out` : ""
    }`,
    `${counted(map.partitions.length, "partition")}; API keys and settings as the backup has them`,
    after.length > 0
      ? `Invoices go on behind ${after.join(", ")}, those of others under ${suffix}`
      : `Invoices go on under the suffix ${suffix}`,
    resend
      ? `Mail, messages and webhooks of records behind ${resend.sequence} are sent again`
      : "Mail, messages and webhooks of all of these records count as sent",
  ].join("\n");
}

function outcomeOf({ messages, series, verdict, unerased }: Restored) {
  const { ok, events, records, checks } = verdict;
  if (!ok) process.exitCode = exitCodes.failed;
  const wrong = checks.filter(({ found }) => found > 0).map(({ what, found }) => `${what}: ${found}`);
  return {
    ...{ messages: { ...messages }, series: [...series], verified: ok, events, records, wrong, unerased },
    checks: checksText(checks),
  };
}

function outcomeText(
  { messages, series, verified, events, records, checks, unerased }: ReturnType<typeof outcomeOf>,
): string {
  return [
    `Restored: ${Object.entries(messages).map(([name, count]) => `${name} ${count}`).join(", ")}`,
    `Series of ${series.join(", ")} go on anew`,
    ...checks,
    `${verified ? "All is well" : "NOT WELL"}: ${counted(events, "event")} in ${counted(records, "record")}`,
    ...(unerased > 0
      ? [
        `${
          counted(unerased, "command still names", "commands still name")
        } people who were erased: run erase-person --person again`,
      ]
      : []),
    'Start the system: rows are made from the log; once they are there, "waybill verify" compares them, too',
  ].join("\n");
}

/** A partition that came from a split does not open without the checkpoint that it begins with. */
function expectCheckpoints({ base, map, cut }: Plan): void {
  const since = base?.cut.sequence ?? 0;
  const child = map.partitions.find(({ origin }) => origin !== undefined && origin.sequence > since);
  if (child === undefined) return;
  throw new Failure(
    `Cannot restore EVENTS ${cut.sequence}: partition ${child.partition} came from a split, and no backup lies between that and it`,
  );
}

/** What an interrupted restore had chosen. */
async function suffixBegun(broker: Broker): Promise<string | undefined> {
  const begun = await isLog(broker) ? await readRestore(broker) : undefined;
  return begun?.state === "begun" ? begun.series.split(" ")[0] : undefined;
}

async function isLog(broker: Broker): Promise<boolean> {
  try {
    await broker.info(streamNames.registry);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === "log.missing") return false;
    throw error;
  }
}

/** Rows of another log would stop every reader, or count as this one's. */
async function expectEmptyDatabase(): Promise<void> {
  await withRowsIfNamed(async (sql) => {
    if (sql === undefined) return;
    const [found] = await asking(
      "look into the database",
      () => sql<{ there: boolean }[]>`select to_regclass('waybill.positions') is not null as there`,
    );
    if (found?.there !== true) return;
    const [row] = await sql<{ projection: string; sequence: number }[]>`
      select projection, sequence from waybill.positions where sequence > 0 limit 1`;
    if (row === undefined) return;
    throw new Failure(
      `Cannot restore into this system: the database holds rows of another log (${row.projection} at ${row.sequence}); ` +
        `give it an empty one`,
    );
  });
}

const collect = (value: string, all: readonly string[]) => [...all, value];

function replicasOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= replicasMax) return count;
  throw new InvalidArgumentError(`It must be a number from 1 to ${replicasMax}.`);
}
