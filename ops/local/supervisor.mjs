// @ts-check
import { setTimeout as sleep } from "node:timers/promises";

/** @typedef {import("./child.mjs").Child} Child */
/**
 * @typedef {object} Supervised
 * @property {() => Child} child
 * @property {() => void} settle it has worked: from now on patience pays
 * @property {Promise<string>} failed
 * @property {() => Promise<void>} stop
 */

const backoffMsFirst = 500;
const backoffMsMax = 10_000;
const calmMs = 60_000;
const restartsMaxUsual = 8;
const restartsMaxAtFirst = 1; // What has never worked is rather wrong than unlucky.

/**
 * Keeps a process running: when it ends unasked it is started again, each time after a longer wait; after eight
 * restarts without a calm minute (one before it has ever worked) `failed` says so.
 * @param {{ name: string, start: () => Promise<Child>, log: (line: string) => void, onStart: (child: Child) => void }} options
 * @returns {Promise<Supervised>}
 */
export async function supervise({ name, start, log, onStart }) {
  const stopping = new AbortController();
  let child = await start();
  let restartsMax = restartsMaxAtFirst;
  onStart(child);
  const startAgain = async () => {
    try {
      child = await start();
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
      return false;
    }
    if (stopping.signal.aborted) await child.stop(); // The stop came while it was starting.
    else onStart(child);
    return true;
  };
  const watch = async () => {
    for (let restarts = 0;;) {
      const sinceMs = performance.now();
      const exit = await child.exited;
      if (stopping.signal.aborted) return;
      if (performance.now() - sinceMs > calmMs) restarts = 0;
      log(`${name} ended unexpectedly (${exit.signal ?? `exit code ${exit.code}`})`);
      do {
        if (restarts >= restartsMax) return `${name} does not stay up (restarts: ${restarts})`;
        await backoff(restarts++, stopping.signal);
        if (stopping.signal.aborted) return;
      } while (!await startAgain());
      log(`${name} was started again`);
    }
  };
  const watched = watch();
  /** @type {Promise<string>} */
  const failed = new Promise((resolve, reject) => {
    watched.then((failure) => failure !== undefined && resolve(failure), reject);
  });
  const stop = async () => {
    stopping.abort();
    await child.stop();
    await watched;
  };
  return { child: () => child, settle: () => void (restartsMax = restartsMaxUsual), failed, stop };
}

/**
 * Each time twice as long; a stop ends the wait.
 * @param {number} restarts
 * @param {AbortSignal} signal
 */
async function backoff(restarts, signal) {
  const waitMs = Math.min(backoffMsFirst * 2 ** restarts, backoffMsMax);
  await sleep(waitMs, undefined, { signal }).catch((error) => {
    if (!signal.aborted) throw error;
  });
}
