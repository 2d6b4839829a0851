import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvLine, guarded, newCsvReader } from "./csv.ts";

function read(...pieces: string[]): string[][] {
  const reader = newCsvReader();
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

describe("CSV", () => {
  test("quoted fields hold commas, quotes and line breaks", () =>
    expect(read('a,"b, ""c""\r\nd"\r\n')).toEqual([["a", 'b, "c"\r\nd']]));
  test("empty fields stay, empty lines do not", () =>
    expect(read('a,,\n\n"",\n')).toEqual([["a", "", ""], ["", ""]]));
  test("a byte order mark is no part of the first name", () =>
    expect(read("\ufeffa,b")).toEqual([["a", "b"]]));
  test("the last line needs no line break", () => expect(read("a\nb")).toEqual([["a"], ["b"]]));
  test("a quote left open is an error that names the record", () =>
    expect(() => read('a\n"b')).toThrow("Cannot read CSV: a quote is never closed (record 2)"));
  test("text after a closing quote is an error", () => expect(() => read('"a"b')).toThrow("text follows"));
  test("a quote inside a plain field is an error", () =>
    expect(() => read('a"b')).toThrow("a quote stands inside"));
  test("a field without end is an error", () =>
    expect(() => read('"' + "x".repeat(100_001))).toThrow("100000"));

  test("what is written is read, however the text is cut into pieces", () => {
    const field = fc.string({ unit: fc.constantFrom(...'ab,"\r\n é') });
    const records = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    fc.assert(fc.property(records, fc.constantFrom("\n", "\r\n"), fc.nat(), (expected, lineEnd, cut) => {
      const text = expected.map((record) => csvLine(record).replace(/\r\n$/, lineEnd)).join("");
      const at = text.length === 0 ? 0 : cut % text.length;
      expect(read(text.slice(0, at), text.slice(at))).toEqual(expected);
    }));
  });

  test("what a spreadsheet would run as a formula is marked as text", () =>
    expect(["=1+1", "-5", "@a", "a=1"].map(guarded)).toEqual(["'=1+1", "'-5", "'@a", "a=1"]));
});
