import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Event } from "../../actors/actor.ts";
import { eventSchemas } from "./events.ts";

const actors = fileURLToPath(new URL("../../actors/", import.meta.url));
/** Every golden file of every actor: one for each event type and version that the log may hold. */
const golden = readdirSync(actors, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.v\d+\.json$/.test(path))
  .map((path) => ({ path, event: JSON.parse(readFileSync(join(actors, path), "utf8")) as Event }));
const nameOf = ({ type, version }: Event) => `${type}@${version}`;

test("every golden file is what its schema says", () => {
  const problems = golden.flatMap(({ path, event }) => {
    const parsed = eventSchemas[nameOf(event)]?.safeParse(event.data);
    if (parsed === undefined) return [`${path}: ${nameOf(event)} has no schema`];
    return parsed.success ? [] : [`${path}: ${parsed.error.message}`];
  });
  expect(problems).toEqual([]);
});

test("every schema has a golden file", () => {
  const names = new Set(golden.map(({ event }) => nameOf(event)));
  expect(Object.keys(eventSchemas).filter((name) => !names.has(name))).toEqual([]);
});
