import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Baselines, startBaselines } from "./baselines.ts";
import { bulkContest, type BulkResult, type WithOurs } from "./bulk_contest.ts";
import { type CallbacksResult, measureCallbacks, showCallbacks } from "./callbacks.ts";
import { showFailover, showSpread } from "./cluster_tables.ts";
import { contest } from "./contest.ts";
import { type DocumentsResult, measureDocuments } from "./documents.ts";
import { type MachineFacts, machineFacts } from "./facts.ts";
import { type FailoverResult, measureFailover } from "./failover.ts";
import { historyParts, type HistoryResult, measureHistory } from "./history.ts";
import { type InvoicesResult, measureInvoices, showInvoices } from "./invoices.ts";
import { lastUnitsContest, type LastUnitsResult } from "./last_units.ts";
import { type LongPastResult, measureLongPast } from "./long_past.ts";
import { type Ours, startOurs, stockOurs } from "./ours.ts";
import { measureRebuild, type RebuildResult, showRebuild } from "./rebuild.ts";
import { measurePages, type PagesResult } from "./pages.ts";
import type { ContestResult } from "./results.ts";
import { measureSpread, type SpreadFigures } from "./spread.ts";
import { measureVerify, type VerifyResult } from "./verifying.ts";
import { measureWebhooks, showWebhooks, type WebhooksResult } from "./webhooks.ts";
import { showBulk, showContest, showFacts, showHistory, showLastUnits, showLongPast } from "./tables.ts";

export const parts = [
  "W1",
  "W2",
  "W3",
  "W4",
  "fold",
  "projection",
  "backup",
  "verify",
  "restart",
  "rebuild",
  "show",
  "decide-check",
  "past",
  "callbacks",
  "invoices",
  "pages",
  "webhooks",
  "documents",
  "failover",
  "cluster",
] as const;
export type Part = (typeof parts)[number];

export interface BenchOptions {
  readonly only: readonly Part[];
  readonly seconds: number;
  readonly rounds: number;
  /** Files of real sales for W4, the last one for `verify`; none: those of the project's shared data, else the demo's made-up shop. */
  readonly sales: readonly string[];
  readonly historyOrders: number;
  /** They were cancelled. */
  readonly historyOver: boolean;
  /** In the log of the system whose rows are rebuilt. */
  readonly rebuildEvents: number;
  /** What the partition whose opening is measured has in its past. */
  readonly pastOrders: number;
  readonly pastSkus: number;
  /** A folder that keeps that partition, which takes long to make; absent: it is made and removed again. */
  readonly pastData?: string;
  /** How many tracking pages are open, one measurement after the other. */
  readonly pages: readonly number[];
  /** How often each failure is tried. */
  readonly times: number;
  /** A folder on the disk to measure; what is made in it is removed again. */
  readonly folder: string;
  readonly out?: string;
  readonly say: (line: string) => void;
}
export interface BenchResult extends HistoryResult {
  readonly machine: MachineFacts;
  readonly seconds: number;
  readonly rounds: number;
  readonly W1?: ContestResult;
  readonly W2?: ContestResult;
  readonly W3?: LastUnitsResult;
  readonly W4?: BulkResult;
  readonly verify?: VerifyResult;
  readonly rebuild?: RebuildResult;
  readonly past?: LongPastResult;
  readonly callbacks?: CallbacksResult;
  readonly invoices?: InvoicesResult;
  readonly pages?: readonly PagesResult[];
  readonly webhooks?: WebhooksResult;
  readonly documents?: readonly DocumentsResult[];
  readonly failover?: FailoverResult;
  readonly cluster?: readonly SpreadFigures[];
}

