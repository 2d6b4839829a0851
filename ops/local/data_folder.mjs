// @ts-check
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tryLock } from "./lock.mjs";
import { isRunning } from "./process_table.mjs";
import { Unusable } from "./unusable.mjs";

/** @typedef {import("./process_table.mjs").ProcessName} ProcessName */
/**
 * @typedef {object} Runtime what a running system tells the commands in other terminals, and its next start
 * @property {ProcessName} launcher
 * @property {string} natsUrl
 * @property {string} [natsToken]
 * @property {{ user: string, pass: string, inboxPrefix: string }} [natsUser] who commands are to a cluster that knows users
 * @property {string} databaseUrl
 * @property {string} host
 * @property {number} port
 * @property {Record<string, number>} [health] by process name: the port on this machine where it tells /livez, /readyz, /metrics
 * @property {Record<string, ProcessName>} pids by name: what the launcher started
 */

const runtimeName = "runtime.json";

/**
 * The folder for the data, ours alone until `release`.
 * @param {string} folder
 */
export function takeDataFolder(folder) {
  try {
    // Root's Postgres runs as another user, who must pass through here; every secret file is 0600.
    mkdirSync(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Unusable(
      `Cannot write to the data folder ${folder}: ${error instanceof Error ? error.message : error}`,
    );
  }
  const lock = tryLock(join(folder, "lock"));
  if ("release" in lock) return lock;
  throw new Unusable(
    `Cannot start: process ${lock.holder.pid} is running on ${folder} (WAYBILL_DATA) already`,
  );
}

/**
 * A secret made at the first start and kept, readable for its owner only.
 * @param {string} folder
 * @param {string} name
 * @param {string} [prefix]
 */
export function keptSecret(folder, name, prefix = "") {
  const path = join(folder, name);
  const kept = readIfThere(path)?.trim();
  if (kept) return { value: kept, isNew: false };
  const value = prefix + randomBytes(24).toString("base64url");
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, value + "\n", { mode: 0o600 });
  if (kept === "") rmSync(path); // Left empty by a full disk.
  linkSync(aside, path); // Not rename: what another process has made meanwhile must not be replaced.
  rmSync(aside);
  return { value, isNew: true };
}

/**
 * @param {string} folder
 * @param {Runtime} runtime
 */
export function writeRuntime(folder, runtime) {
  const path = join(folder, runtimeName);
  writeFileSync(`${path}.new`, JSON.stringify(runtime, null, 2) + "\n", { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** @param {string} folder */
export function removeRuntime(folder) {
  rmSync(join(folder, runtimeName), { force: true });
}

/**
 * @param {string} folder
 * @returns {Runtime | undefined}
 */
export function readRuntime(folder) {
  const text = readIfThere(join(folder, runtimeName));
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * @param {string} folder
 * @returns {Runtime | undefined}
 */
export function runningRuntime(folder) {
  const runtime = readRuntime(folder);
  return runtime !== undefined && isRunning(runtime.launcher) ? runtime : undefined;
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
