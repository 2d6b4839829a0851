// @ts-check
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Unusable } from "./unusable.mjs";

/** @typedef {{ version?: string, optional?: boolean, dev?: boolean, devOptional?: boolean }} LockEntry */

/**
 * Installs what the lock file names when node_modules does not hold just that: the first start, or one after an
 * update of the project.
 * @param {string} projectFolder
 * @param {(line: string) => void} log
 */
export function installMissing(projectFolder, log) {
  const difference = firstDifference(
    readEntries(join(projectFolder, "package-lock.json")),
    readEntries(join(projectFolder, "node_modules", ".package-lock.json")),
  );
  if (difference === undefined) return;
  log(`installing what this version needs (npm ci: ${difference})`);
  const { status, error, stdout, stderr } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: projectFolder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw new Unusable(`Cannot run npm: ${error.message}`);
  if (status === 0) return;
  const lines = `${stdout}\n${stderr}`.split("\n");
  const reason = lines.find((line) => /^npm (error|ERR!) (?!code)/.test(line)) ?? `exit code ${status}`;
  throw new Unusable(`Cannot install the packages: ${reason}`);
}

/**
 * What npm itself recorded as installed against what the lock file wants. Times of files would not do: copying
 * and checking out set them anew.
 * @param {Record<string, LockEntry> | undefined} wanted
 * @param {Record<string, LockEntry> | undefined} installed
 * @returns {string | undefined}
 */
export function firstDifference(wanted, installed) {
  if (wanted === undefined) return undefined; // A package installed by npm has no lock of its own.
  if (installed === undefined) return "nothing is installed yet";
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
    const found = installed[path];
    if (path === "" || (found === undefined && (optional || devOptional))) continue; // Other platforms' binaries.
    if (found?.version !== version) return `${path} is ${found?.version ?? "missing"}, not ${version}`;
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, LockEntry> | undefined}
 */
function readEntries(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return undefined; // An installation that was cut off: begin again.
    throw error;
  }
}
