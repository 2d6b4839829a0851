import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineOfPath } from "./paths.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-paths-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** As `npx waybill …`, with what the launcher lets a command do; no system runs. */
function waybill(
  ...args: readonly string[]
): Promise<{ readonly told: string; readonly code: number | null }> {
  const child = spawn("node", ["ops/waybill.mjs", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, WAYBILL_DATA: join(folder, "data"), NATS_URL: "nats://127.0.0.1:9" },
  });
  let told = "";
  child.stderr.on("data", (chunk) => void (told += chunk));
  return new Promise((resolve) => child.once("close", (code) => resolve({ told: told.trim(), code })));
}

const nowhere = "there is no such file or folder";

describe("a path that cannot be used is said in one line, without what the runtime would say", () => {
  test.each([
    [["restore", "--from", "/nowhere"], `Cannot use this backup: /nowhere cannot be read: ${nowhere}`],
    [["backup", "list", "--from", "/nowhere"], `Cannot use this backup: /nowhere cannot be read: ${nowhere}`],
    [["backup", "verify", "--from", "package.json"], "package.json is a file, not a folder"],
    [["stream", "import", "/nowhere"], `Cannot import: /nowhere cannot be read: ${nowhere}`],
    [["stream", "import", "ops"], "Cannot import: ops is a folder, not a file"],
    [
      ["what-if", "1", "50", "--code", "/nowhere"],
      `Cannot use other code: /nowhere cannot be read: ${nowhere}`,
    ],
    [["backup", "--to", "/proc/x"], "Cannot back up: /proc/x cannot be written: a command may use only"],
    [["invoices", "export", "--period", "2026", "--to", "package.json"], "a file is there, not a folder"],
    [["invoices", "export", "--period", "2026", "--to", "package.json/x"], "a part of the path is a file"],
    [["carriers", "normalize", "--carrier", "dhl", "/nowhere"], `Cannot read /nowhere: ${nowhere}`],
  ])("%j", async (args, line) => {
    const { told, code } = await waybill(...args);
    expect(told).toContain(line);
    expect(told).not.toMatch(/--allow|ENOENT|EEXIST|ENOTDIR|\n/);
    expect(code).toBe(2);
  });
});

test("an error of a path that nobody put into words names the path, and others stay as they are", () => {
  const told = Object.assign(new Error("EROFS: read-only file system, open '/mnt/x'"), {
    code: "EROFS",
    path: "/mnt/x",
  });
  expect(lineOfPath(told)).toBe("Cannot use /mnt/x: its file system can only be read");
  expect(lineOfPath(new Error('Requires write access to "/y", run again with the --allow-write flag')))
    .toBe("Cannot use /y: a command may use only what it names, and nothing of the system itself");
  expect(lineOfPath(new Error("Cannot take: lamps"))).toBeUndefined();
  expect(lineOfPath(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))).toBeUndefined();
});
