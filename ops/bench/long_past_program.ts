import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { CancelOrder, PlaceOrder, ReceiveGoods } from "../../actors/commands.ts";
import { actorId, type LocationCode, type Sku } from "../../actors/ids.ts";
import { orderIdOf } from "../../http/order_id.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { type PackedCommand, streamNames, subjects } from "../../streams/record.ts";
import { decodeSends } from "../../streams/record_text.ts";
import { Failure } from "../cli/failure.ts";
import { denoBinary, denoEnvironment } from "../local/deno.mjs";
import { findNatsServer, startNats } from "../local/nats_server.mjs";
import { freePort } from "../local/ports.mjs";
import { nodeArgs, projectFolder, runProgram } from "./child.ts";
import type { LongPastResult, LongPastTask } from "./long_past.ts";
import type { Usage } from "./process_sample.ts";
import { seeded } from "./workload.ts";

const packCommands = 800, linesPerOrder = 1, stockPerSku = 10_000, receiptLines = 1_000;
const readyMsMax = 120_000, lagPacksMax = 20, lookMs = 20, sampleMs = 1_000;
const skuAt = (index: number) => `SKU-${String(index).padStart(6, "0")}` as Sku;
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** One host of one partition: it decides `orders` orders over `skus` SKUs, is stopped, and opened again. */
async function measure({ dataDir, orders, skus }: LongPastTask): Promise<LongPastResult> {
  const nats = await startLog(dataDir);
  const broker = await connectJetStream({ servers: nats.url, token: nats.token, name: "waybill bench" });
  let host = await startHost(nats, dataDir, broker);
  try {
    const marker = join(dataDir, `past-of-${orders}-orders-${skus}-skus`);
    if (!existsSync(marker)) {
      await decide(broker, stocking(skus));
      await decide(broker, placing({ orders, skus, run: "past" }));
      writeFileSync(marker, "");
    }
    await host.stop("SIGTERM");
    host = await startHost(nats, dataDir, broker);
    const openSeconds = host.readySeconds, openMemoryMiB = await memoryOf(host.pid);
    await host.stop("SIGKILL");
    host = await startHost(nats, dataDir, broker);
    const laterOrders = Math.ceil(orders / 10);
    const laterMemoryMiB = await highest(
      () => memoryOf(host.pid),
      decide(broker, placing({ orders: laterOrders, skus, run: `later-${Date.now()}` })),
    );
    const killedOpenSeconds = host.readySeconds;
    return { orders, skus, openSeconds, killedOpenSeconds, openMemoryMiB, laterOrders, laterMemoryMiB };
  } finally {
    await broker.close();
    await host.stop("SIGTERM");
    await nats.stop();
  }
}

interface Host {
  readonly pid: number;
  readonly readySeconds: number;
  stop(signal: NodeJS.Signals): Promise<void>;
}

interface Log {
  readonly url: string;
  readonly token: string;
  stop(): Promise<unknown>;
}

/** The embedded profile's server. */
async function startLog(dataDir: string): Promise<Log> {
  const { path: binary } = await findNatsServer(), logPath = join(dataDir, "nats-server.log");
  return await startNats({ binary, dataDir: join(dataDir, "nats"), logPath });
}

/** Ready is when something that was asked of the partition is decided: an order that nobody knows. */
async function startHost({ url, token }: Log, dataDir: string, broker: Broker): Promise<Host> {
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

async function memoryOf(pid: number): Promise<number> {
  const sampled = await runProgram(nodeArgs("process_sample.ts", JSON.stringify([{ name: "host", pid }])));
  return (JSON.parse(sampled) as { host: Usage }).host.memoryMiB;
}

async function highest(look: () => Promise<number>, meanwhile: Promise<void>): Promise<number> {
  let going = true, most = 0;
  const end = meanwhile.finally(() => going = false);
  while (going) {
    most = Math.max(most, await look());
    await pause(sampleMs);
  }
  await end;
  return most;
}

/** Publishes the commands in packs as an edge does, no faster than the host decides them. */
async function decide(broker: Broker, commands: Iterable<PackedCommand>): Promise<void> {
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

const packed = (to: PackedCommand["to"], command: PackedCommand["command"], id: string): PackedCommand => ({
  id,
  to,
  atMs: Date.now(),
  edge: "bench",
  command,
});

function* stocking(skus: number): Iterable<PackedCommand> {
  const location = "LON1" as LocationCode;
  for (let from = 0; from < skus; from += receiptLines) {
    const reference = `PO-${from}`;
    const lines = Array.from({ length: Math.min(receiptLines, skus - from) }, (_, i) => ({
      sku: skuAt(from + i),
      quantity: stockPerSku,
    }));
    const command: ReceiveGoods = { type: "receipt", location, reference, lines, fingerprint: reference };
    yield packed(actorId("stockdoc", `${location}:${reference}`), command, `receipt.${from}`);
  }
}

/** Each is over when the next one comes: nothing can be shipped yet, so it is cancelled. */
function* placing(
  { orders, skus, run }: { orders: number; skus: number; run: string },
): Iterable<PackedCommand> {
  const random = seeded(1);
  for (let n = 0; n < orders; n++) {
    const orderNumber = `${run}-${n}`, order = orderIdOf("bench", orderNumber);
    const chosen = new Set<number>();
    while (chosen.size < linesPerOrder) chosen.add(Math.floor(random() * skus));
    const lines = [...chosen].map((index) => ({
      sku: skuAt(index),
      quantity: 1,
      unitPrice: "2.55",
      discount: "0",
      taxRate: "0.20",
    }));
    const command: PlaceOrder = {
      type: "place",
      order,
      channel: "bench",
      orderNumber,
      placedAt: "2011-12-01T08:26:00Z",
      currency: "GBP",
      lines,
      pricesIncludeTax: false,
      payment: "captured",
      holdMinutes: 10,
      stockPolicy: "reject",
      personal: false,
      fingerprint: orderNumber,
    };
    yield packed(actorId("order", order), command, orderNumber);
    const cancel: CancelOrder = {
      type: "cancel",
      reason: "over",
      request: orderNumber,
      fingerprint: "cancel",
    };
    yield packed(actorId("order", order), cancel, `${orderNumber}.c`);
  }
}

const task = process.argv[2];
if (task !== undefined && process.argv[1]?.endsWith("long_past_program.ts")) {
  console.log(JSON.stringify(await measure(JSON.parse(task) as LongPastTask)));
}
