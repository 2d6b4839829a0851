import { Hono } from "hono";
import { afterEach, beforeEach, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import type { Ask, Asked } from "../../streams/edge/asking.ts";
import type { TurnSummary } from "../../streams/host/observer.ts";
import { createLogger } from "../logging.ts";
import { observeEstimates, observeSettings } from "./carrier_observer.ts";
import { observeHost, observePartitions } from "./host_observer.ts";
import { instrumentApp } from "./instrument_app.ts";
import { instrumentAsk } from "./instrument_ask.ts";
import { bounded, type Instruments, instruments } from "./instruments.ts";
import { observeProcess } from "./process_gauges.ts";
import { observeCopier, observeLags, observeProjector } from "./reader_observer.ts";
import { startTelemetry, type Telemetry } from "./sdk.ts";

const log = createLogger({ level: "silent", role: "test" });
let telemetry: Telemetry;
let measure: Instruments;

beforeEach(() => {
  telemetry = startTelemetry({ serviceName: "test", traces: false, ownedByDeno: false });
  measure = instruments(telemetry.meter);
});
afterEach(() => telemetry.stop());

/** Reads the text format as Prometheus would: one `name{labels} value` a line; anything else is an error. */
async function scrape(): Promise<Map<string, number>> {
  const samples = new Map<string, number>();
  for (const line of (await telemetry.prometheusText()).split("\n")) {
    if (line === "" || /^# (HELP|TYPE|UNIT) [a-zA-Z_:][\w:]* ?/.test(line)) continue;
    const match = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)$/.exec(line);
    if (match === null || Number.isNaN(Number(match[2]))) throw new Error(`Cannot parse line: ${line}`);
    samples.set(match[1]!, Number(match[2]));
  }
  return samples;
}

const stored: TurnSummary = {
  sequence: 12,
  decidedMs: 1_003,
  appendMs: 2,
  commands: 3,
  deliveries: 9,
  entries: 12,
  events: new Map([["order.placed", 4], ["stock.reserved", 8]]),
  bytes: 4_000,
  outcome: "stored",
  rejections: ["stock-insufficient", "stock-insufficient"],
};

test("a request is measured by route template, method and status", async () => {
  const app = new Hono();
  app.use(instrumentApp(telemetry, measure));
  app.get("/v1/orders/:id", (c) => c.text("there"));
  app.get("/broken", () => {
    throw new Error("a defect");
  });
  app.onError((_error, c) => c.text("sorry", 500));
  await app.request("/v1/orders/1");
  await app.request("/v1/orders/2");
  await app.request("/nowhere/3");
  await app.request("/broken");
  await app.request("/v1/orders/1", { method: "BREW" });
  const samples = await scrape();
  const count = (method: string, route: string, status: number) =>
    samples.get(
      `http_server_request_duration_seconds_count{http_request_method="${method}",http_route="${route}",` +
        `http_response_status_code="${status}"}`,
    );
  expect(count("GET", "/v1/orders/:id", 200)).toBe(2);
  expect(count("GET", "unmatched", 404)).toBe(1);
  expect(count("GET", "/broken", 500)).toBe(1);
  expect(count("_OTHER", "unmatched", 404)).toBe(1);
  expect(samples.get("http_server_active_requests")).toBe(0);
});

test("asks are counted by outcome, and the question goes through untouched", async () => {
  const answers: Asked[] = [
    { kind: "answered", answer: { ok: true, json: "null" }, position: { partition: 0, sequence: 1 } },
    { kind: "overloaded", retryAfterS: 1 },
  ];
  const seen: unknown[] = [];
  const ask: Ask = (question) => {
    seen.push(question);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new Error("broker gone"));
  };
  const asking = instrumentAsk(ask, telemetry, measure);
  const question = { to: actorId("order", "ord_1"), command: { type: "read" }, patienceMs: 10 };
  expect(await asking(question)).toMatchObject({ kind: "answered" });
  expect(seen[0]).toBe(question);
  await asking(question);
  await expect(asking(question)).rejects.toThrow("broker gone");
  const samples = await scrape();
  for (const outcome of ["ok", "overloaded", "failed"]) {
    expect(samples.get(`waybill_ask_duration_seconds_count{actor_kind="order",outcome="${outcome}"}`)).toBe(
      1,
    );
  }
  expect(samples.get("waybill_ask_pending")).toBe(0);
});

