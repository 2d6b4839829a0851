import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, expect, test, vi } from "vitest";
import { chromium, findProgram } from "./test_programs.mjs";

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function folderWith(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "waybill-chromium-"));
  folders.push(folder);
  await writeFile(join(folder, name), "#!/bin/sh\n");
  await chmod(join(folder, name), 0o755);
  return folder;
}

test("takes the browser that is named, else the first on the path, else none", async () => {
  const folder = await folderWith("google-chrome");
  vi.stubEnv("CHROMIUM", "");
  vi.stubEnv("PATH", `/nowhere:${folder}`);
  expect(findProgram(chromium)).toBe(join(folder, "google-chrome"));
  vi.stubEnv("PATH", "/nowhere");
  expect(findProgram(chromium)).toBeUndefined();
  vi.stubEnv("CHROMIUM", process.execPath);
  expect(findProgram(chromium)).toBe(process.execPath);
  vi.stubEnv("CHROMIUM", join(folder, "none"));
  expect(() => findProgram(chromium)).toThrow("there is no such program");
});
