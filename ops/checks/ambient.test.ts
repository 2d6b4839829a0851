import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { adapters, ambientUses, judge, usesOfAll } from "./ambient.mjs";

const found = (text: string) => ambientUses("streams/a.ts", text).map(({ what }) => what);

describe("clock, chance and timers", () => {
  test.each([
    ["const ms = Date.now();", ["Date.now"]],
    ["f({ nowMs: Date.now });", ["Date.now"]],
    ["globalThis.Date.now();", ["Date.now"]],
    ['Date["now"]();', ["Date as a value"]],
    ["const { now } = Date;", ["Date as a value"]],
    ["const at = new Date();", ["new Date()"]],
    ["const at = new Date;", ["new Date()"]],
    ["Date();", ["Date as a value"]],
    ["performance.now();", ["performance"]],
    ["x ?? Math.random();", ["Math.random"]],
    ["const { random } = Math;", ["Math as a value"]],
    ["setTimeout(f, 1); globalThis.setInterval(f, 1); setImmediate(f);", [
      "setTimeout",
      "setInterval",
      "setImmediate",
    ]],
    ["f({ setTimeout });", ["setTimeout"]],
    ['import { scheduler } from "node:timers/promises";', ["node:timers/promises"]],
    ['await import("node:timers");', ["node:timers"]],
    ['export { ulid } from "ulid";', ["ulid"]],
    ["crypto.randomUUID(); crypto.getRandomValues(a);", ["randomUUID", "getRandomValues"]],
    ['import { createHash, randomBytes as bytes } from "node:crypto";', ["randomBytes"]],
    ["process.hrtime.bigint();", ["hrtime"]],
    ["AbortSignal.timeout(5);", ["AbortSignal.timeout"]],
  ])("%s is found", (text, expected) => expect(found(text)).toEqual(expected));

  test.each([
    "// Date.now() and setTimeout(f, 1)",
    'const text = "Date.now() performance.now() ulid";',
    "const at = new Date(atMs), parsed = Date.parse(text), day = Date.UTC(2026, 0, 1);",
    "if (at instanceof Date) Math.floor(Math.max(1, 2));",
    "type Timer = ReturnType<typeof setTimeout>; let at: Date | undefined;",
    "runtime.nowMs(); runtime.random(); runtime.after(5, run); runtime.newId();",
    'import { createHash } from "node:crypto"; import type { Timeout } from "node:timers";',
    "new AbortController().signal; AbortSignal.any([]);",
  ])("%s is none", (text) => expect(found(text)).toEqual([]));

  test("are told with their lines; an exception that is not needed is told, too", () => {
    const uses = {
      "streams/a.ts": ambientUses("streams/a.ts", "\n\nf(Date.now());\n"),
      "streams/b.ts": [{ line: 1, what: "setTimeout" }],
      "streams/c.ts": [],
    };
    expect(judge(uses, { "streams/b.ts": "outside", "streams/c.ts": "was outside" })).toEqual([
      "streams/a.ts:3 uses Date.now: take a Runtime",
      "streams/c.ts needs no exception any more: take it off the list",
    ]);
  });
});

test("the adapters are all there are in the three rooms, and tests are not read", () => {
  const uses = usesOfAll(), paths = Object.keys(uses);
  expect(judge(uses, adapters)).toEqual([]);
  expect(judge(uses, {}).length).toBeGreaterThan(10); // It finds what the adapters do.
  for (const room of ["actors", "streams", "projections"]) {
    expect(paths.filter((path) => path.startsWith(`${room}/`)).length).toBeGreaterThan(10);
  }
  expect(paths.filter((path) => /^(http|ops)\/|\.test\.ts$|\/testing\/|contract/.test(path))).toEqual([]);
});

test("a check that has read nothing has failed", () => {
  const folder = mkdtempSync(join(tmpdir(), "waybill-ambient-"));
  try {
    for (const room of ["actors", "streams", "projections", "http", "ops"]) mkdirSync(join(folder, room));
    const script = resolve("ops/checks/ambient.mjs");
    const { status, stdout } = spawnSync("node", [script], { cwd: folder, encoding: "utf8" });
    expect(stdout).toMatch(/^0 files/);
    expect(status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
