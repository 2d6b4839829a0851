import { execFile } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { env, pid } from "node:process";
import { promisify } from "node:util";
import { mirrorSuites, unpackPackage } from "../../local/debian_package.mjs";
import { cacheFolder } from "../../local/nats_server.mjs";

const run = promisify(execFile);
const answerMsMax = 10_000;

/**
 * A program of a Debian package, for tests: from PATH, from what was fetched before, else from this machine's mirror, without
 * installing anything and without being root. In CI one that cannot be had is a failure; elsewhere it is a reason to skip.
 */
export async function debianTool(
  name: string,
  packageName = name,
): Promise<{ path: string } | { missing: string }> {
  const cached = join(cacheFolder(), name);
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const there = [...folders.map((folder) => join(folder, name)), cached].find(isExecutable);
  if (there !== undefined) return { path: there };
  const reasons: string[] = [];
  for (const suite of await mirrorSuites()) {
    try {
      if (await fetchTool({ name, packageName, suite, cached })) return { path: cached };
    } catch (error) {
      reasons.push(
        `${suite.suite}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
      );
    }
  }
  const missing = `Cannot find ${name}: ${reasons[0] ?? "this machine's mirror does not offer it"}`;
  if (env.CI) throw new Error(missing);
  return { missing };
}

async function fetchTool(
  { name, packageName, suite, cached }: {
    readonly name: string;
    readonly packageName: string;
    readonly suite: Awaited<ReturnType<typeof mirrorSuites>>[number];
    readonly cached: string;
  },
): Promise<boolean> {
  mkdirSync(cacheFolder(), { recursive: true });
  // Tests in other processes may want it at the same time.
  const folder = join(cacheFolder(), `fetch-${name}-${pid}`);
  try {
    const files = await unpackPackage({ name: packageName, suite, folder });
    if (files === undefined) return false;
    const found = ["usr/bin", "usr/libexec/docker/cli-plugins"].map((place) => join(files, place, name)).find(
      isExecutable,
    );
    if (found === undefined) return false;
    // It may be made for a newer system than this one: then the next suite is asked.
    await run(found, ["--version"], { timeout: answerMsMax });
    await copyFile(found, `${cached}.${pid}`);
    await rename(`${cached}.${pid}`, cached);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
