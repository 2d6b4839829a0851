import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalogue, catalogueText } from "./catalogue.ts";

test("METRICS.md is what `npx waybill metrics` prints", () => {
  const file = readFileSync(new URL("./METRICS.md", import.meta.url), "utf8");
  expect(file).toBe(catalogueText());
});

test("a name is what Prometheus shows", () => {
  const byName = new Map(catalogue().map((one) => [one.name, one]));
  expect(byName.get("waybill_turn_duration_seconds")).toMatchObject({ kind: "histogram", roles: ["host"] });
  expect(byName.get("waybill_turn_size_bytes")?.unit).toBe("By");
  expect(byName.get("waybill_dead_letters_total")?.labels).toEqual({ actor_kind: "the kinds of actors" });
  expect(byName.get("process_cpu_time_seconds_total")?.kind).toBe("counter");
});
