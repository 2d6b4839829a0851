import { z } from "@hono/zod-openapi";

const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Milliseconds since 1970, or undefined when it is not a real RFC 3339 time from 1970 to 9999. */
export function instantOf(text: string): number | undefined {
  if (!rfc3339.test(text) || !isRealDay(text)) return undefined;
  const instant = Date.parse(text.toUpperCase());
  return instant >= 0 && instant < firstBeyondMs ? instant : undefined;
}

const firstBeyondMs = Date.UTC(10_000, 0);

/** `Date.parse` would roll 30 February over into March. */
function isRealDay(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return day >= 1;
  return day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}

/** RFC 3339 in UTC; without a fraction when there is none. */
export function utc(instantMs: number): string {
  const text = new Date(instantMs).toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

export const time = z.string()
  .refine((value) => instantOf(value) !== undefined, {
    error: "must be an RFC 3339 time, such as 2011-12-01T08:26:00Z",
  })
  .openapi({ format: "date-time", example: "2011-12-01T08:26:00Z" });
