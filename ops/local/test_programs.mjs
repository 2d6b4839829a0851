// @ts-check
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Unusable } from "./unusable.mjs";

const run = promisify(execFile);
const installMsMax = 600_000;
const outputBytesMax = 16 * 1024 * 1024;

/** @typedef {{ title: string, variable: string, names: readonly string[], debianPackage: string }} TestProgram */

/** Shows pages as people see them. @type {TestProgram} */
export const chromium = {
  title: "Chromium",
  variable: "CHROMIUM",
  names: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
  debianPackage: "chromium",
};
/** Draws and reads PDFs; its other programs lie in the same folder. @type {TestProgram} */
export const poppler = {
  title: "Poppler",
  variable: "PDFTOPPM",
  names: ["pdftoppm"],
  debianPackage: "poppler-utils",
};

/**
 * A program that only tests need: named by its variable, else on PATH. Undefined where there is none.
 * @param {TestProgram} program
 * @returns {string | undefined}
 */
export function findProgram({ variable, names }) {
  const named = process.env[variable];
  if (named) {
    if (isProgram(named)) return named;
    throw new Unusable(`Cannot run ${variable} ${named}: there is no such program`, { exitCode: 2 });
  }
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter((one) => one !== "")) {
    const found = names.map((name) => join(folder, name)).find(isProgram);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Installs it from the machine's own mirror where it is missing. It needs libraries by the dozen, which only the system's package
 * manager can put in place: that takes root.
 * @param {TestProgram} program
 * @param {(line: string) => void} log
 */
export async function installProgram(program, log) {
  const { debianPackage } = program;
  if (findProgram(program) !== undefined) return;
  if (process.getuid?.() !== 0) throw new Unusable(whatToInstall(program, "only root can install it"));
  log(`${debianPackage} is not installed: installing it from this machine's Debian mirror`);
  const options = {
    timeout: installMsMax,
    maxBuffer: outputBytesMax,
    env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
  };
  try {
    await run("apt-get", ["-q", "update"], options);
    await run("apt-get", ["-q", "-y", "--no-install-recommends", "install", debianPackage], options);
  } catch (error) {
    throw new Unusable(whatToInstall(program, `installing it failed (${lastLine(error)})`), { cause: error });
  }
  if (findProgram(program) === undefined) {
    throw new Unusable(whatToInstall(program, "its package has no such program"));
  }
}

/**
 * @param {TestProgram} program
 * @param {string} why
 */
export function whatToInstall({ title, variable, debianPackage }, why) {
  return `Cannot find ${title}, and ${why}: install it (apt-get install ${debianPackage}), or name it in ${variable}`;
}

/**
 * Its path; undefined where it is not, which a test says and skips. In CI it is an error.
 * @param {TestProgram} program
 * @returns {string | undefined}
 */
export function programForTests(program) {
  const found = findProgram(program);
  if (found !== undefined) return found;
  const missing = whatToInstall(program, "tests do not install it");
  if (process.env["CI"]) throw new Error(missing);
  console.warn(`skipped: ${missing}`);
  return undefined;
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
