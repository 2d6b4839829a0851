// @ts-check
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Unusable } from "./unusable.mjs";

const run = promisify(execFile);
const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const installMsMax = 600_000;
const outputBytesMax = 16 * 1024 * 1024;

/**
 * The browser for tests of pages: CHROMIUM, then PATH. Undefined where there is none.
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env["CHROMIUM"];
  if (named) {
    if (isProgram(named)) return named;
    throw new Unusable(`Cannot run CHROMIUM ${named}: there is no such program`, { exitCode: 2 });
  }
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter((one) => one !== "")) {
    const found = names.map((name) => join(folder, name)).find(isProgram);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Installs it from the machine's own mirror where it is missing. It needs some hundred libraries, which only the system's
 * package manager can put in place: that takes root.
 * @param {(line: string) => void} log
 */
export async function installChromium(log) {
  if (findChromium() !== undefined) return;
  if (process.getuid?.() !== 0) throw new Unusable(whatToInstall("only root can install it"));
  log("chromium is not installed: installing it from this machine's Debian mirror");
  const options = {
    timeout: installMsMax,
    maxBuffer: outputBytesMax,
    env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
  };
  try {
    await run("apt-get", ["-q", "update"], options);
    await run("apt-get", ["-q", "-y", "--no-install-recommends", "install", "chromium"], options);
  } catch (error) {
    throw new Unusable(whatToInstall(`installing it failed (${lastLine(error)})`), { cause: error });
  }
  if (findChromium() === undefined) throw new Unusable(whatToInstall("its package has no such program"));
}

/** @param {string} why */
export function whatToInstall(why) {
  return `Cannot find Chromium, and ${why}: install it (apt-get install chromium), or name it in CHROMIUM`;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not for this user: the next place is asked.
  }
}

/** @param {unknown} error */
function lastLine(error) {
  if (!(error instanceof Error)) return String(error);
  const text = "stderr" in error && typeof error.stderr === "string" ? error.stderr : error.message;
  return text.trim().split("\n").findLast((line) => line.trim() !== "") ?? error.message;
}
