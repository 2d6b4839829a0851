import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keptSecret, takeDataFolder } from "./data_folder.mjs";
import { tryLock, withLock } from "./lock.mjs";
import { processName } from "./process_table.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waybill-data-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the data folder", () => {
  test("is one start's alone, until that lets go", () => {
    const lock = takeDataFolder(folder);
    expect(() => takeDataFolder(folder)).toThrow(/^Cannot start: process \d+ is running on .* already$/);
    lock.release();
    takeDataFolder(folder).release();
  });

  test("cannot be a file, or lie in one", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => takeDataFolder(file)).toThrow(/^Cannot write to the data folder/);
  });

  test("a secret is made once, kept, and readable for its owner only", () => {
    const first = keptSecret(folder, "key", "wb_");
    expect(first).toMatchObject({ isNew: true, value: expect.stringMatching(/^wb_[\w-]{32}$/) });
    expect(keptSecret(folder, "key", "wb_")).toEqual({ value: first.value, isNew: false });
    expect(statSync(join(folder, "key")).mode & 0o777).toBe(0o600);
  });

  test("a secret that a full disk left empty is made again", () => {
    writeFileSync(join(folder, "key"), "");
    expect(keptSecret(folder, "key").isNew).toBe(true);
    expect(readFileSync(join(folder, "key"), "utf8").trim()).not.toBe("");
  });
});

describe("a lock", () => {
  test("of a process that was killed is taken over", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const path = join(folder, "lock");
    writeFileSync(path, JSON.stringify(processName(child.pid ?? 0)));
    expect(tryLock(path)).toMatchObject({ holder: { pid: child.pid } });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(tryLock(path)).toHaveProperty("release");
  });

  test("names its holder by start time too: a reused pid does not hold it", () => {
    const path = join(folder, "lock");
    writeFileSync(path, JSON.stringify({ pid: process.pid, started: "before the restart of the machine" }));
    expect(tryLock(path)).toHaveProperty("release");
  });

  test("that is not readable as one (a power cut) is taken over", () => {
    const path = join(folder, "lock");
    writeFileSync(path, "");
    chmodSync(path, 0o600);
    expect(tryLock(path)).toHaveProperty("release");
  });

  test("lets one in after the other, and goes when the work fails", async () => {
    const path = join(folder, "lock");
    const seen: string[] = [];
    const work = (name: string) =>
      withLock(path, async () => {
        seen.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.push(`${name} out`);
      });
    await Promise.all([work("a"), work("b")]);
    expect(seen).toEqual(
      seen[0] === "a in" ? ["a in", "a out", "b in", "b out"] : ["b in", "b out", "a in", "a out"],
    );
    await expect(withLock(path, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(path)).toBe(false);
  });
});
