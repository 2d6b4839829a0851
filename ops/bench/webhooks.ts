import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "../cli/failure.ts";
import { runLoad } from "./contest.ts";
import { type Ours, startOurs, stockOurs } from "./ours.ts";

/** One endpoint on this machine that is told of orders: two events each. Times in milliseconds. */
export interface WebhooksResult {
  readonly ordersPerSecond: number;
  /** Messages a second, from the first order to the last message. */
  readonly perSecond: number;
  readonly messages: number;
  /** Sent more than once. */
  readonly repeated: number;
  /** From the turn that made it happen until it was received, while orders came as fast as they could. */
  readonly p50: number;
  readonly p99: number;
}

export interface WebhooksOptions {
  readonly dataDir: string;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

const connections = 16, eventsPerOrder = 2;
const deliveredMsMax = 300_000, lookMs = 50;

export async function measureWebhooks({ dataDir, seconds, say }: WebhooksOptions): Promise<WebhooksResult> {
  const ours = await startOurs(dataDir, { WAYBILL_WEBHOOKS_PRIVATE: "true" }),
    receiver = await openReceiver();
  try {
    await stockOurs(ours, 1);
    await subscribe(ours, receiver.url);
    const startedMs = performance.now(), { port, key, watch } = ours;
    const task = { workload: "W1", run: "webhooks", seed: 1, key, port, watch } as const;
    const load = await runLoad({ ...task, connections, warmUpSeconds: 0, seconds });
    const orders = load.statusesEver["201"] ?? 0, messages = orders * eventsPerOrder;
    say(`webhooks: ${orders} orders are placed, ${receiver.waits.size} of ${messages} messages have come`);
    await untilAll(receiver, messages);
    const ms = [...receiver.waits.values()].sort((a, b) => a - b);
    const at = (share: number) => ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0;
    return {
      ordersPerSecond: Math.round(orders / load.seconds),
      perSecond: Math.round(messages / ((performance.now() - startedMs) / 1000)),
      ...{ messages, repeated: receiver.repeated(), p50: at(0.5), p99: at(0.99) },
    };
  } finally {
    await receiver.stop();
    await ours.stop();
  }
}

async function subscribe({ url, key }: Ours, endpoint: string): Promise<void> {
  const headers = {
    "authorization": `Bearer ${key}`,
    "content-type": "application/json",
    "idempotency-key": "bench",
  };
  const body = JSON.stringify({ url: endpoint, events: ["order.*"] });
  const answer = await fetch(`${url}/v1/webhook-endpoints`, { method: "POST", headers, body });
  if (answer.status !== 201) throw new Failure(`Cannot subscribe: the answer is ${answer.status}`);
}

const message = z.object({ id: z.string(), time: z.string() });

/** Takes everything, and notes of each message how long it took. */
async function openReceiver() {
  const waits = new Map<string, number>();
  let repeats = 0;
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => text += chunk);
    request.on("end", () => {
      const { id, time } = message.parse(JSON.parse(text));
      if (waits.has(id)) repeats++;
      else waits.set(id, Date.now() - Date.parse(time));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address(), port = typeof address === "object" && address !== null ? address.port : 0;
  const stop = () => {
    server.closeAllConnections();
    return new Promise<void>((done) => void server.close(() => done()));
  };
  return { url: `http://127.0.0.1:${port}/`, waits, repeated: () => repeats, stop };
}

async function untilAll(receiver: { readonly waits: ReadonlyMap<string, number> }, messages: number) {
  const startedMs = performance.now();
  while (receiver.waits.size < messages) {
    if (performance.now() - startedMs > deliveredMsMax) {
      throw new Failure(`Cannot wait: ${receiver.waits.size} of ${messages} messages came`);
    }
    await sleep(lookMs);
  }
}

export function showWebhooks(result: WebhooksResult): string {
  const { ordersPerSecond, perSecond, messages, repeated, p50, p99 } = result;
  return [
    `webhooks to one endpoint, while ${ordersPerSecond} orders a second come over ${connections} connections: ${perSecond} messages a second`,
    `  ${messages} messages, ${repeated} of them repeated; from the turn to the receiver: p50 ${p50} ms, p99 ${p99} ms`,
  ].join("\n");
}
