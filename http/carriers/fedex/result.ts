import type { Estimate } from "../adapter.ts";
import { moment } from "../reading/times.ts";
import type { FedexCodes } from "./meaning.ts";

/** What both interfaces of FedEx say of one parcel, before it is put into our words. */
export interface FedexResult {
  readonly trackingNumber: string;
  /** Numbers are used again: the same one with another of these is another parcel. */
  readonly uniqueId: string | undefined;
  readonly shipped: string | undefined;
  readonly latest: FedexCodes;
  readonly estimate: { readonly begins: string | undefined; readonly ends: string | undefined };
  readonly scans: readonly FedexScan[];
}

export interface FedexScan extends FedexCodes {
  readonly time: string | undefined;
  readonly place: string | undefined;
  readonly words: string | undefined;
  readonly reasonWords: string | undefined;
}

/** The parcel that has the number now: of the results with the same number the one that was heard of last. */
export function newestOfEach(results: readonly FedexResult[]): readonly FedexResult[] {
  const newest = new Map<string, FedexResult>();
  for (const result of results) {
    const other = newest.get(result.trackingNumber);
    if (other === undefined || isNewer(result, other)) newest.set(result.trackingNumber, result);
  }
  return [...newest.values()];
}

function isNewer(one: FedexResult, other: FedexResult): boolean {
  const [mine, its] = [heardOfMs(one), heardOfMs(other)];
  return mine === its ? (one.uniqueId ?? "") > (other.uniqueId ?? "") : mine > its;
}

function heardOfMs({ scans, shipped }: FedexResult): number {
  const times = [shipped, ...scans.map(({ time }) => time)].map((time) => moment(time)?.at);
  return times.reduce((latest, at) => at === undefined ? latest : Math.max(latest, Date.parse(at)), 0);
}

/** Midnight is no hour but a placeholder, and an hour without a zone is nobody's: then only the days count. */
export function estimateOf({ begins, ends }: FedexResult["estimate"]): Estimate | undefined {
  const from = begins ?? ends, to = ends ?? begins;
  const [opens, closes] = [moment(from), moment(to)];
  if (from === undefined || to === undefined || !opens || !closes) return undefined;
  const exact = [from, to].every((said) => !/T00:00(:00)?/.test(said)) && !opens.localTime &&
    !closes.localTime;
  const estimate = exact
    ? { from: opens.at, to: closes.at }
    : { from: dayOf(from, opens.at), to: dayOf(to, closes.at) };
  return estimate.from > estimate.to ? undefined : estimate;
}

/** The day as it was written, not the one that it is in Greenwich. */
const dayOf = (said: string, at: string) => /^\d{4}-\d{2}-\d{2}/.exec(said)?.[0] ?? at.slice(0, 10);
