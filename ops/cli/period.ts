import { Failure } from "./failure.ts";

/** The first and the last day of a period: a month `2026-11`, a quarter `2026-Q4` or a year `2026`. */
export function periodOf(text: string): { readonly from: string; readonly to: string } {
  const [, yearText, quarter, month] = /^(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?$/.exec(text) ?? [];
  if (yearText === undefined) {
    throw new Failure(`Cannot export ${text}: a period is a month 2026-11, a quarter 2026-Q4 or a year 2026`);
  }
  const first = month !== undefined ? Number(month) : quarter !== undefined ? Number(quarter) * 3 - 2 : 1;
  const months = month !== undefined ? 1 : quarter !== undefined ? 3 : 12, year = Number(yearText);
  const day = (monthIndex: number, date: number) =>
    new Date(Date.UTC(year, monthIndex, date)).toISOString().slice(0, "2026-11-01".length);
  return { from: day(first - 1, 1), to: day(first - 1 + months, 0) };
}
