// @ts-check
import { readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLineOf } from "./process_table.mjs";
import { Unusable } from "./unusable.mjs";

const stopMsMax = 20_000;

/**
 * After a kill -9 the cluster may still be run by the old server, or its pid file may name a process that has
 * nothing to do with it: the first is stopped, the second file removed (Postgres itself would refuse to start).
 * @param {string} cluster
 */
export async function stopOrphan(cluster) {
  const pidFile = join(cluster, "postmaster.pid");
  const pid = readPid(pidFile);
  if (pid === undefined) return;
  const isOurs = () => commandLineOf(pid).includes(`-D ${cluster}`);
  if (!isOurs()) return await removeLeftovers(cluster);
  process.kill(pid, "SIGINT");
  const giveUpAtMs = performance.now() + stopMsMax;
  while (isOurs()) {
    if (performance.now() > giveUpAtMs) {
      throw new Unusable(`Cannot stop the Postgres of before: process ${pid}`);
    }
    await sleep(50);
  }
}

/**
 * The pid file, and the locks of sockets: each names the process that is gone, or another one by now.
 * @param {string} cluster
 */
async function removeLeftovers(cluster) {
  const sockets = (await readdir(cluster)).filter((name) => /^\.s\.PGSQL\.\d+(\.lock)?$/.test(name));
  for (const name of ["postmaster.pid", ...sockets]) await rm(join(cluster, name), { force: true });
}

/** @param {string} pidFile */
function readPid(pidFile) {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
