import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Failure } from "../cli/failure.ts";

/** The Node that npm runs us with: the baselines and the load generator are not to run on the product's own runtime. */
export const nodeBinary = (): string => process.env["npm_node_execpath"] || "node";

export const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
const onNode = ["--import", new URL("./on_node.mjs", import.meta.url).href];

/** The command line that runs one of this folder's TypeScript files on Node. */
export const nodeArgs = (file: string, ...args: string[]): string[] => [
  ...onNode,
  fileURLToPath(new URL(`./${file}`, import.meta.url)),
  ...args,
];

export interface Spawned {
  readonly pid: number;
  /** The line that said that it is ready. */
  readonly ready: string;
  /** Ends it, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface SpawnOptions {
  readonly args: readonly string[];
  /** `undefined` unsets a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Begins a line that says that the process is ready. */
  readonly readyLine: string;
  readonly readyMsMax: number;
}

/** Starts a program on Node and waits for its ready line. */
export async function startProgram({ args, env, readyLine, readyMsMax }: SpawnOptions): Promise<Spawned> {
  const child = spawn(nodeBinary(), args, {
    cwd: projectFolder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed = (printed + text).slice(-8_192);
        const line = printed.split("\n").slice(0, -1).find((line) => line.startsWith(readyLine));
        if (line !== undefined) resolve(line);
      });
    }
  });
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    await ended;
  };
  const failed = Promise.race([ended.then(() => "ended"), elapsed(readyMsMax)]);
  const outcome = await Promise.race([
    ready.then((line) => ({ line })),
    failed.then((reason) => ({ reason })),
  ]);
  if ("line" in outcome && child.pid !== undefined) return { pid: child.pid, ready: outcome.line, stop };
  await stop("SIGKILL");
  const reason = "reason" in outcome ? outcome.reason : "has no process id";
  throw new Failure(`Cannot start ${args.join(" ")}: it ${reason}\n${printed.trim()}`);
}

export interface RunOptions {
  readonly input?: string;
  /** `undefined` unsets a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program on Node to its end; answers with what it printed on standard output. */
export async function runProgram(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { input = "", env } = options;
  const child = spawn(nodeBinary(), args, {
    cwd: projectFolder,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => printed += text);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Failure(`Cannot go on: ${args.slice(2, 3).join("")} ended with code ${code}`);
  return printed;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in the project's folder to its end, whatever that is. */
export async function ran(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ran> {
  const child = spawn(program, args, {
    cwd: projectFolder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "", stderr = "";
  child.stdout.on("data", (bytes) => stdout += bytes);
  child.stderr.on("data", (bytes) => stderr += bytes);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, stdout, stderr };
}

export const ranOnNode = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ran> => ran(nodeBinary(), args, env);

function elapsed(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve("was not ready in time"), ms).unref());
}
