// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** @typedef {{ pid: number, started: string }} ProcessName a pid alone is used again after a restart */

const linux = existsSync("/proc/self/stat");

/**
 * When a process was started, as an opaque text that no later process with its pid can have; "" = not running.
 * @param {number} pid
 */
export function startedAt(pid) {
  if (!linux) return ask(pid, "lstart=");
  const stat = readProc(pid, "stat");
  // The second field is the command in brackets and may hold blanks; the start is field 22.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, started] = [fields[0], fields[19]];
  return started === undefined || state === "Z" ? "" : `${bootId()}/${started}`;
}

/** @param {number} pid */
export function commandLineOf(pid) {
  return linux ? readProc(pid, "cmdline").replaceAll("\0", " ").trim() : ask(pid, "command=");
}

/** @param {ProcessName} name */
export function isRunning({ pid, started }) {
  return started !== "" && startedAt(pid) === started;
}

/**
 * @param {number} pid
 * @returns {ProcessName}
 */
export function processName(pid) {
  return { pid, started: startedAt(pid) };
}

/**
 * @param {number} pid
 * @param {string} file
 */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) {
      return "";
    }
    throw error;
  }
}

function bootId() {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/**
 * @param {number} pid
 * @param {string} column
 */
function ask(pid, column) {
  return spawnSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
}
