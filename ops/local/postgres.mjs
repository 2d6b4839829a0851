// @ts-check
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child.mjs";
import { freePort } from "./ports.mjs";
import { findPostgres } from "./postgres_binaries.mjs";
import { ensureDatabase } from "./postgres_database.mjs";
import { stopOrphan } from "./postgres_orphan.mjs";
import { postgresUser } from "./postgres_user.mjs";
import { Unusable } from "./unusable.mjs";

/** @typedef {import("./child.mjs").Child} Child */
/** @typedef {import("./postgres_user.mjs").PostgresUser | undefined} PostgresUser */
/** @typedef {Child & { url: string, port: number, socketFolder?: string }} PostgresServer */
/** @typedef {(line: string) => void} Log */

const readyMsMax = 60_000;
const socketPathBytesMax = 100; // The system's limit for the whole path is 107 on Linux, 103 on macOS.
const userName = "waybill";

/** For a small machine that Postgres shares with everything else; whatever keeps data safe stays as it is. */
const settings = {
  shared_buffers: "256MB",
  max_connections: "60",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  effective_cache_size: "1GB",
  max_wal_size: "1GB",
  wal_level: "minimal",
  max_wal_senders: "0",
  wal_compression: "on",
  random_page_cost: "1.1",
  max_parallel_workers_per_gather: "0",
  io_method: "sync",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  listen_addresses: "127.0.0.1",
  ...(process.platform === "linux" ? { recovery_init_sync_method: "syncfs" } : {}),
};
/** One call for the whole file system instead of one for each of a thousand files. */
const initdbSync = process.platform === "linux" ? ["--sync-method=syncfs"] : [];

/**
 * Starts the Postgres that npm installed; makes its cluster at the first start. `dataDir` is its alone.
 * @param {{ dataDir: string, port?: number, database?: string, settings?: Record<string, string>, logPath?: string, log?: Log }} options
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres({ dataDir, logPath, log = () => {}, ...options }) {
  const folder = resolve(dataDir);
  makeFolder(folder);
  const binaries = await findPostgres();
  const user = postgresUser({ postgres: binaries.postgres, folder });
  const cluster = join(folder, "cluster");
  const password = passwordOf(folder);
  if (!existsSync(cluster)) await makeCluster({ cluster, password, initdb: binaries.initdb, user });
  giveTo(user, cluster);
  await stopOrphan(cluster);
  const port = options.port ?? await freePort();
  const socketFolder = Buffer.byteLength(cluster) <= socketPathBytesMax - 20 ? cluster : undefined;
  const all = {
    ...settings,
    ...options.settings,
    port: String(port),
    unix_socket_directories: socketFolder ?? "",
  };
  const child = await launch({ binary: binaries.postgres, cluster, all, user, logPath, log });
  const database = options.database ?? userName;
  const url = `postgres://${userName}:${password}@127.0.0.1:${port}/${database}`;
  try {
    await ensureDatabase(url);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { ...child, url, port, ...(socketFolder === undefined ? {} : { socketFolder }) };
}

/** @param {{ binary: string, cluster: string, all: Record<string, string>, user: PostgresUser, logPath: string | undefined, log: Log }} options */
async function launch({ binary, cluster, all, user, logPath, log }) {
  let ready = false;
  /** @type {string[]} */
  const problems = [];
  const child = await startChild({
    name: "postgres",
    command: binary,
    args: ["-D", cluster, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    env: plainEnvironment(),
    prefix: user?.prefix ?? [],
    stopSignal: "SIGINT", // A fast shutdown: running statements are ended, the cluster is left clean.
    ...(logPath === undefined ? {} : { logPath }),
    onLine(line) {
      ready ||= line.includes("ready to accept connections");
      if (!/(WARNING|ERROR|FATAL|PANIC|HINT): /.test(line)) return;
      problems.push(line);
      if (ready && /(FATAL|PANIC): /.test(line)) log(line);
    },
  });
  const giveUpAtMs = performance.now() + readyMsMax;
  while (!ready) {
    const ended = child.exit() !== undefined;
    if (ended || performance.now() > giveUpAtMs) {
      await child.stop();
      throw new Unusable(
        `Cannot start Postgres: ${problems.at(0) ?? (ended ? "it ended" : "it is not ready in time")}`,
      );
    }
    await sleep(20);
  }
  return child;
}

/** @param {{ cluster: string, password: string, initdb: string, user: PostgresUser }} options */
async function makeCluster({ cluster, password, initdb, user }) {
  const fresh = `${cluster}.new`; // Renamed when whole: a first start that was killed begins again.
  const passwordFile = `${cluster}.password`;
  await rm(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) { for (const path of [fresh, passwordFile]) chownSync(path, user.uid, user.gid); }
  /** @type {string[]} */
  const lines = [];
  const args = ["-D", fresh, "-U", userName, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  const child = await startChild({
    name: "initdb",
    command: initdb,
    args: [...args, "--encoding=UTF8", "--locale=C", "--no-instructions", ...initdbSync],
    env: plainEnvironment(),
    prefix: user?.prefix ?? [],
    onLine: (line) => lines.push(line),
  });
  const { code } = await child.exited;
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    const reason = lines.findLast((line) => /error|fatal|could not/i.test(line)) ?? lines.at(-1) ??
      "no output";
    throw new Unusable(`Cannot make the Postgres cluster: ${reason}`);
  }
  await rename(fresh, cluster);
}

/** Without the user's own PG… variables, which would reach our server. */
function plainEnvironment() {
  const own = Object.keys(process.env).filter((name) => name.startsWith("PG"));
  return { ...Object.fromEntries(own.map((name) => [name, undefined])), LC_ALL: "C", TZ: "UTC" };
}

/** @param {string} folder */
function passwordOf(folder) {
  const path = join(folder, "password");
  if (existsSync(path)) return readFileSync(path, "utf8").trim();
  const password = randomBytes(24).toString("base64url");
  writeFileSync(path, password, { mode: 0o600, flag: "wx" });
  return password;
}

/** @param {string} folder */
function makeFolder(folder) {
  try {
    // 0711: the user nobody must pass to the cluster; what is secret has a mode of its own.
    mkdirSync(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (error) {
    throw new Unusable(`Cannot write to ${folder}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Data that another user started with (root once, someone else today) is given to the one who runs it now.
 * @param {PostgresUser} user
 * @param {string} path
 */
function giveTo(user, path) {
  if (user === undefined || lstatSync(path).uid === user.uid) return;
  const give = (/** @type {string} */ file) => {
    if (lstatSync(file).isDirectory()) { for (const name of readdirSync(file)) give(join(file, name)); }
    chownSync(file, user.uid, user.gid);
  };
  give(path);
}
