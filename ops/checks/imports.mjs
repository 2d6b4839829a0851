// @ts-check
// Runs dependency-cruiser over the rooms, and does not believe it when it has read nothing.
import { spawnSync } from "node:child_process";
import { sourceFiles } from "./source_files.mjs";

const outputBytesMax = 256 * 1024 * 1024;
const cruiser = "node_modules/dependency-cruiser/bin/dependency-cruise.mjs";
const rooms = ["actors", "streams", "projections", "http", "ops"];
const args = [cruiser, "--config", "ops/checks/import_rules.mjs", "--output-type", "json", ...rooms];
const { stdout, stderr, status } = spawnSync(process.execPath, args, {
  encoding: "utf8",
  maxBuffer: outputBytesMax,
});
if (!stdout.startsWith("{")) {
  console.error(stderr || stdout || `dependency-cruiser ended with ${status}`);
  process.exit(1);
}
/** @type {{ modules: { source: string }[], summary: { violations: { from: string, to: string, rule: { name: string }, cycle?: unknown[] }[] } }} */
const { modules, summary } = JSON.parse(stdout);
const read = new Set(modules.map(({ source }) => source));
const unread = sourceFiles().filter((path) => !read.has(path));
for (const path of unread) console.error(`${path} was not read`);
for (const { from, to, rule } of summary.violations) {
  console.error(`${from} may not import ${to} (${rule.name})`);
}
console.log(`${read.size} modules, ${summary.violations.length} wrong imports`);
process.exitCode = summary.violations.length + unread.length > 0 || read.size === 0 ? 1 : 0;
