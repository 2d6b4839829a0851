import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarOf } from "./calendar.ts";
import { parcel } from "./testing/samples.ts";

const nowMs = Date.UTC(2026, 10, 19, 8, 30, 5);
const entry = (estimatedDelivery: { from: string; to: string }, more: object = {}) =>
  calendarOf({
    view: parcel("in_transit", { estimatedDelivery }),
    summary: "Parcel",
    description: "UPS",
    url: "https://shop.example/t/token",
    nowMs,
    ...more,
  });
const lines = (ics: string | undefined) => ics!.split("\r\n");
/** As a reader of RFC 5545 does it: section 3.1, then 3.3.11. */
const unfolded = (ics: string) => ics.replaceAll("\r\n ", "").split("\r\n");
const unescaped = (value: string) => value.replace(/\\([\\;,nN])/g, (_, one) => /n/i.test(one) ? "\n" : one);

describe("the calendar entry", () => {
  test("is what RFC 5545 says an event is", () =>
    expect(lines(entry({ from: "2026-11-20T13:00:00Z", to: "2026-11-20T15:00:00.000Z" }))).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Waybill//Parcel//EN",
      "METHOD:PUBLISH",
      "BEGIN:VEVENT",
      "UID:token@waybill",
      "SEQUENCE:217240205",
      "DTSTAMP:20261119T083005Z",
      "DTSTART:20261120T130000Z",
      "DTEND:20261120T150000Z",
      "SUMMARY:Parcel",
      "DESCRIPTION:UPS",
      "URL:https://shop.example/t/token",
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ]));

  test("is of whole days where the carrier names only days; the end is the day after", () => {
    expect(lines(entry({ from: "2026-12-30", to: "2026-12-31" }))).toEqual(
      expect.arrayContaining(["DTSTART;VALUE=DATE:20261230", "DTEND;VALUE=DATE:20270101"]),
    );
    expect(lines(entry({ from: "2026-12-31T10:00:00Z", to: "2026-12-31" }))).toEqual(
      expect.arrayContaining(["DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101"]),
    );
  });

  test("of a moment has no end, and one that cannot be read is none", () => {
    const moment = "2026-11-20T13:00:00Z";
    expect(entry({ from: moment, to: moment })).not.toContain("DTEND");
    expect(entry({ from: moment, to: "2026-11-19T13:00:00Z" })).not.toContain("DTEND");
    expect(entry({ from: "soon", to: "later" })).toBeUndefined();
  });

  test("a later one takes the place of an earlier", () => {
    const sequence = (ics: string | undefined) => Number(/SEQUENCE:(\d+)/.exec(ics!)![1]);
    const window = { from: "2026-11-20", to: "2026-11-20" };
    expect(sequence(entry(window, { nowMs: nowMs + 1_000 }))).toBeGreaterThan(sequence(entry(window)));
  });

  test("any text comes through whole, in lines of at most 75 bytes of whole characters", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (summary) => {
      const ics = entry({ from: "2026-11-20", to: "2026-11-20" }, { summary })!;
      for (const line of lines(ics)) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(line.isWellFormed()).toBe(true);
      }
      const [found] = unfolded(ics).filter((line) => line.startsWith("SUMMARY:"));
      const readable = summary.replace(/\r\n/g, "\n").replace(/[^\P{Cc}\t\n]/gu, "");
      expect(unescaped(found!.slice("SUMMARY:".length))).toBe(readable);
    }));
  });
});
