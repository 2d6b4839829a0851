import process from "node:process";
import type { PlaceOrder, ReceiveGoods, ShipOrder } from "../../actors/commands.ts";
import { actorId, type LocationCode, type Sku } from "../../actors/ids.ts";
import { orderIdOf, shipmentIdOf } from "../../http/order_id.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { type PackedCommand, streamNames } from "../../streams/record.ts";
import { decide, packed, startHost, startLog } from "./host_alone.ts";
import { cpuMsEach, type HostAloneTask, type IssuedAlone } from "./invoices.ts";
import { untilHappened } from "./happened.ts";
import { cpuSecondsSince, sampleProcesses, type Watched } from "./process_sample.ts";
import { distinctSkus, seeded, skuCount, skuOf, warehouse } from "./workload.ts";

const location = warehouse as LocationCode, unitsEach = 1_000_000, packCommands = 64;

interface Sale {
  readonly run: string;
  readonly invoices: number;
  readonly lines: number;
}

/** A host and its log alone: what an invoice costs from the command in COMMANDS to the document in EVENTS. */
async function measure({ dataDir, invoices, rounds, lines }: HostAloneTask): Promise<IssuedAlone[]> {
  const nats = await startLog(dataDir);
  const broker = await connectJetStream({ servers: nats.url, token: nats.token, name: "waybill bench" });
  const host = await startHost(nats, dataDir, broker);
  const watch = [{ name: "host", pid: host.pid }, { name: "nats-server", pid: nats.pid }];
  try {
    await decide(broker, stocking());
    await measureRound(broker, watch, { run: "warm", invoices, lines });
    const results: IssuedAlone[] = [];
    for (let round = 1; round <= rounds; round++) {
      results.push(await measureRound(broker, watch, { run: String(round), invoices, lines }));
    }
    return results;
  } finally {
    await broker.close();
    await host.stop("SIGTERM");
    await nats.stop();
  }
}

async function measureRound(broker: Broker, watch: readonly Watched[], sale: Sale): Promise<IssuedAlone> {
  await decide(broker, ordersOf(sale), packCommands);
  const { lastSequence } = await broker.info(streamNames.events);
  const before = sampleProcesses(watch), startedAtMs = Date.now();
  await decide(broker, parcelsOf(sale), packCommands);
  const after = sampleProcesses(watch);
  const wanted = { after: lastSequence, type: "series.document_issued", count: sale.invoices };
  const { count, lastAtMs } = await untilHappened(broker, wanted);
  return {
    perSecond: Math.round(count / ((lastAtMs - startedAtMs) / 1_000)),
    cpuMsEach: cpuMsEach(cpuSecondsSince(before, after), count),
  };
}

function* stocking(): Iterable<PackedCommand> {
  const reference = "PO-1";
  const lines = Array.from({ length: skuCount }, (_, i) => ({ sku: skuOf(i) as Sku, quantity: unitsEach }));
  const command: ReceiveGoods = { type: "receipt", location, reference, lines, fingerprint: reference };
  yield packed(actorId("stockdoc", `${location}:${reference}`), command, reference);
}

interface Sold {
  readonly orderNumber: string;
  readonly order: PlaceOrder["order"];
  readonly skus: readonly Sku[];
}

function* soldIn({ run, invoices, lines }: Sale): Iterable<Sold> {
  const random = seeded(1);
  for (let n = 0; n < invoices; n++) {
    const orderNumber = `${run}-${n}`, skus = distinctSkus(random, skuCount, lines) as Sku[];
    yield { orderNumber, order: orderIdOf("bench", orderNumber), skus };
  }
}

function* ordersOf(sale: Sale): Iterable<PackedCommand> {
  for (const { orderNumber, order, skus } of soldIn(sale)) {
    const price = { quantity: 1, unitPrice: "2.55", discount: "0", taxRate: "0.20" };
    const command: PlaceOrder = {
      type: "place",
      ...{ order, channel: "bench", orderNumber, placedAt: "2011-12-01T08:26:00Z", currency: "GBP" },
      lines: skus.map((sku) => ({ sku, ...price })),
      ...{ pricesIncludeTax: false, payment: "captured", holdMinutes: 10, stockPolicy: "reject" },
      ...{ personal: false, fingerprint: orderNumber },
    };
    yield packed(actorId("order", order), command, orderNumber);
  }
}

function* parcelsOf(sale: Sale): Iterable<PackedCommand> {
  for (const { orderNumber, order, skus } of soldIn(sale)) {
    const command: ShipOrder = {
      type: "ship",
      ...{ shipment: shipmentIdOf(order, orderNumber), token: `token-of-${orderNumber}`, location },
      ...{ reference: orderNumber, carrier: "ups", trackingNumber: `1Z${orderNumber}` },
      lines: skus.map((sku) => ({ sku, quantity: 1 })),
      fingerprint: orderNumber,
    };
    yield packed(actorId("order", order), command, `${orderNumber}.s`);
  }
}

const task = process.argv[2];
if (task !== undefined && process.argv[1]?.endsWith("invoices_program.ts")) {
  console.log(JSON.stringify(await measure(JSON.parse(task) as HostAloneTask)));
}
