import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Config } from "../config.ts";
import { sellersOf } from "../sellers.ts";
import { createLogger } from "../logging.ts";
import { runRoles } from "../run/roles.ts";
import { freePort } from "../local/ports.mjs";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { startCollector } from "../testing/otlp_collector.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";

const key = "bootstrap-key-of-the-test";
const traceId = "0af7651916cd43dd8448eb211c80319c";
let nats: TestNats;
let database: TestDatabase;
let collector: Awaited<ReturnType<typeof startCollector>>;
let url: string;
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  [nats, database, collector] = await Promise.all([startTestNats(), testDatabase(), startCollector()]);
  Object.assign(process.env, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const config: Config = {
    natsUrl: nats.url,
    databaseUrl: database.url,
    port,
    natsAccess: {},
    healthHost: "127.0.0.1",
    host: "127.0.0.1",
    dataDir: nats.dataDir,
    initLog: true,
    branding: { name: "Test" },
    sellers: sellersOf(undefined, { name: "Test" }, () => "", []),
    notifications: { ageMsMax: 3_600_000, inbox: false, outgoingPrivate: false },
    readyWith: [],
    bootstrapKey: key,
    secret: "secret-of-the-test",
    privateWebhooks: false,
    verifyEveryMs: Infinity,
    logLevel: "silent",
    telemetry: { serviceName: "test", traces: true, ownedByDeno: false },
  };
  const stopping = new AbortController();
  const log = createLogger({ level: "silent", role: "test" });
  const running = runRoles(["host", "edge", "projector"], config, log, stopping.signal);
  stop = async () => {
    stopping.abort();
    await running;
  };
  await Promise.race([until(async () => (await fetch(`${url}/readyz`)).ok), running]);
});
afterAll(async () => {
  await stop?.();
  for (const name of ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL"]) delete process.env[name];
  await collector?.stop();
  await database?.drop();
  await nats?.stop();
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + 30_000;
  while (!await holds().catch(() => false)) {
    if (Date.now() > giveUpAtMs) throw new Error("Cannot go on: what was waited for did not happen");
    await new Promise((done) => setTimeout(done, 50));
  }
}

function call(
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
) {
  return fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
}

test("one trace id from the caller's request through the turn to the row, and metrics of all of it", async () => {
  const body = {
    channel: "web",
    orderNumber: "1",
    currency: "GBP",
    lines: [{ sku: "TEA", quantity: 1, unitPrice: "2.55" }],
  };
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const placed = await call("POST", "/v1/orders", { body, headers: { traceparent } });
  expect(placed.headers.get("traceparent")).toContain(traceId);
  const position = placed.headers.get("waybill-position") ?? expect.fail("no position");
  await placed.body?.cancel();
  const caught = await call("GET", "/v1/orders?channel=web", { headers: { "waybill-position": position } });
  expect(caught.headers.get("waybill-stale")).toBeNull();
  await caught.body?.cancel();
  const metrics = await (await call("GET", "/metrics")).text();
  await stop?.();

  expect(metrics).toMatch(
    /http_server_request_duration_seconds_count\{[^}]*http_route="\/v1\/orders"[^}]*\} 1/,
  );
  expect(metrics).toMatch(/waybill_ask_duration_seconds_count\{actor_kind="order",outcome="rejected"\} 1/);
  expect(metrics).toMatch(/waybill_turn_append_duration_seconds_count\{outcome="stored"\} [1-9]/);
  expect(metrics).toMatch(/waybill_projector_batch_records_count [1-9]/);
  const ours = collector.spans.filter((span) => span.traceId === traceId);
  const nameOf = (id: string | undefined) => ours.find((span) => span.spanId === id)?.name ?? id;
  expect(new Set(ours.map((span) => `${nameOf(span.parentSpanId)} > ${span.name}`))).toEqual(
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
