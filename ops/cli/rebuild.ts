import { type Command } from "commander";
import process from "node:process";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { type Sql, transaction } from "../../projections/database.ts";
import { schemaOf } from "../../projections/projection.ts";
import { Growth } from "../../projections/rebuild/growth.ts";
import {
  build,
  compare,
  type Compared,
  type RebuildOptions,
  RowsDiffer,
  swap,
} from "../../projections/rebuild/rebuild.ts";
import { alone } from "../../projections/rebuild/rebuild_lock.ts";
import { notRebuilt, rebuildable } from "../../projections/rebuild/rebuildable.ts";
import { dropRowSet, nextOf, oldOf } from "../../projections/rebuild/row_sets.ts";
import { version } from "../version.ts";
import { act, type ActFlags, expectReason, withActFlags } from "./act.ts";
import { Failure } from "./failure.ts";
import { type Progress, showProgress } from "./progress.ts";
import { listRows, positionsOf } from "./rebuild_list.ts";
import { rebuildPace } from "./rebuild_pace.ts";
import { Building } from "./rebuild_progress.ts";
import {
  differencesText,
  listText,
  positionsText,
  recordedOf,
  type Report,
  reportText,
} from "./rebuild_text.ts";
import { withSystem } from "./rebuild_system.ts";
import { withRows } from "./with_rows.ts";

interface RebuildFlags extends ActFlags {
  readonly list?: boolean;
  readonly anew?: boolean;
  readonly discard?: boolean;
  readonly acceptDifferences?: boolean;
}
type Print = (text: string) => void;

const rebuildHelp = `
Builds the rows once more beside those that are read, while orders flow, and compares both at one position of the log.
With --yes they take the place of those that are read, in one transaction; these are kept for "waybill rollback".
Killed or stopped, the next run goes on where it was. Exit code 0: the same, or swapped; 1: they differ, or it failed.`;

/** `waybill rebuild <projection>`. */
export function registerRebuild(program: Command, print: Print = console.log, progress?: Progress): void {
  const command = program.command("rebuild")
    .description("make the rows of a projection again from the log, compare, and swap")
    .argument("[projection]", "orders, parcels, returns, …; without one, all are listed")
    .option("--list", "list projections: positions, rows being built, rows kept")
    .option("--anew", "begin again, whatever an earlier run built")
    .option(
      "--accept-differences",
      "swap although rows differ: those that are read are wrong, or the code is another",
    )
    .option("--discard", "drop the rows that were built or kept beside those that are read")
    .addHelpText("after", rebuildHelp);
  withActFlags(command).action((name: string | undefined, flags: RebuildFlags) => {
    if (name === undefined || flags.list) return list(flags, print);
    if (flags.discard) return discard(name, flags, print);
    return rebuild(name, flags, { print, progress: progress ?? showProgress(process.stderr) });
  });
}

async function list({ json }: ActFlags, print: Print): Promise<void> {
  const listed = await withRows("list rebuilds", listRows);
  print(json ? JSON.stringify(listed) : listText(listed, notRebuilt));
}

async function rebuild(
  name: string,
  flags: RebuildFlags,
  { print, progress }: { readonly print: Print; readonly progress: Progress },
): Promise<void> {
  expectReason("rebuild", flags);
  const projection = rebuildable(name), schema = schemaOf(projection);
  await withSystem("rebuild", (broker, sql, url) =>
    alone(url, schema, async () => {
      const runtime = systemRuntime(version), growth = new Growth(broker, runtime);
      const building = new Building(progress, await positionsNow(sql, schema));
      try {
        const options: RebuildOptions = {
          ...{ broker, runtime, sql, projection, code: version, anew: flags.anew === true },
          partitions: (await readMap(broker))?.map.partitions ?? [],
          pace: { ...rebuildPace, busy: () => growth.recordsPerSecond >= rebuildPace.busyRecordsPerSecond },
          observer: building,
        };
        const { wentOn } = await build(options);
        const read = building.end();
        const compared = await compare(options), { same, tables } = compared;
        const positions = positionsOf(compared.positions);
        const report = { projection: name, schema, ...read, wentOn, same, positions, tables };
        await conclude(broker, flags, { report, compared, options, print });
      } finally {
        building.end();
        await growth.stop();
      }
    }));
}

interface Conclusion {
  readonly report: Report;
  readonly compared: Compared;
  readonly options: RebuildOptions;
  readonly print: Print;
}

/** Swaps what may be swapped, or says why not. */
async function conclude(
  broker: Broker,
  flags: RebuildFlags,
  { report, compared, options, print }: Conclusion,
): Promise<void> {
  const { projection: name, schema, same } = report, acceptDifferences = flags.acceptDifferences === true;
  const text = reportText(report), plan = recordedOf(report);
  if (!same) process.exitCode = 1;
  if (!same && !acceptDifferences) {
    const why = flags.yes ? "Not swapped" : "Would not swap";
    const how =
      "--accept-differences swaps all the same, where those that are read are wrong or the code is meant to differ";
    return print(
      flags.json ? JSON.stringify({ dryRun: !flags.yes, refused: true, plan }) : `${text}\n${why}: ${how}`,
    );
  }
  const done = await act(broker, flags, {
    ...{ does: "rebuild", to: name, plan },
    planText: `${text}\nWould put these rows in place of those that are read, and keep those as ${
      oldOf(schema)
    }`,
    perform: async () => {
      const positions = positionsOf(await swapped(options, compared, acceptDifferences));
      return { swapped: true, kept: oldOf(schema), positions: { ...positions } };
    },
    outcomeText: ({ positions }) =>
      `${text}\nSwapped at ${positionsText(positions)}; "npx waybill rollback ${name}" goes back`,
  });
  if (flags.yes) process.exitCode = 0;
  print(done);
}

/** What was written since the comparison may differ, too: then the user reads what. */
async function swapped(options: RebuildOptions, compared: Compared, acceptDifferences: boolean) {
  try {
    return await swap(options, compared, { acceptDifferences });
  } catch (error) {
    if (!(error instanceof RowsDiffer)) throw error;
    throw new Failure([error.message, ...differencesText(error.tables)].join("\n"), { cause: error });
  }
}

async function discard(name: string, flags: ActFlags, print: Print): Promise<void> {
  const schema = schemaOf(rebuildable(name, "discard")), beside = [nextOf(schema), oldOf(schema)];
  await withSystem("rebuild", (broker, sql, url) =>
    alone(url, schema, async () => {
      const { next, old } = (await listRows(sql)).find(({ projection }) => projection === name) ?? {};
      const there = [next, old].flatMap((rows) => rows ? [rows.schema] : []);
      print(
        await act(broker, flags, {
          ...{ does: "rebuild --discard", to: name, plan: { schemas: there } },
          planText: there.length === 0 ? "There is nothing to drop" : `Would drop ${there.join(" and ")}`,
          perform: async () => {
            await transaction(sql, async (tx) => {
              for (const one of beside) await dropRowSet(tx, one);
            });
            return { dropped: there };
          },
          outcomeText: ({ dropped }) =>
            dropped.length === 0 ? "There was nothing to drop" : `Dropped ${dropped.join(" and ")}`,
        }),
      );
    }));
}

async function positionsNow(sql: Sql, schema: string): Promise<readonly number[]> {
  const rows = await sql<{ sequence: number }[]>`
    select sequence from waybill.positions where projection = ${schema}`;
  return rows.map(({ sequence }) => sequence);
}
