import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { nextOf } from "../../projections/rebuild/row_sets.ts";
import { rebuildable } from "../../projections/rebuild/rebuildable.ts";
import { schemaOf } from "../../projections/projection.ts";
import { Failure } from "../cli/failure.ts";
import { projectFolder, runProgram } from "./child.ts";
import { connections, runLoad } from "./contest.ts";
import { awaitProjections, type Ours, startOurs, stockOurs } from "./ours.ts";
import { historySkuCount } from "./workload.ts";

/** How fast rows are made again from the log: alone, and beside orders. Times in milliseconds unless they say. */
export interface RebuildResult {
  readonly alone: readonly RebuildAlone[];
  readonly ordersPerSecond: number;
  /** Of orders: with nothing beside them, and beside a rebuild of `orders`. */
  readonly quiet: Answered;
  readonly beside: Answered;
  /** That the rebuild kept up meanwhile. */
  readonly besideEventsPerSecond: number;
}
export interface RebuildAlone {
  readonly projection: string;
  readonly events: number;
  readonly eventsPerSecond: number;
  /** From the command to its end: with the comparison of all rows, and the swap. */
  readonly wholeSeconds: number;
}
interface Answered {
  readonly p50: number;
  readonly p99: number;
}
export interface RebuildBenchOptions {
  readonly dataDir: string;
  readonly events: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

const ordersPerSecond = 300, warmUpSeconds = 3, startMsMax = 30_000, lookMs = 50;
/** Of an order of three lines, at least. */
const eventsPerOrder = 9;

export async function measureRebuild(
  { dataDir, events, seconds, say }: RebuildBenchOptions,
): Promise<RebuildResult> {
  const ours = await startOurs(dataDir);
  try {
    await stockOurs(ours, historySkuCount);
    const orders = Math.ceil(events / eventsPerOrder);
    say(`rebuild: placing ${orders} orders over ${historySkuCount} SKUs`);
    const { port, key } = ours, past = { workload: "history", run: "past", seed: 1 } as const;
    await runLoad({ ...past, port, key, connections, orders, warmUpSeconds: 0, seconds: 0 });
    await awaitProjections(ours, "past");
    const perOrders = { ordersPerSecond, quiet: await orderLoad(ours, "quiet", seconds) };
    await awaitProjections(ours, "quiet");
    const alone: RebuildAlone[] = [];
    for (const projection of ["orders", "stock"]) {
      alone.push(await rebuildAlone(dataDir, projection));
      say(showAlone(alone.at(-1)!));
    }
    return { alone, ...perOrders, ...await rebuildBeside(ours, { dataDir, seconds, history: alone[0]! }) };
  } finally {
    await ours.stop();
  }
}

const said = z.object({
  outcome: z.object({ swapped: z.literal(true) }),
  plan: z.object({ same: z.literal(true), events: z.number(), seconds: z.number() }),
});

/** As an operator does it. */
async function rebuildAlone(dataDir: string, projection: string): Promise<RebuildAlone> {
  const startedMs = performance.now();
  const { plan: { events, seconds } } = said.parse(JSON.parse(await waybillRebuild(dataDir, projection)));
  const wholeSeconds = (performance.now() - startedMs) / 1000;
  return { projection, events, eventsPerSecond: Math.round(events / seconds), wholeSeconds };
}

function waybillRebuild(dataDir: string, projection: string): Promise<string> {
  const args = ["rebuild", projection, "--anew", "--yes", "--why", "measuring", "--json"];
  const env = { WAYBILL_DATA: dataDir, NATS_URL: undefined, DATABASE_URL: undefined };
  return runProgram([join(projectFolder, "ops", "waybill.mjs"), ...args], { env });
}

/** Decided, or accepted and decided a little later. */
const placed = ["201", "202"];

async function orderLoad({ port, key }: Ours, run: string, seconds: number): Promise<Answered> {
  const task = { workload: "W2", run, seed: 1, port, key, connections, warmUpSeconds, seconds } as const;
  const { statusesEver, p50, p99 } = await runLoad({ ...task, perSecond: ordersPerSecond });
  const others = Object.keys(statusesEver).filter((status) => !placed.includes(status));
  if (others.length === 0) return { p50, p99 };
  throw new Failure(`Cannot count orders: not every one was placed (${JSON.stringify(statusesEver)})`);
}

/** Orders are measured while the rebuild builds; how far it came meanwhile is read from the position of its rows. */
async function rebuildBeside(
  ours: Ours,
  { dataDir, seconds, history }: {
    readonly dataDir: string;
    readonly seconds: number;
    readonly history: RebuildAlone;
  },
): Promise<Pick<RebuildResult, "beside" | "besideEventsPerSecond">> {
  const sql = openDatabase({ url: ours.databaseUrl, connectionsMax: 1 });
  try {
    const end = (await builtUpTo(sql, schemaOf(rebuildable("orders")))) ?? 0;
    const load = orderLoad(ours, "beside", seconds);
    await sleep(warmUpSeconds * 1000); // What it takes at first, before it knows of orders, is not its rate.
    const rebuilding = waybillRebuild(dataDir, "orders");
    const next = nextOf(schemaOf(rebuildable("orders")));
    const from = await beginning(sql, next), startedMs = performance.now();
    const outcome = await Promise.race([load.then(() => "measured"), rebuilding.then(() => "rebuilt")]);
    const seen = outcome === "measured" ? await builtUpTo(sql, next) : end;
    const records = (seen ?? end) - from, tookSeconds = (performance.now() - startedMs) / 1000;
    const beside = await load;
    await rebuilding;
    return { beside, besideEventsPerSecond: Math.round(records * (history.events / end) / tookSeconds) };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Where rows begin that are being built. */
async function beginning(sql: Sql, schema: string): Promise<number> {
  for (const startedMs = performance.now(); performance.now() - startedMs < startMsMax;) {
    const at = await builtUpTo(sql, schema);
    if (at !== undefined && at > 0) return at;
    await sleep(lookMs);
  }
  throw new Failure("Cannot measure: the rebuild does not begin");
}

async function builtUpTo(sql: Sql, schema: string): Promise<number | undefined> {
  const [row] = await sql<{ sequence: number }[]>`
    select sequence from waybill.positions where projection = ${schema} and partition = 0`;
  return row?.sequence;
}

const showAlone = ({ projection, events, eventsPerSecond, wholeSeconds }: RebuildAlone) =>
  `rebuild of ${projection} alone: ${eventsPerSecond} events/s (${events} events; ` +
  `${wholeSeconds.toFixed(1)} s with start, comparison and swap; target 10000 events/s)`;

export function showRebuild(
  { ordersPerSecond, quiet, beside, besideEventsPerSecond }: RebuildResult,
): string {
  return [
    `rebuild of orders beside ${ordersPerSecond} orders/s: ${besideEventsPerSecond} events/s`,
    `  orders: p50 ${beside.p50.toFixed(1)} ms, p99 ${beside.p99.toFixed(1)} ms; quiet: p50 ${
      quiet.p50.toFixed(1)
    } ms, p99 ${quiet.p99.toFixed(1)} ms (target: twice that)`,
  ].join("\n");
}
