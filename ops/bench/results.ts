import type { Usage } from "./process_sample.ts";
import type { CatchUp } from "./ours.ts";
import type { LoadResult } from "./load.ts";

/** One measured run of one system. */
export interface Round extends LoadResult {
  readonly ordersPerSecond: number;
}
/** The median over rounds; times in milliseconds. */
export interface Figures {
  readonly ordersPerSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Cores used while measuring, by process. */
  readonly cpuCores: { readonly [process: string]: number };
  readonly memoryMiB: { readonly [process: string]: number };
  /** What the load generator itself took. */
  readonly loadCores: number;
  readonly rounds: readonly number[];
}
export interface BaselineFigures extends Figures {
  readonly poolSize: number;
}
export interface OurFigures extends Figures {
  readonly projectionLagRecords: number;
  readonly projectionCatchUpSeconds: number;
}
export interface ContestResult {
  readonly ours: OurFigures;
  readonly transaction: BaselineFigures;
  readonly function: BaselineFigures;
  readonly ratioTransaction: number;
  readonly ratioFunction: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b), middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const rounded = (value: number, places: number) => Math.round(value * 10 ** places) / 10 ** places;

export function figuresOf(rounds: readonly Round[]): Figures {
  const of = (pick: (round: Round) => number, places: number) => rounded(median(rounds.map(pick)), places);
  const names = Object.keys(rounds[0]?.processes ?? {});
  const byProcess = (pick: (usage: Usage, round: Round) => number, places: number) =>
    Object.fromEntries(names.map((name) => [
      name,
      of((round) => pick(round.processes[name] ?? { cpuSeconds: 0, memoryMiB: 0 }, round), places),
    ]));
  return {
    ordersPerSecond: of((round) => round.ordersPerSecond, 0),
    p50: of((round) => round.p50, 1),
    p95: of((round) => round.p95, 1),
    p99: of((round) => round.p99, 1),
    cpuCores: byProcess(({ cpuSeconds }, { seconds }) => cpuSeconds / seconds, 2),
    memoryMiB: byProcess(({ memoryMiB }) => memoryMiB, 0),
    loadCores: of(({ cpuSeconds, seconds }) => cpuSeconds / seconds, 2),
    rounds: rounds.map(({ ordersPerSecond }) => Math.round(ordersPerSecond)),
  };
}

/** The pool size with the better median. */
export function betterOf(candidates: readonly BaselineFigures[]): BaselineFigures {
  const [best] = [...candidates].sort((a, b) => b.ordersPerSecond - a.ordersPerSecond);
  if (best === undefined) throw new Error("Cannot compare: no baseline was measured");
  return best;
}

export function contestResult(
  ours: readonly (Round & CatchUp)[],
  baselines: { readonly transaction: BaselineFigures; readonly function: BaselineFigures },
): ContestResult {
  const figures = figuresOf(ours);
  const ratio = ({ ordersPerSecond }: Figures) => rounded(figures.ordersPerSecond / ordersPerSecond, 2);
  return {
    ours: {
      ...figures,
      projectionLagRecords: median(ours.map(({ lagRecords }) => lagRecords)),
      projectionCatchUpSeconds: rounded(median(ours.map(({ catchUpSeconds }) => catchUpSeconds)), 1),
    },
    ...baselines,
    ratioTransaction: ratio(baselines.transaction),
    ratioFunction: ratio(baselines.function),
  };
}
