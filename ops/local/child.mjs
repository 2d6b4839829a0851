// @ts-check
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { openLogFile } from "./log_file.mjs";

/** @typedef {{ code: number | null, signal: string | null }} Exit */
/**
 * @typedef {object} Child
 * @property {string} name
 * @property {number} pid
 * @property {Promise<Exit>} exited
 * @property {() => Exit | undefined} exit what it ended with, if it ended
 * @property {(signal?: NodeJS.Signals) => Promise<Exit>} stop asks it to end; after its patience, kills it
 */
/**
 * @typedef {object} ChildOptions
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string | undefined>} [env] added to our own environment
 * @property {string} [cwd]
 * @property {string[]} [prefix] a command that runs the command, as another user
 * @property {string} [logPath]
 * @property {(line: string) => void} [onLine]
 * @property {number} [stopMsMax]
 * @property {NodeJS.Signals} [stopSignal]
 */

const stopMsMaxUsual = 10_000;
/** @type {boolean | undefined} */
let setprivWorks;

/** Linux only: with setpriv a child ends with its parent, even when that was killed with -9. */
function hasSetpriv() {
  setprivWorks ??= process.platform === "linux" &&
    spawnSync("setpriv", ["--pdeathsig", "SIGTERM", "true"], { stdio: "ignore" }).status === 0;
  return setprivWorks;
}

/**
 * @param {ChildOptions} options
 * @returns {Promise<Child>}
 */
export async function startChild({ name, command, args, env, cwd, prefix = [], ...options }) {
  const { logPath, onLine, stopSignal = "SIGTERM", stopMsMax = stopMsMaxUsual } = options;
  const binding = hasSetpriv() ? ["setpriv", "--pdeathsig", stopSignal, "--"] : [];
  const [program = command, ...programArgs] = [...prefix, ...binding, command, ...args];
  const child = spawn(program, programArgs, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // Ctrl-C in a terminal reaches the launcher only, which then stops things in order.
  });
  const pid = await new Promise((resolve, reject) => {
    child.once("spawn", () => resolve(child.pid));
    child.once("error", reject);
  });
  const log = logPath === undefined ? undefined : openLogFile(logPath);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      log?.write(line);
      onLine?.(line);
    });
  }
  /** @type {Exit | undefined} */
  let ended;
  const exited = new Promise((/** @type {(exit: Exit) => void} */ resolve) => {
    child.once("close", async (code, signal) => {
      ended = { code, signal };
      await log?.close();
      resolve(ended);
    });
  });
  const send = (/** @type {NodeJS.Signals} */ signal) => {
    // By pid: Deno's ChildProcess takes a signal that was sent for one that ended it. Not once it has ended.
    if (ended === undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(pid, signal);
    }
  };
  const stop = async (signal = stopSignal) => {
    send(signal);
    const timer = setTimeout(() => send("SIGKILL"), stopMsMax);
    return await exited.finally(() => clearTimeout(timer));
  };
  return { name, pid, exited, exit: () => ended, stop };
}
