import { afterEach, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { orderIdOf } from "../../http/order_id.ts";
import { evenPartitions } from "../../streams/partition_map.ts";
import { orderOf, receive } from "../e2e/orders.ts";
import {
  attributesOf,
  callerOfTrace,
  openTracedSystem,
  type TracedSystem,
  treeOf,
  until,
} from "./testing/traced_system.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c", caller = "b7ad6b7169203331";
let system: TracedSystem;

afterEach(() => system?.close());

async function opened(partitions: number): Promise<void> {
  system = await openTracedSystem(["host", "edge", "projector"], {}, partitions);
  await system.start();
}

test("one trace id from the caller's request through the turn to the row, and metrics of all of it", async () => {
  await opened(1);
  const { shop } = system;
  const body = {
    channel: "web",
    orderNumber: "1",
    currency: "GBP",
    lines: [{ sku: "TEA", quantity: 1, unitPrice: "2.55" }],
  };
  const placed = await shop.post("/v1/orders", body, {
    headers: { ...callerOfTrace(traceId), prefer: "wait=30" },
  });
  expect(placed.headers.get("traceparent")).toContain(traceId);
  const position = placed.headers.get("waybill-position") ?? expect.fail("no position");
  const look = () => shop.get("/v1/orders?channel=web", { headers: { "waybill-position": position } });
  await expect.poll(async () => (await look()).headers.get("waybill-stale")).toBeNull();
  const { text: metrics } = await shop.get("/metrics");
  await system.stop();

  expect(metrics).toMatch(
    /http_server_request_duration_seconds_count\{[^}]*http_route="\/v1\/orders"[^}]*\} 1/,
  );
  expect(metrics).toMatch(/waybill_ask_duration_seconds_count\{actor_kind="order",outcome="rejected"\} 1/);
  expect(metrics).toMatch(/waybill_turn_append_duration_seconds_count\{outcome="stored"\} [1-9]/);
  expect(metrics).toMatch(/waybill_projector_batch_records_count [1-9]/);
  expect(treeOf(system.spans, traceId)).toEqual(
    new Set([
      `${caller} > POST /v1/orders`,
      "POST /v1/orders > ask order",
      "ask order > turn",
      "turn > append",
      "ask order > decide",
      "decide > project",
    ]),
  );
});

/** The trace's `decide` spans from the request on, each the child of the one before it. */
function decidesOf(trace: string) {
  const ours = system.spans.filter((span) => span.traceId === trace);
  const decides = ours.filter(({ name }) => name === "decide"), chain: typeof decides = [];
  let parent = ours.find(({ name }) => name === "ask order")?.spanId;
  for (;;) {
    const next = decides.find(({ parentSpanId }) => parentSpanId === parent);
    if (next === undefined) return chain;
    chain.push(next);
    parent = next.spanId;
  }
}

test("one trace over the partition of an order and that of its SKU, from the request until both are confirmed", async () => {
  await opened(2);
  const { shop } = system,
    map = evenPartitions(2),
    candidates = Array.from({ length: 20 }, (_, i) => `T${i}`);
  const sku = candidates.find((code) => map.partitionOf(actorId("sku", code)) === 1)!;
  const number = candidates.find((n) => map.partitionOf(actorId("order", orderIdOf("web", n))) === 0)!;
  await receive(shop, { [sku]: 5 });
  const placed = await shop.post("/v1/orders", orderOf(number, sku), { headers: callerOfTrace(traceId) });
  expect(placed.status, placed.text).toBe(201);
  expect(placed.body).toMatchObject({ status: "confirmed" });
  const projected = ({ spanId }: { readonly spanId: string }) =>
    system.spans.some(({ name, parentSpanId }) => name === "project" && parentSpanId === spanId);
  await until(() => decidesOf(traceId).length === 4 && decidesOf(traceId).every(projected));
  const chain = decidesOf(traceId).map(attributesOf);
  expect(chain).toEqual([
    { "waybill.partition": "0" },
    { "waybill.partition": "1", "waybill.message": "hold" },
    { "waybill.partition": "0", "waybill.message": "stock" },
    { "waybill.partition": "1", "waybill.message": "commit" },
  ]);
  await system.stop();
  const tree = [...treeOf(system.spans, traceId)].filter((edge) => !/turn/.test(edge)); // A turn's parent may be another request.
  expect(new Set(tree)).toEqual(
    new Set([
      ...[`${caller} > POST /v1/orders`, "POST /v1/orders > ask order", "ask order > decide"],
      ...["decide > decide", "decide > project"],
    ]),
  );
  expect(decidesOf(traceId)).toHaveLength(4);
});
