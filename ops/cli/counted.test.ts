import { expect, test } from "vitest";
import { someLines } from "../../actors/some_lines.ts";
import { counted } from "./counted.ts";

test("one is one, and any other number is many", () => {
  expect([0, 1, 2, 12_345].map((count) => counted(count, "order"))).toEqual([
    "0 orders",
    "1 order",
    "2 orders",
    "12,345 orders",
  ]);
  expect(counted(1, "host has", "hosts have")).toBe("1 host has");
  expect(counted(3, "host has", "hosts have")).toBe("3 hosts have");
  expect([1, 2].map((count) => someLines(count, "brings", "bring"))).toEqual([
    "1 of its lines brings",
    "2 of its lines bring",
  ]);
});
