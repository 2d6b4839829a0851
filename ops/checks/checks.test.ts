import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { judge, lengthsOf, shrink } from "./ratchet.mjs";
import { countsOf, failuresOf, runStep, summaryLine, sumOf } from "./steps.mjs";
import { chosenSteps } from "./suite.mjs";

const lines = (count: number) => Array.from({ length: count }, (_, i) => `  f(${i});`).join("\n");

describe("the ratchet", () => {
  test("counts files and functions, each function without those inside it", () => {
    const text = `export function outer() {\n${lines(10)}\n  const inner = () => {\n${lines(30)}\n  };\n}\n`;
    expect(lengthsOf("a.ts", text)).toEqual({ "a.ts": 44, "a.ts#outer": 13, "a.ts#inner": 32 });
  });

  test("refuses what is too long, what has grown, and what passes the hard limit", () => {
    expect(judge({ "a.ts": 251, "a.ts#f": 40 }, {})).toEqual(["a.ts has 251 lines, at most 250 are allowed"]);
    expect(judge({ "a.ts#f": 51 }, { "a.ts#f": 50 })).toHaveLength(1);
    expect(judge({ "a.ts#f": 50 }, { "a.ts#f": 50 })).toEqual([]);
    expect(judge({ "a.ts": 401 }, { "a.ts": 401 })).toEqual(["a.ts has 401 lines, at most 400 are allowed"]);
  });

  test("only tightens", () => {
    expect(judge({ "a.ts": 260 }, { "a.ts": 300 })).toHaveLength(1);
    expect(shrink({ "a.ts": 260, "b.ts": 200, "c.ts": 280 }, { "a.ts": 300, "b.ts": 300 })).toEqual({
      "a.ts": 260,
    });
  });
});

describe("the sum", () => {
  test("adds tests and steps into one line", () => {
    const step = { passed: 1, failed: 0, skipped: 0, tests: 0 };
    const tests = countsOf({ numTotalTests: 12, numPassedTests: 9, numFailedTests: 1 }, false);
    expect(summaryLine(sumOf([step, step, tests]))).toBe("11 passed, 1 failed, 2 skipped");
    expect(summaryLine(sumOf([step]))).toBe("1 passed, 0 failed");
  });

  test("a run that fails without a failed test, or has no test, is a failure", () => {
    expect(countsOf({ numTotalTests: 3, numPassedTests: 3, numFailedTests: 0 }, false).failed).toBe(1);
    expect(countsOf({ numTotalTests: 0, numPassedTests: 0, numFailedTests: 0 }, true).failed).toBe(1);
    expect(countsOf(undefined, false)).toMatchObject({ failed: 1, tests: 0 });
  });

  test("a step that cannot even be run has failed", async () => {
    const printed: string[] = [], step = { name: "nothing", command: "/nowhere/nothing", args: [] };
    const result = await runStep(step, (line) => printed.push(line));
    expect(result).toMatchObject({ failed: 1, failures: [expect.stringContaining("Cannot run /nowhere")] });
    expect(printed.at(-1)).toMatch(/^FAIL {2}nothing/);
  });

  test("says once more what failed: tests, and files that did not load", () => {
    const failed = {
      fullName: "adds",
      status: "failed",
      failureMessages: ["expected 1 to be 2\n  at a.ts:3"],
    };
    const passed = { fullName: "is", status: "passed", failureMessages: [] };
    const testResults = [
      { name: "a.test.ts", status: "failed", assertionResults: [failed, passed] },
      { name: "b.test.ts", status: "failed", message: "no such import", assertionResults: [] },
      { name: "c.test.ts", status: "passed", assertionResults: [passed] },
    ];
    expect(failuresOf({ testResults })).toEqual([
      "a.test.ts: adds\n    expected 1 to be 2\n      at a.ts:3",
      "b.test.ts\n    no such import",
    ]);
    expect(failuresOf(undefined)).toEqual([]);
  });
});

