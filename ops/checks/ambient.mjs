// @ts-check
// The log, its readers and what is true must give the same run for the same seed: clocks, chance and timers come by
// the Runtime that code is given. http/ and ops/ face the world and are not simulated; tests may wait for real.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { sourceFiles } from "./source_files.mjs";

/** @typedef {{ line: number, what: string }} Use */

/** Files that are the outside, each with the reason. One that needs it no more leaves the list. */
export const adapters = {
  "projections/database.ts": "the Postgres driver: how long it waits before it listens again",
  "projections/migrate.ts": "how long a database and its tables are waited for, before there is a Runtime",
  "streams/broker/link.ts": "the real JetStream: connecting and draining",
  "streams/broker/publisher.ts": "the real JetStream: ids of messages, by which it drops doubles",
  "streams/broker/reader.ts": "the real JetStream: names of consumers, silence, when to try again",
  "streams/broker/requester.ts": "the real JetStream: how long an answer may take",
  "streams/system_runtime.ts": "the Runtime of this machine",
};

const rooms = /^(actors|streams|projections)\//;
const testCode = /\.test\.ts$|\/testing\/|contract[a-z_]*\.ts$/;

/** Not to be named at all, whosever they are. */
const names = new Set([
  ...["setTimeout", "setInterval", "setImmediate", "performance", "hrtime", "Temporal"],
  ...["randomUUID", "getRandomValues", "randomBytes", "randomInt", "randomFill", "randomFillSync"],
]);
const modules = /^(node:)?(timers(\/promises)?|perf_hooks)$|^ulid$/;
/** Good for many things and bad for one. @type {Record<string, string>} */
const members = { Date: "now", Math: "random", AbortSignal: "timeout" };

/**
 * Every clock, timer and chance that the text takes by itself. Types, comments and strings are none.
 * @param {string} path
 * @param {string} text
 * @returns {Use[]}
 */
export function ambientUses(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  /** @type {Use[]} */
  const uses = [];
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    const what = ts.isIdentifier(node) ? ofName(node) : ts.isStringLiteral(node) ? ofModule(node) : undefined;
    if (what !== undefined) {
      uses.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, what });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
}

/**
 * @param {ts.Identifier} node
 * @returns {string | undefined}
 */
function ofName(node) {
  const { text, parent } = node;
  if (names.has(text)) return text;
  const member = Object.hasOwn(members, text) ? members[text] : undefined;
  if (member === undefined) return undefined;
  // `globalThis.Date` is Date.
  const held = ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node;
  const user = held.parent;
  if (ts.isPropertyAccessExpression(user) && user.expression === held) {
    return user.name.text === member ? `${text}.${member}` : undefined;
  }
  if (ts.isNewExpression(user) && user.expression === held) {
    return text === "Date" && !user.arguments?.length ? "new Date()" : undefined;
  }
  if (ts.isBinaryExpression(user) && user.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) {
    return undefined;
  }
  return `${text} as a value`; // `Date()`, `Date["now"]`, `const { random } = Math`: all of it may be used.
}

/**
 * @param {ts.StringLiteral} node
 * @returns {string | undefined}
 */
function ofModule({ text, parent }) {
  if (!modules.test(text)) return undefined;
  const dynamic = ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  const type = ts.isImportDeclaration(parent) && parent.importClause?.isTypeOnly === true;
  return (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || dynamic) && !type
    ? text
    : undefined;
}

/**
 * @param {Record<string, Use[]>} usesByFile
 * @param {Record<string, string>} allowed
 * @returns {string[]} one line for each thing that is wrong
 */
export function judge(usesByFile, allowed) {
  const wrong = Object.entries(usesByFile).flatMap(([path, uses]) =>
    Object.hasOwn(allowed, path)
      ? []
      : uses.map(({ line, what }) => `${path}:${line} uses ${what}: take a Runtime`)
  );
  const needless = Object.keys(allowed).filter((path) => (usesByFile[path] ?? []).length === 0);
  return [...wrong, ...needless.map((path) => `${path} needs no exception any more: take it off the list`)];
}

/** Of every file that simulation runs. */
export function usesOfAll() {
  const paths = sourceFiles().filter((path) => rooms.test(path) && !testCode.test(path));
  return Object.fromEntries(paths.map((path) => [path, ambientUses(path, readFileSync(path, "utf8"))]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const usesByFile = usesOfAll();
  const problems = judge(usesByFile, adapters), files = Object.keys(usesByFile).length;
  for (const problem of problems) console.error(problem);
  console.log(`${files} files, ${problems.length} wrong`);
  process.exitCode = problems.length > 0 || files === 0 ? 1 : 0;
}
