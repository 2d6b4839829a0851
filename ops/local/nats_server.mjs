// @ts-check
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startChild } from "./child.mjs";
import { mirrorSuites, unpackPackage } from "./debian_package.mjs";
import { isAtLeast, natsVersionMin, probeNats } from "./nats_probe.mjs";
import { withLock } from "./lock.mjs";
import { freePort } from "./ports.mjs";
import { Unusable } from "./unusable.mjs";

/** @typedef {{ path: string, version: string }} NatsBinary */
/** @typedef {(line: string) => void} Log */
/** @typedef {import("./child.mjs").Child & { url: string, token: string, port: number, version: string }} NatsServer */

const run = promisify(execFile);
const readyMsMax = 30_000;
const projectFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Where what was fetched is kept: outside the data, so that deleting the data fetches nothing again. */
export function cacheFolder() {
  return process.env["WAYBILL_CACHE"] || join(projectFolder, ".waybill-cache");
}

/**
 * NATS_SERVER, then PATH, then what was fetched before, then the newest that the machine's own mirror offers.
 * @param {{ cacheDir?: string, log?: Log }} [options]
 * @returns {Promise<NatsBinary>}
 */
export async function findNatsServer({ cacheDir = cacheFolder(), log = () => {} } = {}) {
  const named = process.env["NATS_SERVER"];
  if (named) return await requireBinary(named);
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const found = folder === "" ? undefined : await usableBinary(join(folder, "nats-server"));
    if (found !== undefined) return found;
  }
  const cached = join(cacheDir, "nats-server");
  const before = await usableBinary(cached);
  if (before !== undefined) return before;
  makeFolder(cacheDir);
  return await withLock(join(cacheDir, "fetch.lock"), async () => {
    const meanwhile = await usableBinary(cached); // Another start may have fetched it while we waited.
    return meanwhile ?? await fetchBinary({ cacheDir, cached, log });
  });
}

/** @param {{ cacheDir: string, cached: string, log: Log }} options */
async function fetchBinary({ cacheDir, cached, log }) {
  const suites = await mirrorSuites();
  if (suites.length === 0) {
    throw new Unusable(whatToInstall("this system has no Debian mirror to fetch it from"));
  }
  log(
    `nats-server ${natsVersionMin} or newer is not installed: fetching it from this machine's Debian mirror`,
  );
  const folder = join(cacheDir, "fetch");
  /** @type {string[]} */
  const failures = [];
  for (const suite of suites) {
    try {
      const files = await unpackPackage({ name: "nats-server", suite, folder });
      const binary = files === undefined ? undefined : await binaryWithin(files);
      if (binary === undefined) continue;
      await copyFile(binary.path, `${cached}.new`);
      await rename(`${cached}.new`, cached);
      log(`nats-server ${binary.version} is in ${cached}`);
      return { path: cached, version: binary.version };
    } catch (error) {
      failures.push(`${suite.suite}: ${lastLine(error)}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const reason = failures.length > 0 ? failures[0] : "the mirror offers no such version";
  throw new Unusable(whatToInstall(`fetching it failed (${reason})`));
}

/**
 * What the package holds may be too old, or made for a newer system than this one: then it does not run.
 * @param {string} files
 */
async function binaryWithin(files) {
  for (const folder of ["usr/sbin", "usr/bin"]) {
    const found = await usableBinary(join(files, folder, "nats-server"));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Promise<NatsBinary | undefined>}
 */
async function usableBinary(path) {
  try {
    accessSync(path, constants.X_OK);
    const version = await versionOf(path);
    return isAtLeast(version, natsVersionMin) ? { path: resolve(path), version } : undefined;
  } catch {
    return undefined; // Not there, or not for this machine: the next place is asked.
  }
}

/** @param {string} path */
async function requireBinary(path) {
  const version = await versionOf(path).catch((error) => {
    throw new Unusable(`Cannot run NATS_SERVER ${path}: ${lastLine(error)}`, { exitCode: 2 });
  });
  if (isAtLeast(version, natsVersionMin)) return { path: resolve(path), version };
  throw new Unusable(`Cannot use NATS_SERVER ${path}: it is ${version}, ${natsVersionMin} is needed`, {
    exitCode: 2,
  });
}

/** @param {string} path */
async function versionOf(path) {
  const { stdout } = await run(path, ["--version"], { timeout: 10_000 });
  const version = /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error("it does not say its version");
  return version;
}

/** @param {string} why */
function whatToInstall(why) {
  return `Cannot find nats-server ${natsVersionMin} or newer, and ${why}: install it, or name it in NATS_SERVER`;
}

/**
 * Starts a server with the project's nats.conf (every write is fsynced before it is acknowledged).
 * @param {{ binary: string, dataDir: string, config?: string, port?: number, token?: string, logPath?: string, log?: Log }} options
 * @returns {Promise<NatsServer>}
 */
export async function startNats({ binary, dataDir, logPath, log = () => {}, ...options }) {
  const { config = join(projectFolder, "nats.conf"), token = randomBytes(24).toString("base64url") } =
    options;
  const port = options.port ?? await freePort();
  makeFolder(dataDir);
  /** @type {string[]} */
  const lastLines = [];
  const child = await startChild({
    name: "nats-server",
    command: binary,
    args: ["-c", config],
    env: {
      WAYBILL_NATS_PORT: String(port),
      // Quoted: the server reads these as values of its language, where 1e5 is a number and a blank ends a word.
      WAYBILL_NATS_STORE: JSON.stringify(resolve(dataDir)),
      WAYBILL_NATS_TOKEN: JSON.stringify(token),
    },
    ...(logPath === undefined ? {} : { logPath }),
    onLine(line) {
      if (/\[(WRN|ERR|FTL)\]/.test(line)) log(line);
      if (lastLines.push(line) > 20) lastLines.shift();
    },
  });
  const url = `nats://127.0.0.1:${port}`;
  const { version } = await untilReady({ child, url, token, lastLines });
  return { ...child, url, token, port, version };
}

/** @param {{ child: import("./child.mjs").Child, url: string, token: string, lastLines: string[] }} options */
async function untilReady({ child, url, token, lastLines }) {
  const giveUpAtMs = performance.now() + readyMsMax;
  for (;;) {
    const info = await probeNats({ url, token }).catch(() => undefined);
    // Another process may have taken the port first; it would not know our token.
    if (info?.jetstream) return info;
    const ended = child.exit() !== undefined;
    if (ended || performance.now() > giveUpAtMs) {
      await child.stop();
      const reason = lastLines.findLast((line) => /\[(ERR|FTL)\]|nats-server:/.test(line)) ??
        lastLines.at(-1);
      throw new Unusable(
        `Cannot start nats-server: ${ended ? "it ended" : "it is not ready in time"}: ${reason ?? ""}`,
      );
    }
    await sleep(25);
  }
}

/** @param {string} folder */
function makeFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Unusable(`Cannot write to ${folder}: ${lastLine(error)}`, { cause: error });
  }
}

/** @param {unknown} error */
function lastLine(error) {
  if (!(error instanceof Error)) return String(error);
  const text = "stderr" in error && typeof error.stderr === "string" ? error.stderr : error.message;
  return text.trim().split("\n").findLast((line) => line.trim() !== "") ?? error.message;
}
