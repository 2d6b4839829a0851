import { afterEach, expect, test, vi } from "vitest";
import { actorId, bucketCount, bucketOf } from "../../actors/ids.ts";
import { actorsByKind } from "../../actors/registry.ts";
import { buy, orderOf, receive } from "../../actors/town/citizens.ts";
import type { Broker } from "../broker/broker.ts";
import { readMap } from "../cluster/map_store.ts";
import { requestSplit } from "../cluster/split_requests.ts";
import { createAsk } from "../edge/ask.ts";
import { streamNames, subjects } from "../record.ts";
import { decodeRecord } from "../record_text.ts";
import { systemRuntime } from "../system_runtime.ts";
import { ClusterKit } from "../testing/cluster_kit.ts";
import { callerOf, TracingKit } from "../testing/tracing_kit.ts";
import { actorsIn } from "./actors_in.ts";
import { PeerTap } from "./peers.ts";
import { Standby } from "./standby.ts";
import { requestBehind, traceHeaders } from "./trace_headers.ts";

/** Traces over partitions: order `low` lives in the lower half of the buckets, the order `high` and the SKU in the upper one. */
const isHigh = (kind: "order" | "sku", key: string) => bucketOf(actorId(kind, key)) >= bucketCount / 2;
const numbers = Array.from({ length: 20 }, (_, n) => n);
const low = numbers.find((n) => !isHigh("order", orderOf(n)))!;
const high = numbers.find((n) => isHigh("order", orderOf(n)))!;
const sku = numbers.map((n) => `S${n}`).find((code) => isHigh("sku", code))!;

const trace = "0af7651916cd43dd8448eb211c80319c", traceparent = callerOf(trace);
const runtime = systemRuntime("test"), refusing = new Set<string>();
let kit: ClusterKit, tracing: TracingKit;
afterEach(() => kit.end());

async function opened(partitions: number, disturb?: (broker: Broker) => Partial<Broker>) {
  refusing.clear();
  const publishFault = (subject: string) => refusing.has(subject) ? "contended" as const : undefined;
  kit = await new ClusterKit({ publishFault }).open(partitions);
  tracing = new TracingKit();
  kit.startTurn = tracing.startTurn;
  const host = kit.start("first", disturb && { disturb });
  await vi.waitFor(() => expect(host.host.unready()).toEqual([]));
  expect(await kit.told(receive("PO-1", [[sku, 5]]))).toBe("ok");
  return host;
}

const placed = (number: number, patienceMs = 60_000) => {
  const { to, command } = buy(number, [[sku, 1]]);
  return kit.ask({ to, command, traceparent, patienceMs });
};
const isOk = { kind: "answered", answer: { ok: true } };

/** Which request each event of these actors leads to, as the readers of EVENTS see it. */
async function requestsBehind(...actors: readonly string[]): Promise<string[]> {
  const broker = kit.server.connect(), { lastSequence } = await broker.info(streamNames.events);
  const found: string[] = [];
  for (let sequence = 1; sequence <= lastSequence; sequence++) {
    const stored = (await broker.at(streamNames.events, sequence))!, { entries } = decodeRecord(stored);
    for (const { actor, type, cause } of entries) {
      if (actors.includes(actor)) {
        found.push(`${type} ${requestBehind(stored.headers, cause)?.split("-")[1]}`);
      }
    }
  }
  return found;
}

const whole = ["0 command", "1 hold", "0 stock", "1 commit"];

test("what a message of another partition makes an actor decide is in the trace of its request", async () => {
  await opened(2);
  expect(await placed(low)).toMatchObject(isOk);
  await vi.waitFor(() => expect(tracing.chainOf(trace)).toEqual(whole));
  expect(await requestsBehind(actorId("order", orderOf(low)), actorId("sku", sku))).toEqual([
    "goods.received undefined",
    ...["order.placed", "stock.reserved", "order.confirmed", "reservation.confirmed"].map((type) =>
      `${type} ${trace}`
    ),
  ]);
});

test("a host that takes over goes on with the traces of what it hears", async () => {
  const first = await opened(2);
  refusing.add(subjects.events(1));
  expect(await placed(low, 1)).toEqual({ kind: "accepted" });
  await vi.waitFor(() => expect(tracing.spans.some(({ message }) => message === "hold")).toBe(true));
  await first.kill();
  tracing.spans.pop(); // Of the turn that never happened.
  kit.start("second");
  refusing.clear();
  await vi.waitFor(() => expect(tracing.chainOf(trace)).toEqual(whole));
});

test("a standby has heard with the traces what its partition has not decided yet", async () => {
  const first = await opened(2);
  refusing.add(subjects.events(1));
  expect(await placed(low, 1)).toEqual({ kind: "accepted" });
  await vi.waitFor(() => expect(tracing.spans.some(({ message }) => message === "hold")).toBe(true));
  const broker = kit.server.connect(),
    peers = new PeerTap(broker),
    range = [bucketCount / 2, bucketCount] as const;
  const standby = new Standby({ broker, runtime, peers, range, actorOf: actorsIn(actorsByKind) }, 1);
  await vi.waitFor(() => expect(standby.ready).toBe(true));
  await first.kill();
  const { inbox } = (await standby.takeOver({ partition: 1, host: "second", epoch: 0 }))!;
  const [ordered] = tracing.spans;
  await vi.waitFor(() => {
    const { messages, requests } = inbox.peek(100).heard.at(-1)!;
    expect(messages.map(({ cause }) => requests?.get(cause.id))).toEqual([`00-${trace}-${ordered!.id}-01`]);
  });
  await inbox.stop();
});

test("a command that was passed on to the child of a split takes its trace along", async () => {
  await opened(1);
  const broker = kit.server.connect(), newId = runtime.newId;
  await requestSplit(broker, runtime, 0);
  await vi.waitFor(async () => expect((await readMap(broker))!.map.partitions).toHaveLength(2));
  const outdated = createAsk({ broker, edgeId: "outdated", partitionOf: () => 0, runtime, newId });
  const { to, command } = buy(high, [[sku, 1]]);
  expect(await outdated.ask({ to, command, patienceMs: 60_000, traceparent })).toMatchObject(isOk);
  outdated.stop();
  expect(tracing.chainOf(trace)).toEqual(["0 command", "1 command"]);
  const events = await requestsBehind(to);
  expect(events.length).toBeGreaterThan(1);
  expect(events.filter((event) => !event.endsWith(trace))).toEqual([]);
});

test.each([
  ["contexts", { [traceHeaders.requests]: "zz,,\u00e9" }],
  ["ids", { [traceHeaders.ids]: "," }],
  ["ids that are missing", { [traceHeaders.ids]: undefined }],
])("malformed %s in another partition's headers harm nothing: the trace ends there", async (_, headers) => {
  await opened(2, (broker) => ({
    publish: (subject, payload, options) => {
      if (!options.headers?.has(traceHeaders.turn)) return broker.publish(subject, payload, options);
      const told = Object.entries({ ...Object.fromEntries(options.headers), ...headers });
      const malformed = new Map(told.flatMap(([k, v]) => v === undefined ? [] : [[k, v]]));
      return broker.publish(subject, payload, { ...options, headers: malformed });
    },
  }));
  expect(await placed(low)).toMatchObject(isOk);
  expect(tracing.chainOf(trace)).toEqual(["0 command"]);
});