test("estimates are counted by how they turned out", async () => {
  const of = { carrier: "ups", service: "", origin: "GB", destination: "FR", day: "2026-01-01" };
  const estimate = { ...of, stage: "first" as const, source: "lane" };
  observeEstimates(measure)([0, 3, -2, -1].map((bucket) => ({ ...estimate, bucket })));
  const samples = await scrape();
  const count = (result: string) =>
    samples.get(`waybill_estimates_total{carrier="ups",stage="first",source="lane",result="${result}"}`);
  expect(["on_time", "late", "early"].map(count)).toEqual([1, 1, 2]);
});

test("settings of carriers that cannot be used are counted, whoever of this process needed them", async () => {
  const problem = "Cannot use it: it is wrong";
  observeSettings(measure, log, { reading: [{ carrier: "generic", problem }], proof: [{ problem }] });
  observeSettings(measure, log, { reading: [{ carrier: "generic", problem }], polling: [] });
  observeSettings(measure, log, { polling: [{ carrier: "ups", problem }] });
  const samples = await scrape();
  const counted = [...samples].filter(([name]) => name.startsWith("waybill_carrier_misconfigured"));
  expect(counted.toSorted()).toEqual([
    ['waybill_carrier_misconfigured{carrier="generic",work="reading"}', 1],
    ['waybill_carrier_misconfigured{carrier="none",work="proof"}', 1],
    ['waybill_carrier_misconfigured{carrier="ups",work="polling"}', 1],
  ]);
});

test("a turn is measured without a trace", async () => {
  const host = observeHost(telemetry, measure, log);
  const turn = host.startTurn({ partition: 0, startedAtMs: 1_000, traced: [] });
  expect(turn.traceparent).toBeUndefined();
  turn.end(stored);
  host.startTurn({ partition: 0, startedAtMs: 1_000, traced: [] }).end({
    ...stored,
    outcome: "conflict",
  });
  host.appendTried({ partition: 0, outcome: "full" });
  host.dead({ partition: 0, actor: actorId("sku", "A"), error: "boom" });
  host.timerFired({ partition: 0, actor: actorId("order", "ord_1"), lateMs: 40 });
  host.checkpoint({ partition: 0, sequence: 12, snapshots: 5, ms: 20, outcome: "stored" });
  host.opened({ partition: 0, ms: 400, tail: 7 });
  host.fenced({ partition: 0, sequence: 12 });
  host.reopening({ partition: 0, code: "log.unavailable", reason: "no answer" });
  host.stopped({ partition: 0, code: "log.lost", reason: "ends at 11" });
  const samples = await scrape();
  expect(samples.get('waybill_turn_append_duration_seconds_sum{outcome="stored"}')).toBeCloseTo(0.002);
  expect(samples.get('waybill_turn_duration_seconds_sum{outcome="stored"}')).toBeCloseTo(0.005);
  expect(samples.get("waybill_turn_entries_sum")).toBe(24);
  expect(samples.get("waybill_turn_size_bytes_sum")).toBe(8_000);
  expect(samples.get('waybill_rejections_total{reason="stock-insufficient"}')).toBe(4);
  // What was not stored never happened.
  expect(samples.get('waybill_events_total{type="order.placed"}')).toBe(4);
  expect(samples.get('waybill_appends_total{outcome="full"}')).toBe(1);
  expect(samples.get('waybill_dead_letters_total{actor_kind="sku"}')).toBe(1);
  expect(samples.get('waybill_timers_late_seconds_sum{actor_kind="order"}')).toBeCloseTo(0.04);
  expect(samples.get('waybill_checkpoint_duration_seconds_count{outcome="stored"}')).toBe(1);
  expect(samples.get("waybill_partition_open_duration_seconds_count")).toBe(1);
  expect(samples.get("waybill_partition_fenced_total")).toBe(1);
  expect(samples.get('waybill_partition_reopenings_total{code="log.unavailable"}')).toBe(1);
  expect(samples.get('waybill_partition_stopped_total{code="log.lost"}')).toBe(1);
});

