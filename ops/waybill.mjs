#!/usr/bin/env node
// @ts-check
// The entry of `npm start` and `npx waybill`. It runs on any Node from 20 on, before anything is installed, so it
// imports nothing of npm's at its top.
import process from "node:process";
import { fileURLToPath } from "node:url";

const nodeMajorMin = 20;
const [nodeMajor = 0] = process.versions.node.split(".").map(Number);
if (nodeMajor < nodeMajorMin) {
  console.error(`Cannot run on Node ${process.versions.node}: Node ${nodeMajorMin} or newer is needed`);
  process.exit(1);
}
const { Unusable } = await import("./local/unusable.mjs");
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Unusable)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main(args) {
  const projectFolder = fileURLToPath(new URL("../", import.meta.url));
  const { installMissing } = await import("./local/install.mjs");
  installMissing(projectFolder, (line) => console.error(line));
  if (args[0] === "start" && !args.includes("--help")) {
    const { runLauncher } = await import("./local/launcher.mjs");
    return await runLauncher({ args: args.slice(1), projectFolder });
  }
  const { runCommand } = await import("./local/command.mjs");
  return await runCommand({ args, projectFolder });
}
