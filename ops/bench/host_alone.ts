import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { actorId } from "../../actors/ids.ts";
import { orderIdOf } from "../../http/order_id.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { type PackedCommand, streamNames, subjects } from "../../streams/record.ts";
import { decodeSends } from "../../streams/record_text.ts";
import { Failure } from "../cli/failure.ts";
import { denoBinary, denoEnvironment } from "../local/deno.mjs";
import { findNatsServer, startNats } from "../local/nats_server.mjs";
import { freePort } from "../local/ports.mjs";
import { projectFolder } from "./child.ts";

/** A host and its log, with nothing else: commands are published as an edge does. Runs on Node, in a program of its own. */

const packCommandsMax = 800, readyMsMax = 120_000, lagPacksMax = 20, lookMs = 20;
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export interface HostAlone {
  readonly pid: number;
  readonly readySeconds: number;
  stop(signal: NodeJS.Signals): Promise<void>;
}

export interface Log {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  stop(): Promise<unknown>;
}

/** The embedded profile's server. */
export async function startLog(dataDir: string): Promise<Log> {
  const { path: binary } = await findNatsServer(), logPath = join(dataDir, "nats-server.log");
  return await startNats({ binary, dataDir: join(dataDir, "nats"), logPath });
}

/** Ready is when something that was asked of the partition is decided: an order that nobody knows. */
export async function startHost({ url, token }: Log, dataDir: string, broker: Broker): Promise<HostAlone> {
  const port = await freePort(), startedMs = performance.now();
  const args = ["run", "-A", "--v8-flags=--max-semi-space-size=64", "ops/main.ts", "run", "host"];
  const env = {
    ...process.env,
    ...denoEnvironment(),
    NATS_URL: url,
    NATS_TOKEN: token,
    WAYBILL_LOG_INIT: "true",
    WAYBILL_HEALTH_PORT: String(port),
    WAYBILL_DATA: dataDir,
    WAYBILL_LOG_LEVEL: "warn",
  };
  const child = spawn(denoBinary(), args, {
    cwd: projectFolder,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  while (!await answers(`http://127.0.0.1:${port}/readyz`)) {
    if (child.exitCode !== null || performance.now() - startedMs > readyMsMax) {
      throw new Failure("Cannot start a host");
    }
    await pause(lookMs);
  }
  const unknown = actorId("order", orderIdOf("bench", `nobody-${Date.now()}`));
  await decide(broker, [packed(unknown, { type: "read" }, `read.${Date.now()}`)]);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return { pid: child.pid ?? 0, readySeconds: Math.round((performance.now() - startedMs) / 10) / 100, stop };
}

const answers = (url: string) =>
  fetch(url).then(async (answer) => {
    await answer.body?.cancel();
    return answer.ok;
  }, () => false);

/** Publishes the commands in packs as an edge does, no faster than the host decides them. */
export async function decide(
  broker: Broker,
  commands: Iterable<PackedCommand>,
  packCommands = packCommandsMax,
): Promise<void> {
  let pack: PackedCommand[] = [], last = 0;
  const flush = async () => {
    const payload = new TextEncoder().encode(JSON.stringify({ format: 1, commands: pack }));
    const outcome = await broker.publish(subjects.commands(0), payload, { ackMsMax: 10_000 });
    if (outcome.kind !== "stored") throw new Failure(`Cannot publish commands: ${outcome.kind}`);
    pack = [], last = outcome.sequence;
    await decided(broker, last - lagPacksMax);
  };
  for (const command of commands) if (pack.push(command) === packCommands) await flush();
  if (pack.length > 0) await flush();
  await decided(broker, last);
}

async function decided(broker: Broker, sequence: number): Promise<void> {
  for (;;) {
    const record = await broker.last(streamNames.events, subjects.events(0));
    const read = record && decodeSends(record).read.commands;
    if (
      sequence <= 0 ||
      (read && (read.sequence > sequence || (read.sequence === sequence && read.taken === read.of)))
    ) {
      return;
    }
    await pause(lookMs);
  }
}

export const packed = (
  to: PackedCommand["to"],
  command: PackedCommand["command"],
  id: string,
): PackedCommand => ({
  id,
  to,
  atMs: Date.now(),
  edge: "bench",
  command,
});
