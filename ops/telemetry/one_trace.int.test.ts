import { afterAll, beforeAll, expect, test } from "vitest";
import { callerOfTrace, openTracedSystem, type TracedSystem, treeOf } from "./testing/traced_system.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
let system: TracedSystem;

beforeAll(async () => {
  system = await openTracedSystem(["host", "edge", "projector"]);
  await system.start();
});
afterAll(() => system?.close());

test("one trace id from the caller's request through the turn to the row, and metrics of all of it", async () => {
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
      "b7ad6b7169203331 > POST /v1/orders",
      "POST /v1/orders > ask order",
      "ask order > turn",
      "turn > append",
      "ask order > decide",
      "decide > project",
    ]),
  );
});
