import { describe, expect, test } from "vitest";
import { fonts } from "./fonts.ts";
import { rowsOf, withEllipsis } from "./wrap.ts";

const byLength = (text: string) => text.length;
const rows = (text: string, width: number, widthOf = byLength) => [...rowsOf(text, width, widthOf)];

describe("text is broken into rows", () => {
  test.each([
    ["short", 10, ["short"]],
    ["one two three", 8, ["one two", "three"]],
    ["first\nsecond", 10, ["first", "second"]],
    ["a 1234567890 b", 4, ["a", "1234", "5678", "90 b"]],
    ["🚢🚢🚢", 4, ["🚢🚢", "🚢"]],
    ["ab", 0.5, ["a", "b"]],
  ])("%j within %d", (text, width, expected) => expect(rows(text, width)).toEqual(expected));

  test("none is too wide where letters are wider together than alone", () => {
    const kerned = (text: string) => text.length * (1 + text.length / 20);
    const found = rows("x".repeat(50), 10, kerned);
    expect(found.join("")).toBe("x".repeat(50));
    for (const row of found) expect(kerned(row)).toBeLessThanOrEqual(10);
  });
});

test("a row that is cut says so, within the width", () => {
  expect(withEllipsis("one two", 8, byLength)).toBe("one two…");
  expect(withEllipsis("one two", 5, byLength)).toBe("one…");
  expect(withEllipsis("🚢🚢🚢", 5, byLength)).toBe("🚢🚢…");
});

describe("a word without end", () => {
  const regular = fonts().regular, word = Array.from({ length: 500 }, (_, i) => "aVwTo"[i * 7 % 5]!).join("");
  const measured = (lines: number) => {
    let layouts = 0;
    const rows = rowsOf(word, 40_000, (text) => {
      if (text.length > 1) layouts++;
      return regular.layout(text).advanceWidth;
    });
    for (let line = 0; line < lines; line++) rows.next();
    return layouts;
  };
  test("is laid out about once for each row, not for each letter", () => {
    expect(measured(100)).toBeLessThan(60);
  });
  test("is not laid out past the rows that are wanted", () => expect(measured(2)).toBeLessThanOrEqual(8));
});

test("a run that is long is not kept for the next document", () => {
  const { regular } = fonts(),
    kept = (text: string) =>
      Object.getPrototypeOf(regular.layout(text)) === Object.getPrototypeOf(regular.layout(text));
  expect([kept("Lamp"), kept("x".repeat(200))]).toEqual([true, false]);
});
