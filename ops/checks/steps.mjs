// @ts-check
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @typedef {import("./suite.mjs").Step} Step */
/** @typedef {{ passed: number, failed: number, skipped: number, tests: number }} Counts */
/** @typedef {Counts & { failures: string[] }} Result what failed, and the first lines of why */
/** @typedef {{ fullName: string, status: string, failureMessages?: string[] | null }} TestReport */
/** @typedef {{ name: string, status: string, message?: string, assertionResults: TestReport[] }} FileReport */

const stepMsMax = 3_600_000, linesOfFailureMax = 6;

/**
 * Runs one step and prints how it went: a check's output only when it fails.
 * @param {Step} step
 * @param {(line: string) => void} print
 * @returns {Promise<Result>}
 */
export async function runStep(step, print) {
  const sinceMs = performance.now();
  const { ok, output, counts, failures } = step.countsTests
    ? await runTests(step)
    : { ...await run(step, "pipe"), counts: undefined, failures: undefined };
  const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(1);
  if (!ok && output !== "") print(output.trimEnd());
  print(`${ok ? "ok  " : "FAIL"}  ${step.name}  ${seconds} s`);
  const alone = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, tests: 0 };
  return { ...(counts ?? alone), failures: failures ?? (ok ? [] : [shortened(step.name, output)]) };
}

/**
 * Adds up tests and steps.
 * @param {Counts[]} results
 * @returns {Counts}
 */
export function sumOf(results) {
  const sum = { passed: 0, failed: 0, skipped: 0, tests: 0 };
  for (const { passed, failed, skipped, tests } of results) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    sum.tests += tests;
  }
  return sum;
}

/** @param {Counts} sum */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * What vitest's JSON report says; a run that failed without a failed test (a file that does not load, an error
 * outside of tests, no test at all) is one failure.
 * @param {{ numTotalTests: number, numPassedTests: number, numFailedTests: number } | undefined} report
 * @param {boolean} ok
 * @returns {Counts}
 */
export function countsOf(report, ok) {
  const { numTotalTests: tests = 0, numPassedTests: passed = 0, numFailedTests = 0 } = report ?? {};
  const failed = ok && tests > 0 ? numFailedTests : Math.max(numFailedTests, 1);
  return { passed, failed, skipped: tests - passed - numFailedTests, tests };
}

/**
 * The failed tests of vitest's JSON report, and files that did not get as far as their tests.
 * @param {{ testResults?: FileReport[] } | undefined} report
 * @returns {string[]}
 */
export function failuresOf(report) {
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === "failed");
    if (failed.length === 0) return status === "failed" ? [shortened(name, message ?? "")] : [];
    return failed.map(({ fullName, failureMessages }) =>
      shortened(`${name}: ${fullName}`, failureMessages?.join("\n") ?? "")
    );
  });
}

/**
 * @param {string} name
 * @param {string} why
 */
function shortened(name, why) {
  const lines = why.trim().split("\n").slice(0, linesOfFailureMax);
  return [name, ...lines.filter((line) => line !== "").map((line) => `    ${line}`)].join("\n");
}

/** @param {Step} step */
async function runTests(step) {
  const folder = mkdtempSync(join(tmpdir(), "waybill-tests-"));
  const file = join(folder, "report.json");
  try {
    const args = [...step.args, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { ok } = await run({ ...step, args }, "inherit");
    const report = readReport(file), counts = countsOf(report, ok);
    return { ok: counts.failed === 0, output: "", counts, failures: failuresOf(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined; // It never got so far.
    throw error;
  }
}

/**
 * @param {Step} step
 * @param {"inherit" | "pipe"} stdio
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function run({ command, args, env }, stdio) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ["ignore", stdio, stdio],
      env: { ...process.env, ...env },
      timeout: stepMsMax,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes) => output += bytes);
    child.once("error", (error) => resolve({ ok: false, output: `Cannot run ${command}: ${error.message}` }));
    child.once("close", (code) => resolve({ ok: code === 0, output }));
  });
}