/** Everything that README publishes, measured in one run on one machine. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  await mkdir(options.folder, { recursive: true, mode: 0o711 });
  const folder = await mkdtemp(join(options.folder, "bench-"));
  await chmod(folder, 0o711); // Root's Postgres runs as another user, who must pass through.
  const machine = machineFacts(Date.now());
  options.say(showFacts(machine));
  try {
    const contests = await measureContests(options, folder);
    const W4 = options.only.includes("W4") ? await measureBulk(options, folder) : undefined;
    const history = await measurePast(options, folder);
    const verify = options.only.includes("verify")
      ? await measureVerify({ ...options, dataDir: join(folder, "verify") })
      : undefined;
    const rebuild = options.only.includes("rebuild") ? await measureRebuilding(options, folder) : undefined;
    const past = options.only.includes("past") ? await measureOpening(options, folder) : undefined;
    const { seconds, rounds } = options;
    const result = {
      machine,
      seconds,
      rounds,
      ...contests,
      ...(W4 && { W4 }),
      ...history,
      ...(verify && { verify }),
      ...(rebuild && { rebuild }),
      ...(past && { past }),
      ...await measureOutside(options, folder),
      ...await measureClusters(options, folder),
    };
    if (options.out !== undefined) await writeFile(options.out, JSON.stringify(result, null, 2) + "\n");
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureClusters(
  { only, times, seconds, say }: BenchOptions,
  dataDir: string,
): Promise<Pick<BenchResult, "failover" | "cluster">> {
  const failover = only.includes("failover") ? await measureFailover({ dataDir, times, say }) : undefined;
  if (failover) say(showFailover(failover));
  const cluster = only.includes("cluster") ? await measureSpread({ dataDir, seconds, say }) : undefined;
  if (cluster) say(showSpread(cluster));
  return { ...(failover && { failover }), ...(cluster && { cluster }) };
}

type Contests = Pick<BenchResult, "W1" | "W2" | "W3">;

async function measureContests(
  { only, seconds, rounds, say }: BenchOptions,
  folder: string,
): Promise<Contests> {
  const chosen = (["W1", "W2"] as const).filter((part) => only.includes(part));
  if (chosen.length === 0 && !only.includes("W3")) return {};
  let ours: Ours | undefined, baselines: Baselines | undefined;
  try {
    ours = await startOurs(join(folder, "ours"));
    await stockOurs(ours);
    const results: { -readonly [Name in keyof Contests]: Contests[Name] } = {};
    if (only.includes("W3")) {
      results.W3 = await lastUnitsContest(ours);
      say(showLastUnits(results.W3));
    }
    if (chosen.length > 0) baselines = await startBaselines(folder);
    for (const workload of chosen) {
      if (baselines === undefined) break;
      results[workload] = await contest({ workload, ours, baselines, seconds, rounds, say });
      say(showContest(workload, results[workload]));
    }
    return results;
  } finally {
    await baselines?.stop();
    await ours?.stop();
  }
}

async function measureBulk({ sales, say }: BenchOptions, folder: string): Promise<BulkResult> {
  let made = 0;
  const withOurs: WithOurs = async (use) => {
    const ours = await startOurs(join(folder, `bulk-${++made}`));
    try {
      return await use(ours);
    } finally {
      await ours.stop();
    }
  };
  const result = await bulkContest(withOurs, sales);
  say(showBulk(result));
  return result;
}

/** What comes from outside, and what goes there. */
async function measureOutside(
  options: BenchOptions,
  folder: string,
): Promise<Pick<BenchResult, "callbacks" | "invoices" | "pages" | "webhooks" | "documents">> {
  const { only, say } = options, dataDirOf = (part: Part) => ({ dataDir: join(folder, part) });
  const callbacks = only.includes("callbacks")
    ? await measureCallbacks({ ...options, ...dataDirOf("callbacks") })
    : undefined;
  if (callbacks) say(showCallbacks(callbacks));
  const invoices = only.includes("invoices")
    ? await measureInvoices({ ...options, ...dataDirOf("invoices") })
    : undefined;
  if (invoices) say(showInvoices(invoices));
  const webhooks = only.includes("webhooks")
    ? await measureWebhooks({ ...options, ...dataDirOf("webhooks") })
    : undefined;
  if (webhooks) say(showWebhooks(webhooks));
  const pages = only.includes("pages")
    ? await measurePages({ ...options, ...dataDirOf("pages") })
    : undefined;
  const documents = only.includes("documents") ? await measureDocuments(options) : undefined;
  return {
    ...(callbacks && { callbacks }),
    ...(invoices && { invoices }),
    ...(webhooks && { webhooks }),
    ...(pages && { pages }),
    ...(documents && { documents }),
  };
}

async function measureOpening(
  { pastOrders: orders, pastSkus: skus, pastData, say }: BenchOptions,
  folder: string,
): Promise<LongPastResult> {
  const result = await measureLongPast({ dataDir: pastData ?? join(folder, "past"), orders, skus }, say);
  say(showLongPast(result));
  return result;
}

async function measureRebuilding(
  { rebuildEvents: events, seconds, say }: BenchOptions,
  folder: string,
): Promise<RebuildResult> {
  const result = await measureRebuild({ dataDir: join(folder, "rebuild"), events, seconds, say });
  say(showRebuild(result));
  return result;
}

async function measurePast(
  { only, historyOrders, historyOver, say }: BenchOptions,
  folder: string,
): Promise<HistoryResult> {
  const wanted = historyParts.filter((part) => only.includes(part));
  if (wanted.length === 0) return {};
  const result = await measureHistory({
    dataDir: join(folder, "history"),
    orders: historyOrders,
    over: historyOver,
    only: (part) => wanted.includes(part),
    say,
  });
  say(showHistory(result));
  return result;
}
