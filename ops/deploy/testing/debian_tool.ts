import { accessSync, constants, mkdirSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { env } from "node:process";
import { mirrorSuites, unpackPackage } from "../../local/debian_package.mjs";
import { cacheFolder } from "../../local/nats_server.mjs";

/**
 * A program of a Debian package, for tests: from PATH, from what was fetched before, else from this machine's mirror, without
 * installing anything and without being root. In CI one that cannot be had is a failure; elsewhere it is a reason to skip.
 */
export async function debianTool(name: string): Promise<{ path: string } | { missing: string }> {
  const cached = join(cacheFolder(), name);
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const there = [...folders.map((folder) => join(folder, name)), cached].find(isExecutable);
  if (there !== undefined) return { path: there };
  const reasons: string[] = [];
  for (const suite of await mirrorSuites()) {
    try {
      if (await fetchTool({ name, suite, cached })) return { path: cached };
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
  { name, suite, cached }: {
    readonly name: string;
    readonly suite: Awaited<ReturnType<typeof mirrorSuites>>[number];
    readonly cached: string;
  },
): Promise<boolean> {
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = join(cacheFolder(), `fetch-${name}`);
  try {
    const files = await unpackPackage({ name, suite, folder });
    if (files === undefined) return false;
    const found = ["usr/bin", "usr/libexec/docker/cli-plugins"].map((place) => join(files, place, name)).find(
      isExecutable,
    );
    if (found === undefined) return false;
    await copyFile(found, `${cached}.new`);
    await rename(`${cached}.new`, cached);
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
