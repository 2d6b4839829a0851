import { Buffer } from "node:buffer";
import type { TrackingView } from "./view.ts";

export interface CalendarEntry {
  readonly view: Pick<TrackingView, "token" | "revision" | "estimatedDelivery" | "trackingNumber">;
  /** What a calendar shows. */
  readonly summary: string;
  readonly description: string;
  /** Of the parcel's page. */
  readonly url: string;
  readonly nowMs: number;
}

/**
 * The delivery window as an iCalendar object (RFC 5545), or undefined where there is none that can be read. Its UID is the parcel's, so
 * that a calendar which has the entry moves it instead of adding another one.
 */
export function calendarOf({ view, summary, description, url, nowMs }: CalendarEntry): string | undefined {
  const times = view.estimatedDelivery && windowLines(view.estimatedDelivery);
  if (times === undefined) return undefined;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Waybill//Parcel//EN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${view.token}@waybill`,
    `SEQUENCE:${Math.floor(nowMs / 1_000) - sequenceSinceS}`,
    `DTSTAMP:${instant(nowMs)}`,
    ...times,
    `SUMMARY:${text(summary)}`,
    `DESCRIPTION:${text(description)}`,
    `URL:${url}`,
    "TRANSP:TRANSPARENT", // Waiting for a parcel keeps nobody busy.
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => folded(line) + "\r\n").join("");
}

/** 2020: a later look always has a greater number, which fits RFC 5545's 32 bits until 2088. */
const sequenceSinceS = Date.UTC(2020, 0, 1) / 1_000;

const isDay = (at: string) => /^\d{4}-\d{2}-\d{2}$/.test(at);
const dayMs = 86_400_000;

/** Whole days where the carrier names only days; an end is exclusive (RFC 5545 3.6.1). */
function windowLines({ from, to }: { readonly from: string; readonly to: string }): string[] | undefined {
  const start = Date.parse(from), end = Math.max(start, Date.parse(to));
  if (Number.isNaN(end)) return undefined;
  if (isDay(from) || isDay(to)) {
    return [`DTSTART;VALUE=DATE:${day(start)}`, `DTEND;VALUE=DATE:${day(end + dayMs)}`];
  }
  return end > start ? [`DTSTART:${instant(start)}`, `DTEND:${instant(end)}`] : [`DTSTART:${instant(start)}`];
}

/** `20261120T130000Z` */
const instant = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
const day = (ms: number) => new Date(ms).toISOString().slice(0, "2026-01-01".length).replaceAll("-", "");

/** RFC 5545 3.3.11. Control characters have no place there. */
function text(value: string): string {
  return value.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n").replace(/[^\P{Cc}\t]/gu, "");
}

const lineBytesMax = 75;

/** RFC 5545 3.1: no line is longer than 75 bytes; the next one goes on behind a blank. Never through a character. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "", bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > lineBytesMax) {
      parts.push(part);
      part = " ";
      bytes = 1;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join("\r\n");
}
