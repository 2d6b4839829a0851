import { Failure } from "../cli/failure.ts";
import { nodeArgs, runProgram } from "./child.ts";
import type { MonthsResult, MonthsTask } from "./months.ts";
import type { Ours } from "./ours.ts";

export interface PathFigures {
  readonly ordersPerSecond: number;
  readonly linesPerSecond: number;
  readonly seconds: number;
}
export interface BulkResult {
  readonly source: string;
  readonly orders: number;
  readonly lines: number;
  readonly confirmed: number;
  readonly refused: number;
  /** True, or the benchmark has failed. */
  readonly sameOutcomes: true;
  readonly bulk: PathFigures;
  /** One request after the other, as nothing else keeps the order of the file. */
  readonly http: PathFigures;
}

const share = "0.6";

/** W4: the same orders, with too little stock for all of them, in bulk and one by one, each on a fresh system. */
export async function bulkContest(withOurs: WithOurs, files: readonly string[]): Promise<BulkResult> {
  const send = (via: MonthsTask["via"]) =>
    withOurs(async ({ url, key }) => {
      const task: MonthsTask = { target: { url, key }, via, files, stock: share };
      return JSON.parse(await runProgram(nodeArgs("months.ts", JSON.stringify(task)))) as MonthsResult;
    });
  const bulk = await send("bulk"), http = await send("http");
  const differing = bulk.outcomes.filter(([, outcome], index) => outcome !== http.outcomes[index]?.[1]);
  if (differing.length > 0 || bulk.orders !== http.orders) {
    const first = differing[0]?.[0] ?? "?";
    throw new Failure(
      `Cannot accept W4: ${differing.length} orders differ between bulk and HTTP, first ${first}`,
    );
  }
  const confirmed = bulk.outcomes.filter(([, outcome]) => outcome.startsWith("confirmed")).length;
  return {
    source: bulk.source,
    orders: bulk.orders,
    lines: bulk.lines,
    confirmed,
    refused: bulk.orders - confirmed,
    sameOutcomes: true,
    bulk: figuresOf(bulk),
    http: figuresOf(http),
  };
}

/** Gives a fresh system, and ends it afterwards. */
export type WithOurs = <T>(use: (ours: Ours) => Promise<T>) => Promise<T>;

function figuresOf({ orders, lines, seconds }: MonthsResult): PathFigures {
  return {
    ordersPerSecond: Math.round(orders / seconds),
    linesPerSecond: Math.round(lines / seconds),
    seconds: Math.round(seconds * 100) / 100,
  };
}
