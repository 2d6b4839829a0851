import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect } from "vitest";
import { z } from "zod";
import { projectFolder, type Spawned, startProgram } from "../bench/child.ts";
import { freePort } from "../local/ports.mjs";
import { isRunning, type ProcessName } from "../local/process_table.mjs";
import { type Caller, callerOf } from "./caller.ts";

export type Part = "edge" | "host" | "projector" | "nats-server" | "postgres";

/** A whole system as `npm start` starts it: a data folder and a port of its own, kept over restarts. */
export interface System extends Caller {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  runtime(): Runtime;
  /** Starts it and waits until it says that it is ready; its seconds. */
  start(): Promise<number>;
  /** `kill -9` of one process; the launcher starts it again. */
  kill(part: Part): void;
  /** Waits until the part runs as another process than the one that `before` names. */
  untilRestarted(part: Part, before: Runtime): Promise<void>;
  /** `kill -9` of everything at once, the launcher too. */
  killAll(): Promise<void>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

const key = "e2e-key-without-any-rate-limit";
const readyMsMax = 120_000;
const restartMsMax = 60_000;

const processName = z.object({ pid: z.int(), started: z.string() });
const runtimeFile = z.object({
  natsUrl: z.string(),
  natsToken: z.string(),
  databaseUrl: z.string(),
  launcher: processName,
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
export async function newSystem(env: Readonly<Record<string, string>> = {}): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), "waybill-e2e-"));
  chmodSync(folder, 0o711); // Root's Postgres runs as nobody.
  const dataDir = join(folder, "data");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let launcher: Spawned | undefined;
  const runtime = () => runtimeFile.parse(JSON.parse(readFileSync(join(dataDir, "runtime.json"), "utf8")));
  const stop = async () => {
    await launcher?.stop();
    launcher = undefined;
  };
  return {
    ...callerOf({ url, key }),
    url,
    key,
    dataDir,
    runtime,
    start: async () => {
      const startedAtMs = performance.now();
      launcher = await startProgram({
        args: [join(projectFolder, "ops", "waybill.mjs"), "start"],
        env: { ...environmentBeside(dataDir), WAYBILL_PORT: String(port), ...env },
        readyLine: "Waybill is ready",
        readyMsMax,
      });
      return (performance.now() - startedAtMs) / 1_000;
    },
    kill: (part) => killNow(runtime().pids[part]),
    untilRestarted: async (part, before) => {
      const now = () => runtime().pids[part];
      await expect.poll(() => now().pid !== before.pids[part].pid && isRunning(now()), {
        timeout: restartMsMax,
      }).toBe(true);
    },
    killAll: async () => {
      const { pids, launcher: parent } = runtime();
      // The launcher last: when it dies, its children are told to end in good order, which is not what is wanted here.
      for (const name of [...Object.values(pids), parent]) killNow(name);
      await launcher?.stop("SIGKILL");
      launcher = undefined;
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function killNow(name: ProcessName): void {
  if (isRunning(name)) process.kill(name.pid, "SIGKILL");
}
