// @ts-check
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, processName } from "./process_table.mjs";

/** @typedef {import("./process_table.mjs").ProcessName} ProcessName */
/** @typedef {{ release: () => void } | { holder: ProcessName }} LockAttempt */

const waitMsMax = 300_000;
const attemptsMax = 20;
let asides = 0;

/**
 * Takes the lock, or says who holds it. A lock whose holder is gone (kill -9, power cut) is taken over.
 * @param {string} path
 * @returns {LockAttempt}
 */
export function tryLock(path) {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (createLock(path)) return { release: () => rmSync(path, { force: true }) };
    const holder = readHolder(path);
    if (holder !== undefined && isRunning(holder)) return { holder };
    removeStale(path);
  }
  throw new Error(`Cannot take the lock ${path}: others keep taking it`);
}

/**
 * Waits for its turn, at most five minutes.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  const giveUpAtMs = performance.now() + waitMsMax;
  for (;;) {
    const lock = tryLock(path);
    if ("release" in lock) return await work().finally(lock.release);
    if (performance.now() > giveUpAtMs) {
      throw new Error(`Cannot take the lock ${path}: process ${lock.holder.pid} holds it`);
    }
    await sleep(200);
  }
}

/** @param {string} path */
function createLock(path) {
  const aside = asideOf(path);
  writeFileSync(aside, JSON.stringify(processName(process.pid)), { mode: 0o600 });
  try {
    linkSync(aside, path); // Fails when there is one; a reader never sees half a lock.
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} path */
function removeStale(path) {
  const aside = asideOf(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return; // Another start was faster.
    throw error;
  }
  const moved = readHolder(aside);
  try {
    // Between our look and our move another start may have taken it over: then it is put back.
    if (moved !== undefined && isRunning(moved)) linkSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {ProcessName | undefined}
 */
function readHolder(path) {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, "utf8"));
    return Number.isInteger(pid) && typeof started === "string" ? { pid, started } : undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @param {string} path */
function asideOf(path) {
  return `${path}.${process.pid}.${++asides}`;
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
