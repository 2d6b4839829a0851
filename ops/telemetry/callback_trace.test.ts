import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CarrierAdapter } from "../../http/carriers/adapter.ts";
import { callbackHandler } from "../../http/carriers/callback_handler.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import type { CallbackStore } from "../../streams/callbacks/callback_store.ts";
import type { Ask, Question } from "../../streams/edge/asking.ts";
import { Fault } from "../../streams/faults.ts";
import { unlessReadOnly } from "../run/read_only.ts";
import { startCollector } from "../testing/otlp_collector.ts";
import { traceHandling, traceKeeping, traceReplay } from "./callback_trace.ts";
import { startTelemetry, type Telemetry } from "./sdk.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c", traceparent = `00-${traceId}-b7ad6b7169203331-01`;
let collector: Awaited<ReturnType<typeof startCollector>>, telemetry: Telemetry;

const variables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_TRACES_SAMPLER"];
beforeEach(async () => {
  collector = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.endpoint;
  process.env.OTEL_EXPORTER_OTLP_PROTOCOL = "http/json";
  telemetry = startTelemetry({ serviceName: "test", traces: true, ownedByDeno: false });
});
afterEach(async () => {
  await telemetry.stop();
  for (const name of variables) delete process.env[name];
  await collector.stop();
});

const callback = (more: Partial<Callback> = {}): Callback => ({
  ...{ id: "cb1", carrier: "ups", atMs: 0, body: new Uint8Array(), traceparent },
  ...more,
});
const said = () => [{ trackingNumber: "1Z", carrier: "ups", status: "delivered" as const, events: [] }];
const ups: CarrierAdapter = {
  ...{ name: "ups", title: "UPS", authenticate: () => ({ authentic: true }), callback: said, reply: said },
};

/** What handles callbacks in `deliver`, and what parcels were told. */
function handling(isReadOnly = () => false) {
  const asked: Question[] = [], tracer = traceHandling(telemetry);
  const ask: Ask = (question) => {
    asked.push(question);
    return Promise.resolve({ kind: "accepted" });
  };
  const options = { adapters: new Map([["ups", ups]]), ask: unlessReadOnly(ask, { isOn: isReadOnly }) };
  return { asked, handle: callbackHandler({ ...options, ...(tracer && { tracer }) }) };
}

test("what waits while the system is read-only is one span, and keeps its trace", async () => {
  let readOnly = true;
  const { asked, handle } = handling(() => readOnly), one = callback(), gone = callback({ carrier: "gone" });
  for (let i = 0; i < 3; i++) await expect(handle([one, gone])).rejects.toThrow(Fault);
  readOnly = false;
  await handle([one, gone]);
  await telemetry.stop();
  expect(collector.spans.map(({ name, parentSpanId }) => ({ name, parentSpanId }))).toEqual([
    { name: "callback", parentSpanId: "b7ad6b7169203331" },
    { name: "callback", parentSpanId: "b7ad6b7169203331" },
  ]);
  const spanIds = collector.spans.map(({ spanId }) => `00-${traceId}-${spanId}-01`);
  expect(asked).toHaveLength(1);
  expect(spanIds).toContain(asked[0]!.traceparent);
});

test.each([["none", undefined], ["a malformed one", "00-x"], ["an unsampled one", traceparent]])(
  "a callback with no trace to go on in leaves no span: %s",
  async (name, given) => {
    if (name === "an unsampled one") {
      await telemetry.stop();
      process.env.OTEL_TRACES_SAMPLER = "always_off";
      telemetry = startTelemetry({ serviceName: "test", traces: true, ownedByDeno: false });
    }
    const { traceparent: _, ...untold } = callback();
    const { asked, handle } = handling();
    await handle([given === undefined ? untold : { ...untold, traceparent: given }]);
    await telemetry.stop();
    expect(collector.spans).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty("traceparent");
  },
);

test("without an endpoint for traces nothing is wrapped", () => {
  const silent = { ...telemetry, tracing: false };
  const store: CallbackStore = {
    keep: () => Promise.resolve({ kind: "stored" }),
    waiting: () => 0,
    stop: () => undefined,
  };
  expect(traceKeeping(store, silent)).toBe(store);
  expect(traceHandling(silent)).toBeUndefined();
});

test("a replay of what nobody traced is in no trace; else it is one of its own, also when it fails", async () => {
  const replay = traceReplay(telemetry), given: (string | undefined)[] = [];
  const tell = (told: boolean) => (traceparent?: string) => {
    given.push(traceparent);
    return Promise.resolve(told);
  };
  expect(await replay([], tell(true))).toBe(true);
  expect(await replay(["00-x"], tell(true))).toBe(true);
  expect(given).toEqual([undefined, undefined]);
  expect(await replay([traceparent], tell(false))).toBe(false);
  await telemetry.stop();
  expect(collector.spans).toMatchObject([{ name: "replay", links: [{ traceId }] }]);
  expect(collector.spans[0]!.traceId).not.toBe(traceId);
  expect(given[2]).toBe(`00-${collector.spans[0]!.traceId}-${collector.spans[0]!.spanId}-01`);
});
