// @ts-check
import { relative } from "node:path";
import { readSettings } from "./settings.mjs";
import { startSystem } from "./start.mjs";
import { Unusable } from "./unusable.mjs";

/** @typedef {import("./start.mjs").RunningSystem} RunningSystem */

const forceAfterMs = 1_000; // A terminal and npm may both pass on one Ctrl-C.

/**
 * `npm start`: runs until it is told to stop, then stops everything in order.
 * @param {{ args: string[], projectFolder: string }} options
 * @returns {Promise<number>}
 */
export async function runLauncher({ args, projectFolder }) {
  const unknown = args.find((arg) => !["--json-logs", "--servers-only"].includes(arg));
  if (unknown !== undefined) {
    throw new Unusable(`Cannot start with ${unknown}: settings are environment variables (WAYBILL_PORT, …)`, {
      exitCode: 2,
    });
  }
  const startedAtMs = performance.now();
  const settings = readSettings(process.env);
  const json = args.includes("--json-logs"), serversOnly = args.includes("--servers-only");
  const log = (/** @type {string} */ line) => console.log(json ? logLine(line) : line);
  const stopping = stopSignal(log);
  /** @type {RunningSystem} */
  let system;
  try {
    system = await startSystem({ settings, projectFolder, log, aborted: stopping.signal, serversOnly });
  } catch (error) {
    if (stopping.signal.aborted && error === stopping.signal.reason) return 0;
    throw error;
  }
  const secondsText = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  if (serversOnly) log("Waybill's servers are ready; nothing else runs, so that a backup can be restored");
  else log(json ? `ready at ${system.url}` : welcome({ system, dataDir: settings.dataDir, secondsText }));
  const failure = await Promise.race([system.failed, stopping.asked]);
  if (failure !== undefined) log(failure);
  await system.stop();
  log("stopped");
  return failure === undefined ? 0 : 1;
}

/** @param {(line: string) => void} log */
function stopSignal(log) {
  const controller = new AbortController();
  let askedAtMs = 0;
  /** @type {Promise<undefined>} */
  const asked = new Promise((resolve) => {
    for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.on(name, () => {
        if (controller.signal.aborted) {
          // The children end with us, and the next start recovers whatever was cut off.
          if (performance.now() - askedAtMs > forceAfterMs) process.exit(1);
          return;
        }
        askedAtMs = performance.now();
        log("stopping: finishing what was accepted (again to stop at once)");
        controller.abort(new Error("asked to stop"));
        resolve(undefined);
      });
    }
  });
  return { signal: controller.signal, asked };
}

/** @param {{ system: RunningSystem, dataDir: string, secondsText: string }} options */
function welcome({ system: { url, key, keyIsNew }, dataDir, secondsText }) {
  const folder = relative(process.cwd(), dataDir);
  return `
Waybill is ready at ${url} (${secondsText} s). Data: ${folder.startsWith("..") ? dataDir : folder || "."}
${keyIsNew ? "A key was made for you" : "Your key"}: ${key}

Try:
  export KEY=${key}
  curl ${url}/v1/stock/receipts -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
    -d '{"reference":"PO-1","location":"main","lines":[{"sku":"TEA","quantity":10}]}'
  curl ${url}/v1/stock/TEA -H "Authorization: Bearer $KEY"
  npm run demo        in another terminal: a small shop's orders, and a report
  ${url}/docs         every request, with a form to send it
  ${url}/ops          what is going on, for who has the key

Ctrl-C stops everything that was started.`.trimStart();
}

/** @param {string} text */
function logLine(text) {
  return JSON.stringify({ level: 30, time: Date.now(), name: "launcher", msg: text });
}
