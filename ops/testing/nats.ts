import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kill } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { findNatsServer } from "../local/nats_server.mjs";
import { freePort } from "../local/ports.mjs";

/** A real nats-server for tests: fsync before every ack, its own data, a free port. */
export interface TestNats {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  pid(): number;
  /** Sends the signal and, where it ends the process, waits for that. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Stops it and deletes its data unless they were given. */
  stop(): Promise<void>;
}
export interface TestNatsOptions {
  readonly dataDir?: string;
  readonly port?: number;
  /** More lines for its configuration. */
  readonly config?: string;
}

const readyMsMax = 120_000;

export async function startTestNats(options: TestNatsOptions = {}): Promise<TestNats> {
  const { path: binary } = await findNatsServer();
  const port = options.port ?? await freePort();
  const home = await mkdtemp(join(tmpdir(), "waybill-nats-"));
  const dataDir = options.dataDir ?? join(home, "data");
  const configFile = join(home, "nats.conf");
  await writeFile(configFile, configOf({ port, dataDir, more: options.config ?? "" }));
  const start = () => startProcess(binary, configFile, port);
  let child = await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    dataDir,
    pid: () => child.pid ?? 0,
    kill: async (signal) => {
      kill(child.pid ?? 0, signal);
      if (signal !== "SIGSTOP" && signal !== "SIGCONT") await ended(child);
    },
    restart: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended(child);
      child = await start();
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended(child);
      await rm(home, { recursive: true, force: true });
    },
  };
}

const configOf = ({ port, dataDir, more }: { port: number; dataDir: string; more: string }) => `
listen: "127.0.0.1:${port}"
max_payload: 8MB
jetstream { store_dir: ${JSON.stringify(dataDir)}, sync_interval: always, max_file_store: 64GB }
${more}
`;

async function startProcess(binary: string, configFile: string, port: number): Promise<ChildProcess> {
  const child = spawn(binary, ["-c", configFile], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  let ready = false;
  child.stderr?.on("data", (chunk) => {
    if (!ready) log += String(chunk);
  });
  const giveUpAtMs = Date.now() + readyMsMax;
  while (!log.includes("Server is ready")) {
    if (child.exitCode !== null || Date.now() > giveUpAtMs) {
      child.kill("SIGKILL");
      throw new Error(`Cannot start nats-server on port ${port}: ${log.slice(-2_000)}`);
    }
    await sleep(10);
  }
  ready = true;
  return child;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => child.once("exit", () => done()));
}