test("why a partition opens again is logged once for each reason, and counted every time", async () => {
  const lines: string[] = [];
  const warn = (line: { readonly reason: string }) => void lines.push(line.reason);
  const host = observeHost(telemetry, measure, { ...log, info: () => {}, warn } as unknown as typeof log);
  const reopening = (partition: number, reason: string) =>
    host.reopening({ partition, code: "log.unavailable", reason });
  for (let i = 0; i < 3; i++) reopening(0, `no answer in ${i} ms`);
  reopening(1, "no answer in 1 ms");
  reopening(0, "no leader");
  reopening(0, "no leader");
  host.opened({ partition: 0, ms: 1, tail: 0 });
  reopening(0, "no leader");
  expect(lines).toEqual(["no answer in 0 ms", "no answer in 1 ms", "no leader", "no leader"]);
  const samples = await scrape();
  expect(samples.get('waybill_partition_reopenings_total{code="log.unavailable"}')).toBe(7);
});

test("gauges are read when scraped", async () => {
  let queue = 3;
  const cached = { commandsLag: 4, commandsAgeMs: 2_500, cacheBytes: 5, cacheActors: 6 };
  const rest = { ...cached, timersOverdue: 7, actorsStopped: 8, paused: 9, parked: 10 };
  observePartitions(measure, () => [{ partition: 0, queue, ...rest }]);
  const lags = observeLags(measure), late = { partition: 0, head: 9, records: 9, ms: 1_500 };
  const projector = observeProjector(telemetry, measure, { log, lags });
  projector.lag(late);
  projector.lag({ ...late, partition: 1 });
  const standing = { projection: "orders_v2", records: 9 };
  projector.standing({ partition: 0, projections: [{ ...standing, state: "stopped" }] });
  projector.standing({ partition: 1, projections: [{ ...standing, state: "paused" }] });
  lags.forget("projector", 1);
  const copier = observeCopier(measure, log, 0);
  observeProcess(measure);
  copier.copied?.({ records: 10, items: 2, missing: 1 });
  copier.interrupted?.("no connection");
  queue = 33;
  const samples = await scrape();
  expect(samples.get('waybill_partition_queue{partition="0"}')).toBe(33);
  expect(samples.get('waybill_timers_overdue{partition="0"}')).toBe(7);
  expect(samples.get('waybill_parked{partition="0"}')).toBe(10);
  expect(samples.get('waybill_commands_age_seconds{partition="0"}')).toBe(2.5);
  expect(samples.get('waybill_partition_open{partition="0"}')).toBe(1);
  expect(samples.get('waybill_reader_lag_time_seconds{reader="projector",partition="0"}')).toBe(1.5);
  expect(samples.has('waybill_reader_lag_time_seconds{reader="projector",partition="1"}')).toBe(false);
  const of = 'projection="orders_v2",partition';
  expect(samples.get(`waybill_projection_lag_records{${of}="0"}`)).toBe(9);
  expect(samples.get(`waybill_projection_stopped{${of}="0"}`)).toBe(1);
  expect(samples.get(`waybill_projection_paused{${of}="0"}`)).toBe(0);
  expect(samples.has(`waybill_projection_paused{${of}="1"}`)).toBe(false);
  expect(samples.get("waybill_copier_records_total")).toBe(10);
  expect(samples.get("waybill_copier_missing_total")).toBe(1);
  expect(samples.get("waybill_copier_copied_total")).toBe(2);
  expect(samples.get("process_memory_usage_bytes")).toBeGreaterThan(1e6);
});

test("a projection batch is measured by outcome", async () => {
  const projector = observeProjector(telemetry, measure, { log, lags: observeLags(measure) });
  const size = { firstSequence: 1, lastSequence: 5, records: 5, events: 50, bytes: 900 };
  const batch = { partition: 0, ...size, startedAtMs: 1_000, ms: 8, headers: [] };
  projector.batch({ ...batch, outcome: "stored" });
  projector.batch({ ...batch, outcome: "fenced" });
  projector.interrupted({ partition: 0, code: "database.unavailable", reason: "no answer", retryMs: 100 });
  projector.stopped({ partition: 0, code: "defect", reason: "a bug" });
  const samples = await scrape();
  expect(samples.get('waybill_reader_interrupted_total{reader="projector",code="database.unavailable"}'))
    .toBe(1);
  expect(samples.get('waybill_reader_stopped_total{reader="projector",code="defect"}')).toBe(1);
  expect(samples.get('waybill_projector_batch_duration_seconds_count{outcome="fenced"}')).toBe(1);
  expect(samples.get("waybill_projector_batch_events_sum")).toBe(100);
});

test("a label takes a bounded number of values", () => {
  const label = bounded(2);
  expect(["a", "b", "c", "a", "d"].map(label)).toEqual(["a", "b", "other", "a", "other"]);
});
