import process from "node:process";
import { Hono } from "hono";
import { afterEach, beforeEach, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import type { Ask } from "../../streams/edge/asking.ts";
import { type TurnSummary, unfailing } from "../../streams/host/observer.ts";
import { tracedCommandsMax, traceHeadersOf } from "../../streams/host/trace_headers.ts";
import { createLogger } from "../logging.ts";
import { startCollector } from "../testing/otlp_collector.ts";
import { observeHost } from "./host_observer.ts";
import { instrumentApp } from "./instrument_app.ts";
import { instrumentAsk } from "./instrument_ask.ts";
import { type Instruments, instruments } from "./instruments.ts";
import { observeEffects } from "./effect_observer.ts";
import { observeLags, observeProjector } from "./reader_observer.ts";
import { startTelemetry, type Telemetry } from "./sdk.ts";

const log = createLogger({ level: "silent", role: "test" });
const otel = {
  OTEL_EXPORTER_OTLP_ENDPOINT: "",
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
};
let collector: Awaited<ReturnType<typeof startCollector>>;
let telemetry: Telemetry;
let measure: Instruments;

beforeEach(async () => {
  collector = await startCollector();
  // The SDK reads its own variables; the exporter is configured as a user would.
  Object.assign(process.env, otel, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  telemetry = startTelemetry({ serviceName: "test", traces: true, ownedByDeno: false });
  measure = instruments(telemetry.meter);
});
afterEach(async () => {
  for (const name of [...Object.keys(otel), "OTEL_TRACES_SAMPLER"]) delete process.env[name];
  await collector.stop();
});

const summary: TurnSummary = {
  sequence: 1,
  decidedMs: 1_001,
  appendMs: 2,
  commands: 1,
  deliveries: 3,
  entries: 4,
  events: new Map(),
  bytes: 900,
  outcome: "stored",
  rejections: [],
};

/** One request through the real decorators; the turn and the projector are called as the host and projector would. */
function system() {
  const host = observeHost(telemetry, measure, log);
  const lags = observeLags(measure), projector = observeProjector(telemetry, measure, { log, lags });
  const webhooks = observeEffects(telemetry, measure, { log, lags }).projector("webhooks");
  const ask: Ask = ({ traceparent }) => {
    const startedAtMs = 1_000;
    const turn = host.startTurn({
      partition: 0,
      startedAtMs,
      traced: traceparent ? [{ traceparent }] : [],
    });
    const headers = traceHeadersOf(turn);
    turn.end(summary);
    const batch = {
      partition: 0,
      firstSequence: 1,
      lastSequence: 1,
      records: 1,
      events: 4,
      bytes: 900,
      startedAtMs: 1_004,
      ms: 3,
      outcome: "stored" as const,
      headers: headers ? [headers] : [],
    };
    for (const reader of [projector, webhooks]) reader.batch(batch);
    return Promise.resolve({
      kind: "answered",
      answer: { ok: true, json: "null" },
      position: { partition: 0, sequence: 1 },
    });
  };
  const asking = instrumentAsk(ask, telemetry, measure);
  const app = new Hono();
  app.use(instrumentApp(telemetry, measure));
  app.post("/v1/orders", async (c) => {
    const to = actorId("order", "ord_1");
    const traceparent = c.req.header("traceparent");
    return c.json(await asking({ to, command: { type: "place" }, patienceMs: 100, traceparent }), 201);
  });
  return app;
}

test("one trace id from the caller's request to the row", async () => {
  const caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const response = await system().request("/v1/orders", { method: "POST", headers: { traceparent: caller } });
  expect(response.headers.get("traceparent")).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
  await telemetry.stop();
  const { spans } = collector;
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set(["0af7651916cd43dd8448eb211c80319c"]));
  const named = (name: string) => spans.find((span) => span.name === name) ?? expect.fail(`no span ${name}`);
  const parents = Object.fromEntries(
    spans.map((span) => [span.name, spans.find((one) => one.spanId === span.parentSpanId)?.name]),
  );
  expect(parents).toEqual({
    "POST /v1/orders": undefined,
    "ask order": "POST /v1/orders",
    "turn": "ask order",
    "append": "turn",
    "decide": "ask order",
    "project": "decide",
    "effect webhooks": "decide",
  });
  expect(named("POST /v1/orders").parentSpanId).toBe("b7ad6b7169203331");
  for (const name of ["decide", "project", "effect webhooks"]) {
    expect(named(name).links?.[0]?.spanId).toBe(named("turn").spanId);
  }
});

test("an unsampled request leaves no trace behind", async () => {
  await telemetry.stop();
  process.env.OTEL_TRACES_SAMPLER = "always_off";
  telemetry = startTelemetry({ serviceName: "test", traces: true, ownedByDeno: false });
  measure = instruments(telemetry.meter);
  const caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const response = await system().request("/v1/orders", { method: "POST", headers: { traceparent: caller } });
  expect(response.headers.has("traceparent")).toBe(false);
  await telemetry.stop();
  expect(collector.spans).toEqual([]);
});

test("a turn over many requests goes on in the trace of each, and links to them all", async () => {
  const host = observeHost(telemetry, measure, log);
  const idOf = (n: number) => (n + 1).toString(16).padStart(32, "0");
  const traced = Array.from(
    { length: 300 },
    (_, n) => ({ traceparent: `00-${idOf(n)}-b7ad6b7169203331-01` }),
  );
  const turn = host.startTurn({ partition: 0, startedAtMs: 1_000, traced });
  turn.end(summary);
  await telemetry.stop();
  const decides = collector.spans.filter((span) => span.name === "decide");
  expect(decides.map((span) => span.traceId)).toEqual(
    Array.from({ length: tracedCommandsMax }, (_, n) => idOf(n)),
  );
  const turnSpan = collector.spans.find((span) => span.name === "turn");
  expect(turnSpan?.links).toHaveLength(tracedCommandsMax);
  expect(turn.requests).toHaveLength(tracedCommandsMax);
});

test("a malformed trace context is measured like none", async () => {
  const host = observeHost(telemetry, measure, log);
  const turn = host.startTurn({
    partition: 0,
    startedAtMs: 1_000,
    traced: [{ traceparent: "not-a-traceparent" }],
  });
  expect(turn.traceparent).toBeUndefined();
  turn.end(summary);
  expect(await telemetry.prometheusText()).toContain("waybill_turn_commands_count 1");
  await telemetry.stop();
  expect(collector.spans).toEqual([]);
});

test("an observer that fails does not reach the turn", async () => {
  const errors: unknown[] = [];
  const failing = unfailing({
    ...observeHost(telemetry, measure, log),
    startTurn: () => {
      throw new Error("no span today");
    },
  }, (error) => errors.push(error));
  failing.startTurn({ partition: 0, startedAtMs: 0, traced: [] }).end(summary);
  expect(errors).toHaveLength(1);
  await telemetry.stop();
});
