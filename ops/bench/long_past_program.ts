import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { CancelOrder, PlaceOrder, ReceiveGoods } from "../../actors/commands.ts";
import { actorId, type LocationCode, type Sku } from "../../actors/ids.ts";
import { orderIdOf } from "../../http/order_id.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import type { PackedCommand } from "../../streams/record.ts";
import { nodeArgs, runProgram } from "./child.ts";
import { decide, packed, startHost, startLog } from "./host_alone.ts";
import type { LongPastResult, LongPastTask } from "./long_past.ts";
import type { Usage } from "./process_sample.ts";
import { seeded } from "./workload.ts";

const linesPerOrder = 1, stockPerSku = 10_000, receiptLines = 1_000, sampleMs = 1_000;
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
