import type { Estimate } from "../adapter.ts";
import { moment } from "./times.ts";

const dateAlone = /^\d{4}-?\d{2}-?\d{2}$/;

/** When delivery is expected, of a window or of one time. Dates alone, and one time at midnight, name days. */
export function estimateOf(from: string | undefined, to: string | undefined = from): Estimate | undefined {
  const said = [from ?? to, to ?? from], [first, last] = said.map((one) => moment(one));
  if (!first || !last) return undefined;
  const days = said.every((one) => dateAlone.test(one ?? "")) ||
    (first.at === last.at && first.at.endsWith("T00:00:00Z"));
  // A window that ends before it begins is a slip: either end may be meant.
  const ends = [first.at, last.at].sort((one, other) => Date.parse(one) - Date.parse(other));
  const [earliest, latest] = ends.map((at) => days ? at.slice(0, 10) : at) as [string, string];
  return { from: earliest, to: latest };
}
