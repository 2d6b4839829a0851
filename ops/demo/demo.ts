import { newClient } from "./client.ts";
import { feed } from "./feed.ts";
import type { Progress } from "../cli/progress.ts";
import { madeUpSales } from "./made_up.ts";
import { parseShare } from "./names.ts";
import { defectsOf, type Report, reportOf } from "./report.ts";
import { parseSalesText, readSales } from "./sales_file.ts";
import type { Sales } from "./sales.ts";
import type { Tally } from "./tally.ts";
import { nothingRuns, type Target } from "./target.ts";
import { Failure } from "../cli/failure.ts";

export interface DemoOptions {
  /** Absent: a made-up shop. */
  readonly file?: string;
  readonly target: Target;
  /** `exact` or a share such as `0.6`. */
  readonly stock?: string;
  /** All the way: parcels, invoices, credit notes. */
  readonly ship?: boolean;
  /** How long one request may go without an answer; also how long to wait for a system that is not there yet. */
  readonly patienceSeconds?: number;
  readonly concurrency?: number;
  readonly progress?: Progress;
}
export interface DemoResult {
  readonly sales: Sales;
  readonly tally: Tally;
  readonly report: Report;
  /** What does not add up. */
  readonly defects: readonly string[];
}

const patienceSecondsUsual = 60;
export const concurrencyUsual = 16;
const silent: Progress = { begin: () => {}, step: () => {}, end: () => {} };

/** Feeds a file of real sales through the HTTP edge and reports. Runs as often as one likes: every request has a natural key. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { file, target, stock = "exact", patienceSeconds = patienceSecondsUsual } = options;
  const share = parseShare(stock);
  const sales = file === undefined ? await parseSalesText(madeUpSales()) : await readSales(file);
  const startedAtMs = performance.now();
  if (options.patienceSeconds === undefined) await requireAnswer(target);
  const patienceMs = patienceSeconds * 1000, client = newClient({ target, patienceMs });
  const { ship = false, concurrency = concurrencyUsual, progress = silent } = options;
  const tally = await feed({ sales, share, client, ship, patienceMs, concurrency, progress });
  const report = reportOf(sales, tally, (performance.now() - startedAtMs) / 1000);
  return { sales, tally, report, defects: defectsOf(sales, tally) };
}

/** A system that is down at the start is more likely not started than restarting: say so at once. */
async function requireAnswer({ url }: Target): Promise<void> {
  try {
    const answer = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
  } catch (error) {
    throw new Failure(nothingRuns(url), { cause: error });
  }
}
