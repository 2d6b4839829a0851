import fc from "fast-check";
import { expect, test } from "vitest";
import { subjectToken, textOfToken } from "./subject_token.ts";

test("any text becomes one subject token and comes back, and no two become the same", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 64 });
  fc.assert(fc.property(text, text, (a, b) => {
    expect(subjectToken(a)).toMatch(/^[A-Za-z0-9_=-]+$/);
    expect(textOfToken(subjectToken(a))).toBe(a);
    expect(subjectToken(a) === subjectToken(b)).toBe(a === b);
  }));
});

test("ordinary keys stay readable", () => {
  expect(subjectToken("85123A")).toBe("85123A");
  expect(subjectToken("a.b")).toBe("a=2eb");
  expect(subjectToken("")).toBe("=");
});
