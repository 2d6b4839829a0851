import { type Moment, moment } from "../reading/times.ts";

/**
 * DPD's times: `8/18/2021 4:09:55 AM` in the Benelux, month first; `20.02.2012, 13:57` and `20/02/2012, 13:57` in Germany, day first.
 * All are local, and no zone is said.
 */
export function dpdMoment(said: string | undefined): Moment | undefined {
  const match = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}),?(?:\s+(\d.{0,20}))?$/.exec(said ?? "");
  if (!match) return moment(said);
  const [, one = "", separator, other = "", year, time] = match;
  const monthFirst = separator === "/" && /[ap]m$/i.test(time ?? "");
  const [month, day] = monthFirst ? [one, other] : [other, one];
  return moment(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`, time);
}
