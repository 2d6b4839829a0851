/** The calendar day in that IANA zone, as `YYYY-MM-DD`. */
export function dayIn(timeZone: string, atMs: number): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
}
const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar year in which the fiscal year of that day began; it starts with the first of `startMonth` (1–12). */
export function fiscalYearOf(day: string, startMonth: number): number {
  const year = Number(day.slice(0, 4)), month = Number(day.slice(5, 7));
  return month < startMonth ? year - 1 : year;
}
