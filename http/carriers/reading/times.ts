import { Temporal } from "temporal-polyfill";

/** A moment as an event has it. */
export interface Moment {
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** Set where no zone was said: the local time as it was sent, and read as UTC. */
  readonly localTime?: string;
}

/**
 * A moment from a date and a time of day in the shapes that carriers send: ISO 8601 with or without offset and with any number of
 * decimals, `20240423` with `091519`, `2024-04-23 09:15`, `April 28, 2015` with `9:01 am`. `zone`: an offset (`-04:00`, `-04.00`, `Z`) or an
 * IANA name, where the carrier says it elsewhere. Undefined when nothing can be made of it.
 */
export function moment(
  date: string | undefined,
  time?: string | undefined,
  zone?: string | undefined,
): Moment | undefined {
  if (date === undefined) return undefined;
  const [day, rest] = splitDate(date.trim());
  const midnightMs = day === undefined ? undefined : midnightOf(day);
  if (midnightMs === undefined) return undefined;
  const clock = clockOf((rest || time || "").trim());
  if (!clock) return undefined;
  const plainMs = midnightMs + clock.ms, said = clock.offset ?? offsetOf(zone);
  if (said !== undefined) return { at: inUtc(plainMs - msOf(said)) };
  const named = zone === undefined ? undefined : inZone(plainMs, zone.trim());
  if (named !== undefined) return { at: named };
  const localTime = isoOf(plainMs).slice(0, -".000Z".length);
  return { at: `${localTime}Z`, localTime };
}

const isoOf = (ms: number) => new Date(ms).toISOString();
/** No more digits than say something. */
const inUtc = (ms: number) => isoOf(ms).replace(".000Z", "Z");

function inZone(plainMs: number, zone: string): string | undefined {
  if (!/^[A-Za-z_]+\/[A-Za-z_/+-]+$/.test(zone)) return undefined; // `EST` and its like mean different things to different carriers.
  const plain = Temporal.PlainDateTime.from(isoOf(plainMs).slice(0, -"Z".length));
  try {
    return inUtc(plain.toZonedDateTime(zone).epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function splitDate(text: string): readonly [string | undefined, string] {
  const iso = /^(\d{4}-\d{1,2}-\d{1,2}|\d{8}|\d{4}\/\d{1,2}\/\d{1,2})(?:[T\s]+(.*))?$/i.exec(text);
  if (iso) return [iso[1], iso[2] ?? ""];
  const named = /^([A-Za-z]+\.? \d{1,2},? \d{4}|\d{1,2} [A-Za-z]+\.? \d{4})(?:,?\s+(.*))?$/.exec(text);
  return named ? [named[1], named[2] ?? ""] : [undefined, ""];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Milliseconds since 1970; undefined for a day that no calendar has. Not Temporal's, whose polyfill takes ten times as long. */
function midnightOf(text: string): number | undefined {
  const parts = partsOf(text);
  if (!parts) return undefined;
  const [year, month, day] = parts.map(Number) as [number, number, number], date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

/** Year, month and day. */
function partsOf(text: string): readonly [string, string, string] | undefined {
  const digits = /^(\d{4})[-/]?(\d{1,2})[-/]?(\d{1,2})$/.exec(text);
  if (digits) return [digits[1]!, digits[2]!, digits[3]!];
  const monthOf = (name: string) => String(months.indexOf(name.slice(0, 3).toLowerCase()) + 1);
  const english = /^([A-Za-z]+)\.? (\d{1,2}),? (\d{4})$/.exec(text);
  if (english) return [english[3]!, monthOf(english[1]!), english[2]!];
  const british = /^(\d{1,2}) ([A-Za-z]+)\.? (\d{4})$/.exec(text);
  return british ? [british[3]!, monthOf(british[2]!), british[1]!] : undefined;
}

/** A time of day in milliseconds since midnight with its offset, if it has one. Midnight when empty: a date alone. */
function clockOf(text: string): { readonly ms: number; readonly offset?: string } | undefined {
  if (text === "") return { ms: 0 };
  const match =
    /^(\d{1,2})[:.]?(\d{2})?(?:[:.]?(\d{2})(?:[.,](\d+))?)?\s*(am|pm)?\s*(z|utc|gmt|[+-]\d{2}[:.]?\d{0,2})?$/i
      .exec(text);
  if (!match) return undefined;
  const [, hours, minutes = "0", seconds = "0", fraction = "", half, zone] = match;
  // Some recordings say `14:30 PM`.
  const hour = half && Number(hours) <= 12 ? Number(hours) % 12 + (/pm/i.test(half) ? 12 : 0) : Number(hours);
  const [minute, second] = [Number(minutes), Number(seconds)];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const ms = ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000 + millisecond, offset = offsetOf(zone);
  return offset === undefined ? { ms } : { ms, offset };
}

function offsetOf(zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  const text = zone.trim();
  if (/^(z|utc|gmt)$/i.test(text)) return "Z";
  const match = /^([+-])(\d{2})[:.]?(\d{2})?$/.exec(text);
  if (!match || Number(match[2]) > 18 || Number(match[3] ?? 0) > 59) return undefined;
  return `${match[1]}${match[2]}:${match[3] ?? "00"}`;
}

/** Of an offset: how far ahead of UTC. */
function msOf(offset: string): number {
  if (offset === "Z") return 0;
  const ms = (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))) * 60_000;
  return offset.startsWith("-") ? -ms : ms;
}
