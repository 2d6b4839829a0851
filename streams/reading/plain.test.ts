import { Map as ImmutableMap } from "immutable";
import { describe, expect, test } from "vitest";
import { changesBetween, plain } from "./plain.ts";

describe("a state to read", () => {
  test("has the names that the code has, whatever it is made of", () => {
    const state = {
      claims: ImmutableMap([["h1", { units: 2 }]]),
      captured: 250n,
      seen: new Set(["a"]),
      by: new Map([["k", 1]]),
    };
    expect(plain(state)).toEqual({
      claims: { h1: { units: 2 } },
      captured: "250",
      seen: ["a"],
      by: { k: 1 },
    });
  });
});

describe("what changed", () => {
  test("is the smallest part that differs", () => {
    const before = { phase: "open", lines: [{ shipped: 0, claims: [1] }, { shipped: 0, claims: [] }] };
    const after = {
      phase: "open",
      lines: [{ shipped: 2, claims: [1] }, { shipped: 0, claims: [7] }],
      hold: "stock_lost",
    };
    expect(changesBetween(before, after)).toEqual([
      { path: "/lines/0/shipped", before: 0, after: 2 },
      { path: "/lines/1/claims/0", after: 7 },
      { path: "/hold", after: "stock_lost" },
    ]);
  });

  test("names what went, what became another kind of thing, and nothing where all is the same", () => {
    expect(changesBetween({ a: 1, "b/c": null }, { a: [1] })).toEqual([
      { path: "/a", before: 1, after: [1] },
      { path: "/b~1c", before: null },
    ]);
    expect(changesBetween({ a: { b: [1] } }, { a: { b: [1] } })).toEqual([]);
  });
});
