// @ts-check
// Sizes: a file has at most 250 lines, a function 40. What is longer stands in style_exceptions.json with its
// length, may not grow, and leaves the list when it has become short. Nothing passes 400 and 60.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { sourceFiles } from "./source_files.mjs";

/** @typedef {Record<string, number>} Lengths by file, or by `file#function` */

const limits = { file: { linesMax: 250, linesMaxHard: 400 }, function: { linesMax: 40, linesMaxHard: 60 } };
const exceptionsPath = fileURLToPath(new URL("style_exceptions.json", import.meta.url));

/**
 * The lengths of a file and of its functions, each without those inside it. In tests the callbacks of describe are
 * chapters, not functions.
 * @param {string} path
 * @param {string} text
 * @returns {Lengths}
 */
export function lengthsOf(path, text) {
  /** @type {Lengths} */
  const lengths = { [path]: text.trimEnd().split("\n").length };
  if (/\.test\.ts$|(specs|contract(_[a-z]+)?)\.ts$/.test(path)) return lengths;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (/** @type {number} */ position) => source.getLineAndCharacterOfPosition(position).line;
  /** @returns {number} the lines of the functions within, which are not counted to the outer one */
  const visit = (/** @type {ts.Node} */ node) => {
    let within = 0;
    ts.forEachChild(node, (child) => void (within += visit(child)));
    if (!ts.isFunctionLike(node) || !("body" in node) || !node.body) return within;
    const lines = lineOf(node.end) - lineOf(node.getStart()) + 1;
    const name = `${path}#${nameOf(node)}`;
    lengths[name] = Math.max(lengths[name] ?? 0, lines - within);
    return lines - 1;
  };
  visit(source);
  return lengths;
}

/**
 * @param {Lengths} lengths
 * @param {Lengths} exceptions
 * @returns {string[]} one line for each thing that is wrong
 */
export function judge(lengths, exceptions) {
  const tooLong = Object.entries(lengths).flatMap(([name, lines]) => {
    const { linesMax, linesMaxHard } = name.includes("#") ? limits.function : limits.file;
    const allowed = Math.min(exceptions[name] ?? linesMax, linesMaxHard);
    return lines > allowed ? [`${name} has ${lines} lines, at most ${allowed} are allowed`] : [];
  });
  const loose = Object.entries(exceptions).flatMap(([name, lines]) =>
    (lengths[name] ?? 0) < lines
      ? [`${name} is shorter than its exception now: run ratchet.mjs --shrink`]
      : []
  );
  return [...tooLong, ...loose];
}

/**
 * Lowers and removes exceptions, never adds one.
 * @param {Lengths} lengths
 * @param {Lengths} exceptions
 * @returns {Lengths}
 */
export function shrink(lengths, exceptions) {
  const kept = Object.entries(exceptions).flatMap(([name, lines]) => {
    const now = Math.min(lines, lengths[name] ?? 0);
    const { linesMax } = name.includes("#") ? limits.function : limits.file;
    return now > linesMax ? [/** @type {const} */ ([name, now])] : [];
  });
  return Object.fromEntries(kept);
}

/** @param {ts.SignatureDeclaration} node */
function nameOf(node) {
  if (node.name !== undefined) return node.name.getText();
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return "callback";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  /** @type {Lengths} */
  const exceptions = JSON.parse(readFileSync(exceptionsPath, "utf8"));
  const lengths = Object.assign(
    {},
    ...sourceFiles().map((path) => lengthsOf(path, readFileSync(path, "utf8"))),
  );
  if (process.argv.includes("--shrink")) {
    writeFileSync(exceptionsPath, JSON.stringify(shrink(lengths, exceptions), null, 2) + "\n");
  } else {
    const problems = judge(lengths, exceptions);
    for (const problem of problems) console.error(problem);
    console.log(`${Object.keys(lengths).length} files and functions, ${problems.length} too long`);
    process.exitCode = problems.length > 0 || Object.keys(lengths).length === 0 ? 1 : 0;
  }
}