test("the quick part asks for no server, and CI runs it on both runtimes", () => {
  const named = (options: { quick?: boolean; node?: boolean; both?: boolean }) =>
    chosenSteps({ quick: false, node: false, both: false, filters: [], ...options }).map(({ name }) => name);
  expect(named({ quick: true }).at(-1)).toBe("tests that need no server on Deno");
  expect(named({ both: true }).slice(-2)).toEqual(["tests on Deno", "tests that need no server on Node"]);
  expect(named({ node: true })).toEqual(["tests on Node"]);
});

describe("the rooms", () => {
  /** What the import check says about a project of these files. */
  function check(files: Record<string, string>): string[] {
    const folder = mkdtempSync(join(tmpdir(), "waybill-rooms-"));
    const all = { "tsconfig.json": "{}", ...files };
    for (const room of ["actors", "streams", "projections", "http", "ops"]) mkdirSync(join(folder, room));
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    mkdirSync(join(folder, "ops/checks"), { recursive: true });
    for (const name of ["imports.mjs", "import_rules.mjs", "source_files.mjs"]) {
      symlinkSync(resolve("ops/checks", name), join(folder, "ops/checks", name));
    }
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    try {
      const { stderr } = spawnSync("node", ["ops/checks/imports.mjs"], { cwd: folder, encoding: "utf8" });
      return stderr.trim().split("\n").filter((line) => !line.startsWith("ops/checks/")).sort();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test("import in one direction, and each outside system is known to one room", () => {
    const found = check({
      "actors/clock.ts": `import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n`,
      "actors/ask.ts": `import type { T } from "../streams/broker/t.ts";\nexport type U = T;\n`,
      "streams/broker/t.ts": `import { connect } from "nats";\nexport type T = typeof connect;\n`,
      "streams/sql.ts": `import postgres from "postgres";\nexport const sql = postgres;\n`,
      "http/nats.ts": `import { connect } from "nats";\nexport const c = connect;\n`,
      "ops/own.ts": `import { connect } from "nats";\nexport const c = connect;\n`,
      "ops/typed.ts": `import type { Msg } from "nats";\nexport type M = Msg;\n`,
      "http/js.ts": `import { jetstream } from "@nats-io/jetstream";\nexport const j = jetstream;\n`,
      "http/app.ts":
        `import { Hono } from "hono";\nimport "../actors/ask.ts";\nexport const app = new Hono();\n`,
      "projections/hono.ts": `import { Hono } from "hono";\nexport const app = new Hono();\n`,
    });
    expect(found).toEqual([
      expect.stringMatching(/^actors\/ask\.ts may not import streams\/broker\/t\.ts \(actors-imports\)$/),
      expect.stringMatching(/^actors\/clock\.ts may not import .*fs \(actors-imports\)$/),
      expect.stringMatching(/^http\/js\.ts may not import .*jetstream.* \(http-imports\)$/),
      expect.stringMatching(/^http\/nats\.ts may not import .* \(connects-by-the-broker\)$/),
      expect.stringMatching(/^http\/nats\.ts may not import .* \(http-imports\)$/),
      expect.stringMatching(/^ops\/own\.ts may not import .* \(connects-by-the-broker\)$/),
      expect.stringMatching(/^projections\/hono\.ts may not import .*hono.* \(projections-imports\)$/),
      expect.stringMatching(/^streams\/sql\.ts may not import .*postgres.* \(streams-imports\)$/),
    ]);
  });

  test("tests may use what tests need, and nothing that ships may use tests", () => {
    const found = check({
      "actors/a.test.ts":
        `import { test } from "vitest";\nimport "../ops/testing/servers.ts";\nimport "../http/b.ts";\ntest;\n`,
      "ops/testing/servers.ts": "export {};\n",
      "http/b.ts": `import "../streams/testing/fake.ts";\n`,
      "streams/testing/fake.ts": `import fc from "fast-check";\nexport const f = fc;\n`,
      "streams/late.ts": `import "./gone.ts";\n`,
    });
    expect(found).toEqual([
      "actors/a.test.ts may not import http/b.ts (actors-tests-import)",
      "http/b.ts may not import streams/testing/fake.ts (tests-are-leaves)",
      "streams/late.ts may not import ./gone.ts (not-found)",
      "streams/late.ts may not import ./gone.ts (streams-imports)",
    ]);
  });
});
