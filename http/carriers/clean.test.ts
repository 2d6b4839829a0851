import fc from "fast-check";
import { expect, test } from "vitest";
import { clean } from "./clean.ts";

test("control characters and halves of characters go, and no character is cut in two", () => {
  expect(clean("a\u0000b\u001b[31mc", 10)).toBe("ab[31mc");
  expect(clean(`${"x".repeat(299)}😀😀`, 300)).toBe(`${"x".repeat(299)}😀`);
  expect(clean("\ud83d!", 10).isWellFormed()).toBe(true);
});

test("whatever is sent, what is kept is well-formed and short", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.nat(50), (text, charsMax) => {
    const kept = clean(text, charsMax);
    expect([...kept].length).toBeLessThanOrEqual(charsMax);
    expect(kept.isWellFormed()).toBe(true);
    expect(kept).not.toContain("\u0000");
  }));
});
