import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { projectFolder, type Ran, ranOnNode, type Spawned, startProgram } from "../bench/child.ts";
import type { Target } from "../demo/target.ts";
import { freePort } from "../local/ports.mjs";
import { isRunning, type ProcessName } from "../local/process_table.mjs";

export type Part = "edge" | "host" | "projector" | "nats-server" | "postgres";

/** A whole system as `npm start` starts it: folders and an address of its own, kept over restarts. */
export interface TemporarySystem extends Target {
  readonly dataDir: string;
  runtime(): Runtime;
  /** Starts it and waits until it says that it is ready; its seconds. */
  start(): Promise<number>;
  /** Starts its servers alone, to restore a backup into. */
  startServers(): Promise<void>;
  /** `kill -9` of one process; the launcher starts it again. */
  kill(part: Part): void;
  /** `kill -9` of everything at once, the launcher too. */
  killAll(): Promise<void>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** Runs `npx waybill …` as somebody does in another terminal. */
  waybill(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** From the next start on another checkout of the code runs; undefined: this one. */
  deploy(codeFolder: string | undefined): void;
  /** From the next start on another data folder, empty at first, is at the same address. */
  moveTo(name: string): void;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

const key = "key-of-its-own-without-any-rate-limit";
const readyMsMax = 300_000;

const processName = z.object({ pid: z.int(), started: z.string() });
const runtimeFile = z.object({
  natsUrl: z.string(),
  natsToken: z.string(),
  databaseUrl: z.string(),
  launcher: processName,
  /** By process: the port where it tells /livez, /readyz and /metrics. */
  health: z.record(z.string(), z.int()),
  pids: z.record(z.enum(["edge", "host", "projector", "nats-server", "postgres"]), processName),
});
export type Runtime = z.output<typeof runtimeFile>;

/** The user's own servers and settings stay out of it. */
const unset = Object.fromEntries(
  ["NATS_URL", "NATS_TOKEN", "DATABASE_URL", "WAYBILL_SECRET", "WAYBILL_HOST", "WAYBILL_BOOTSTRAP_KEY"]
    .flatMap((name) => [[name, undefined], [`${name}_FILE`, undefined]]),
);

/** The environment of a command that a user runs beside the system. */
export const environmentBeside = (dataDir: string) => ({
  ...unset,
  WAYBILL_DATA: dataDir,
  WAYBILL_BOOTSTRAP_KEY: key,
});

/** `env`: what the user has set besides. */
export async function temporarySystem(env: Readonly<Record<string, string>> = {}): Promise<TemporarySystem> {
  const folder = mkdtempSync(join(tmpdir(), "waybill-own-"));
  chmodSync(folder, 0o711); // Root's Postgres runs as nobody.
  const port = await freePort();
  let dataDir = join(folder, "data"), code = projectFolder, launcher: Spawned | undefined;
  const runtime = () => runtimeFile.parse(JSON.parse(readFileSync(join(dataDir, "runtime.json"), "utf8")));
  const ended = async (signal?: NodeJS.Signals) => {
    await launcher?.stop(signal);
    launcher = undefined;
  };
  const launch = async (readyLine: string, ...flags: readonly string[]) => {
    launcher = await startProgram({
      args: [join(code, "ops", "waybill.mjs"), "start", ...flags],
      env: { ...environmentBeside(dataDir), WAYBILL_PORT: String(port), ...env },
      readyLine,
      readyMsMax,
    });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    key,
    get dataDir() {
      return dataDir;
    },
    runtime,
    start: async () => {
      const startedAtMs = performance.now();
      await launch("Waybill is ready");
      return (performance.now() - startedAtMs) / 1_000;
    },
    startServers: () => launch("Waybill's servers are ready", "--servers-only"),
    kill: (part) => killNow(runtime().pids[part]),
    killAll: async () => {
      const { pids, launcher: parent } = runtime();
      // The launcher last: when it dies, its children are told to end in good order, which is not what is wanted here.
      for (const name of [...Object.values(pids), parent]) killNow(name);
      await ended("SIGKILL");
    },
    stop: () => ended(),
    waybill: (args, more = {}) =>
      ranOnNode(["ops/waybill.mjs", ...args], { ...environmentBeside(dataDir), ...more }),
    deploy: (codeFolder) => void (code = codeFolder ?? projectFolder),
    moveTo: (name) => void (dataDir = join(folder, name)),
    remove: async () => {
      await ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function killNow(name: ProcessName): void {
  if (isRunning(name)) process.kill(name.pid, "SIGKILL");
}
