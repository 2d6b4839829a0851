import { expect, test } from "vitest";
import { Waiters } from "./waiters.ts";

const asker = (id: string) => ({ id, edge: "edge" });
const idsOf = (waiters: Waiters, key: string) => waiters.of(key).map(({ id }) => id);

test("beyond its limit those that have waited longest are forgotten, and whoever comes is not", () => {
  const waiters = new Waiters(3);
  waiters.add("never", [asker("1"), asker("2")]);
  waiters.add("soon", [asker("3")]);
  waiters.add("now", [asker("4")]);
  expect([idsOf(waiters, "never"), idsOf(waiters, "soon"), idsOf(waiters, "now")]).toEqual([[], ["3"], [
    "4",
  ]]);
  waiters.settle("soon");
  waiters.add("now", [asker("5"), asker("6")]);
  expect(idsOf(waiters, "now")).toEqual(["4", "5", "6"]);
});
