// @ts-check
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { runningRuntime } from "./data_folder.mjs";
import { denoBinary, denoEnvironment, filesNamed, filesOfSettings, permissionFlags } from "./deno.mjs";
import { environmentOf } from "./roles.mjs";
import { readSettings } from "./settings.mjs";
import { Unusable } from "./unusable.mjs";

/** @typedef {import("./settings.mjs").Settings} Settings */

/** Commands that start servers of their own, signal them, look them up in /proc: who may run any program may do anything. */
const commandsWithProcesses = ["bench", "cluster", "chaos", "drill"];
/** What it asks of the system beside the others: how full a disk is. */
const doctor = "doctor";

/**
 * Any command but `start`: Deno on `ops/main.ts`, told where the system that runs on this machine is.
 * @param {{ args: string[], projectFolder: string }} options
 * @returns {Promise<number>}
 */
export async function runCommand({ args, projectFolder }) {
  const settings = args[0] === doctor ? settingsAsFarAsUsable(process.env) : readSettings(process.env);
  const { dataDir } = settings;
  const processes = commandsWithProcesses.includes(args[0] ?? "");
  const { files, outputs } = filesNamed(args);
  const flags = processes ? ["--no-prompt", "--allow-all"] : permissionFlags({
    projectFolder,
    dataDir,
    files: [...files, ...filesOfSettings(process.env)],
    outputs,
    facts: args[0] === doctor ? ["statfs"] : [],
  });
  const child = spawn(denoBinary(), ["run", ...flags, join(projectFolder, "ops", "main.ts"), ...args], {
    stdio: "inherit",
    env: { ...process.env, ...denoEnvironment(), ...(processes ? {} : foundSystem(settings)) },
  });
  // A terminal's Ctrl-C reaches the command itself; we only wait for it. What is sent to us alone is passed on.
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
  });
}

/**
 * What cannot be used is the doctor's to tell.
 * @param {Record<string, string | undefined>} env
 */
function settingsAsFarAsUsable(env) {
  try {
    return readSettings(env);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return readSettings({ WAYBILL_DATA: env["WAYBILL_DATA"] });
  }
}

/**
 * What the user has set wins; the rest comes from the system that runs on the data folder, if one does.
 * @param {Settings} settings
 */
function foundSystem({ dataDir }) {
  const runtime = runningRuntime(dataDir);
  if (runtime === undefined) return { WAYBILL_DATA: dataDir };
  const secrets = { key: keptText(dataDir, "bootstrap-key"), secret: keptText(dataDir, "secret") };
  const found = environmentOf({ runtime, dataDir });
  const all = { ...found, WAYBILL_BOOTSTRAP_KEY: secrets.key, WAYBILL_SECRET: secrets.secret };
  const unset = Object.entries(all).filter(([name]) => !process.env[name] && !process.env[`${name}_FILE`]);
  return Object.fromEntries(unset.filter(([, value]) => value !== undefined));
}

/**
 * @param {string} folder
 * @param {string} name
 */
function keptText(folder, name) {
  try {
    return readFileSync(join(folder, name), "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
