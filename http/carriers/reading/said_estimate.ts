import type { Estimate } from "../adapter.ts";
import { moment } from "./times.ts";

/**
 * When a parcel is expected, as it was said: one end alone is both ends. Midnight, in whatever zone, is how systems write a day that
 * has no time, and of a time without zone only the day is certain.
 */
export function saidEstimate(from: string | undefined, to?: string | undefined): Estimate | undefined {
  const first = endOf(from), last = endOf(to);
  const start = first ?? last, end = last ?? first;
  return start === undefined || end === undefined ? undefined : { from: start, to: end };
}

function endOf(said: string | undefined): string | undefined {
  const found = said === undefined ? undefined : moment(said);
  if (said === undefined || found === undefined) return undefined;
  if (found.localTime !== undefined) return found.localTime.slice(0, 10);
  const midnight = /^\d{4}-\d{2}-\d{2}(?=[T ]00:00(:00(\.0+)?)?(z|[+-]\d{2}:?\d{2})$)/i.exec(said.trim());
  return midnight ? midnight[0] : found.at;
}
