import type { Language } from "./languages.ts";

/** When something happened, as the page writes it. */
export interface Written {
  /** `Tuesday, 24 November`: what a history is divided by. */
  readonly day: string;
  /** `14:05`. */
  readonly time: string;
  /** `CET`; undefined where the carrier did not say which zone it meant. */
  readonly zone?: string;
  /** For `<time datetime>`. */
  readonly machine: string;
}
export interface Moment {
  readonly at: string;
  readonly localTime?: string;
}

/** Writes times as people of one language and country do. */
export interface Clock {
  /** In this zone; without one, in UTC. A local time without a zone stays as the carrier wrote it. */
  written(moment: Moment, zone: string | undefined): Written | undefined;
  /** From when to when: days where it names only days. */
  window(
    window: { readonly from: string; readonly to: string },
    zone: string | undefined,
  ): string | undefined;
}

export function clockFor(language: Language, country?: string): Clock {
  const locale = localeOf(language, country);
  return {
    written: ({ at, localTime }, zone) => {
      const when = dateOf(at), timeZone = localTime === undefined ? zone ?? "UTC" : "UTC";
      if (when === undefined) return undefined;
      const named = localTime === undefined ? zoneName(locale, timeZone, when) : undefined;
      return {
        day: format(locale, timeZone, day).format(when),
        time: format(locale, timeZone, time).format(when),
        ...(named !== undefined && { zone: named }),
        machine: localTime === undefined ? at : at.replace(/Z$/, ""),
      };
    },
    window: ({ from, to }, zone = "UTC") => {
      const start = dateOf(from), end = dateOf(to) ?? start;
      if (start === undefined || end === undefined) return undefined;
      const onlyDays = isDay(from) || isDay(to);
      const style = onlyDays ? format(locale, "UTC", day) : format(locale, zone, dayAndTime);
      return start < end ? style.formatRange(start, end) : style.format(start);
    },
  };
}

type Window = Parameters<Clock["window"]>[0];

/** True when all of the window lies behind us. A day ends with its zone's midnight: where that is not known, with the world's last one. */
export function isPast({ from, to }: Window, zone: string | undefined, nowMs: number): boolean {
  const today = format("sv-SE", zone ?? lastZone, date).format(nowMs); // Swedish dates are ISO 8601.
  const over = (text: string) => isDay(text) ? text < today : Date.parse(text) < nowMs;
  return over(from) && over(to);
}
/** Twelve hours behind UTC: POSIX counts westwards. */
const lastZone = "Etc/GMT+12";

/** As in the parcel's destination: English months and days stand differently in America. */
function localeOf(language: Language, country = ""): string {
  if (/^[A-Z]{2}$/.test(country)) return `${language}-${country}`;
  return language === "en" ? "en-GB" : language;
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

function dateOf(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function zoneName(locale: string, timeZone: string, when: Date): string | undefined {
  const parts = format(locale, timeZone, { ...time, timeZoneName: "short" }).formatToParts(when);
  return parts.find(({ type }) => type === "timeZoneName")?.value;
}

type Style = Intl.DateTimeFormatOptions;
const day = { weekday: "long", day: "numeric", month: "long" } as const satisfies Style;
const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const satisfies Style;
const time = { hour: "numeric", minute: "2-digit" } as const satisfies Style;
const dayAndTime = { ...day, ...time, timeZoneName: "short" } as const satisfies Style;

const formats = new Map<string, Intl.DateTimeFormat>();
const formatsMax = 2_000;

/** Making a format costs more than all the rest of a page. */
function format(locale: string, timeZone: string, style: Style): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${Object.keys(style).join()}`;
  const there = formats.get(key);
  if (there !== undefined) return there;
  if (formats.size >= formatsMax) formats.clear();
  const made = new Intl.DateTimeFormat(locale, { ...style, timeZone });
  formats.set(key, made);
  return made;
}
