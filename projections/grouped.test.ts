import { expect, test } from "vitest";
import { grouped } from "./grouped.ts";

const near = { togetherMax: 10, joinMax: 5 };
const at = (name: string, sequence: number, isTroubled = false) => ({ name, sequence, isTroubled });
const names = (all: ReturnType<typeof at>[]) =>
  grouped(all, near).map((group) => group.map(({ name }) => name).join(" "));

test("projections that are near each other read the log together, those in front first", () => {
  expect(names([at("new", 0), at("a", 95), at("b", 100), at("c", 90), at("newer", 3)])).toEqual([
    "b a c",
    "newer new",
  ]);
});

test("a chain of near ones is cut where it gets too far from the foremost", () => {
  expect(names([at("a", 100), at("b", 92), at("c", 85)])).toEqual(["a b", "c"]);
});

test("one that could not apply a record is tried by itself, however near", () => {
  expect(names([at("a", 100), at("b", 100, true), at("c", 100)])).toEqual(["a c", "b"]);
  expect(names([at("b", 100, true)])).toEqual(["b"]);
  expect(names([])).toEqual([]);
});
