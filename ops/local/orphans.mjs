// @ts-check
import { setTimeout as sleep } from "node:timers/promises";
import { readRuntime, removeRuntime } from "./data_folder.mjs";
import { isRunning } from "./process_table.mjs";

const stopMsMax = 15_000;

/**
 * Ends what a launcher that was killed has left running on this folder. A process is known by pid and start time, so
 * a later one that was given the same pid is never touched.
 * @param {string} folder
 * @param {(line: string) => void} log
 */
export async function stopOrphans(folder, log) {
  const runtime = readRuntime(folder);
  if (runtime === undefined) return;
  const all = Object.entries(runtime.pids);
  const isServer = (/** @type {string} */ name) => /^(nats|postgres)/.test(name);
  await stopAll(all.filter(([name]) => !isServer(name)), "SIGTERM", log); // First those that use the servers.
  await stopAll(all.filter(([name]) => isServer(name)), "SIGINT", log);
  removeRuntime(folder);
}

/**
 * @param {[string, import("./process_table.mjs").ProcessName][]} processes
 * @param {NodeJS.Signals} signal
 * @param {(line: string) => void} log
 */
async function stopAll(processes, signal, log) {
  const left = processes.flatMap(([name, known]) => isRunning(known) ? [{ name, known }] : []);
  for (const { name, known } of left) {
    log(`stopping ${name} (process ${known.pid}), left over from a start that was killed`);
    process.kill(known.pid, signal);
    process.kill(known.pid, "SIGCONT"); // One that was paused hears it only now.
  }
  const giveUpAtMs = performance.now() + stopMsMax;
  while (left.some(({ known }) => isRunning(known)) && performance.now() < giveUpAtMs) await sleep(50);
  for (const { known } of left) if (isRunning(known)) process.kill(known.pid, "SIGKILL");
}
