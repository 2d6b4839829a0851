// @ts-check
import { denoBinary, denoEnvironment } from "../local/deno.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} [env]
 * @property {boolean} [countsTests] vitest: its tests are counted, and its output is shown as it comes
 */

const vitest = [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--config",
  "ops/testing/vitest.config.ts",
  "--root",
  ".",
];

/**
 * The steps of `npm test`. Deno is what users run, so it runs everything; Node's turn is what needs no server, and in
 * CI that comes with it.
 * @param {{ quick: boolean, node: boolean, both: boolean, filters: string[] }} options
 * @returns {Step[]}
 */
export function chosenSteps({ quick, node, both, filters }) {
  if (node) return [testsOn("node", { quick, filters })];
  if (filters.length > 0) return [testsOn("deno", { quick, filters })];
  const nodeToo = both && !quick ? [testsOn("node", { quick: true, filters })] : [];
  return [...staticSteps(), testsOn("deno", { quick, filters }), ...nodeToo];
}

/** @returns {Step[]} */
function staticSteps() {
  const onDeno = (/** @type {string} */ name, /** @type {string[]} */ args) => ({
    name,
    command: denoBinary(),
    args,
    env: { ...denoEnvironment(), NO_COLOR: "1" },
  });
  const onNode = (/** @type {string} */ name, /** @type {string} */ script) => ({
    name,
    command: process.execPath,
    args: [script],
  });
  return [
    onDeno("format (deno fmt)", ["fmt", "--check", "--quiet"]),
    onDeno("lint (deno lint)", ["lint", "--quiet"]),
    onDeno("types (deno check)", ["check", "--quiet"]),
    onNode("imports between rooms", "ops/checks/imports.mjs"),
    onNode("sizes of files and functions", "ops/checks/ratchet.mjs"),
    onNode("clock and chance only by the runtime", "ops/checks/ambient.mjs"),
  ];
}

/**
 * @param {"deno" | "node"} runtime
 * @param {{ quick: boolean, filters: string[] }} options
 * @returns {Step}
 */
function testsOn(runtime, { quick, filters }) {
  const chosen = [...vitest, ...(quick ? ["--project", "unit"] : []), ...filters];
  const name = `${quick ? "tests that need no server" : "tests"} on ${runtime === "deno" ? "Deno" : "Node"}`;
  if (runtime === "node") return { name, command: process.execPath, args: chosen, countsTests: true };
  return {
    name,
    command: denoBinary(),
    args: ["run", "-A", ...chosen],
    env: denoEnvironment(),
    countsTests: true,
  };
}
