import { createHmac } from "node:crypto";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReceiver, type Receiver } from "../../http/webhooks/testing/receiver.ts";
import { orderOf, receive } from "../e2e/orders.ts";
import { startChild } from "../local/child.mjs";
import { denoBinary } from "../local/deno.mjs";
import { startTestSmtp, type TestSmtp } from "../testing/smtp.ts";
import {
  attributesOf,
  callerOfTrace,
  openTracedSystem,
  type TracedSystem,
  treeOf,
  until,
} from "./testing/traced_system.ts";

/** Traces that begin with a carrier, and those that end with a subscriber or a customer. */

const secret = "secret-of-the-generic-carrier", caller = "b7ad6b7169203331", patient = { prefer: "wait=30" };
let system: TracedSystem, smtp: TestSmtp, subscriber: Receiver;

beforeAll(async () => {
  process.env.WAYBILL_CARRIER_GENERIC_SECRET = secret;
  [smtp, subscriber] = await Promise.all([startTestSmtp(), openReceiver()]);
  system = await openTracedSystem(["host", "edge", "projector", "deliver"], {
    WAYBILL_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    WAYBILL_MAIL_FROM: "Corner Shop <orders@shop.example>",
    WAYBILL_WEBHOOKS_PRIVATE: "true",
  });
  await system.start();
  await receive(system.shop, { TEA: 10 });
  const made = await system.shop.post("/v1/webhook-endpoints", { url: subscriber.url, events: ["*"] }, {
    headers: { "idempotency-key": "endpoint" },
  });
  expect(made.status, made.text).toBe(201);
});
afterAll(async () => {
  delete process.env.WAYBILL_CARRIER_GENERIC_SECRET;
  await system?.close();
  await Promise.all([smtp?.stop(), subscriber?.stop()]);
});

async function place(number: string, headers: Record<string, string> = {}): Promise<string> {
  const customer = { name: "Ada", email: `${number}@example.org`, language: "en" };
  const answer = await system.shop.post("/v1/orders", orderOf(number, "TEA", { customer }), {
    headers: { ...patient, ...headers },
  });
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { orderId: string }).orderId;
}

async function ship(orderId: string, trackingNumber: string): Promise<void> {
  const answer = await system.shop.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: trackingNumber, location: "LON1", carrier: "generic", trackingNumber },
    lines: [{ sku: "TEA", quantity: 1 }],
  }, { headers: patient });
  expect(answer.status, answer.text).toBe(201);
}

async function callBack(said: object, headers: Record<string, string>): Promise<void> {
  const raw = JSON.stringify({ occurredAt: new Date().toISOString(), ...said });
  const signature = createHmac("sha256", secret).update(raw).digest("hex");
  const answer = await system.shop.post("/v1/carriers/generic/callbacks", undefined, {
    ...{ key: null, raw },
    headers: { ...headers, "x-waybill-signature": `sha256=${signature}` },
  });
  expect(answer.status, answer.text).toBe(200);
}

const spansOf = (traceId: string, name: string) =>
  system.spans.filter((span) => span.traceId === traceId && span.name === name);

test("one trace from a carrier's callback to the row, the subscriber and the customer", async () => {
  const traceId = "11111111111111111111111111111111";
  await ship(await place("callback"), "T1");
  await callBack({ trackingNumber: "T1", status: "out_for_delivery" }, callerOfTrace(traceId));
  const wanted = new Set([
    `${caller} > POST /v1/carriers/:carrier/callbacks`,
    "POST /v1/carriers/:carrier/callbacks > callback",
    "callback > turn",
    "turn > append",
    "callback > decide",
    "decide > project",
    "decide > effect notifications",
    "decide > effect webhooks",
    "decide > send notification",
    "decide > send webhook",
  ]);
  await expect.poll(() => treeOf(system.spans, traceId), { timeout: 60_000 }).toEqual(wanted);
  const [callback] = spansOf(traceId, "callback"), [sent] = spansOf(traceId, "send notification");
  expect(attributesOf(callback!)).toMatchObject({ "waybill.carrier": "generic", "waybill.outcome": "told" });
  expect(attributesOf(sent!)).toEqual({
    ...{ "waybill.channel": "email", "waybill.milestone": "out_for_delivery" },
    ...{ "waybill.attempt": "1", "waybill.outcome": "sent" },
  });
  expect(sent!.links?.[0]).toMatchObject({ traceId, spanId: sent!.parentSpanId });
});

test("each of several requests has its own deliveries in its trace, when one turn decided them all", async () => {
  const traces = Array.from({ length: 5 }, (_, i) => `${i + 1}`.padStart(32, "2"));
  await Promise.all(traces.map((traceId, i) => place(`many-${i}`, callerOfTrace(traceId))));
  const sendings = (traceId: string) =>
    ["send notification", "send webhook"].flatMap((name) => spansOf(traceId, name))
      .map((span) => Object.values(attributesOf(span)).slice(0, -2).join(" ")).sort();
  for (const traceId of traces) {
    await expect.poll(() => sendings(traceId), { timeout: 60_000 })
      .toEqual(["email confirmed", "order.confirmed", "order.placed"]);
  }
});

test("a try that fails and one by another process are in the trace of the event; no span tells an address", async () => {
  const traceId = "33333333333333333333333333333333";
  await smtp.stop();
  subscriber.react = () => 500;
  await place("outage", callerOfTrace(traceId));
  const outcomes = (name: string) =>
    spansOf(traceId, name).map((span) => attributesOf(span)["waybill.outcome"]).sort();
  await until(() => outcomes("send notification").includes("later"));
  await until(() => outcomes("send webhook").length >= 2);
  await system.stop();
  await smtp.start();
  subscriber.react = () => 204;
  await system.start();
  await until(() => outcomes("send notification").includes("sent"));
  await until(() => outcomes("send webhook").filter((one) => one === "taken").length === 2);
  expect(outcomes("send webhook")).toContain("again");
  const attempts = spansOf(traceId, "send notification").map((span) => attributesOf(span)["waybill.attempt"]);
  expect(new Set(attempts).size).toBe(attempts.length);
  // Any digits may be in an id or in a time.
  const told = JSON.stringify(system.spans, (key, value) => /Id$|UnixNano$/.test(key) ? undefined : value);
  for (const secretText of ["example.org", subscriber.url, String(smtp.port)]) {
    expect(told).not.toContain(secretText);
  }
});

test("a callback that nobody samples is in no trace; a replay is a trace of its own, linked to the callback's", async () => {
  const traceId = "44444444444444444444444444444444", unsampled = "55555555555555555555555555555555";
  await callBack({ trackingNumber: "T2", code: "HOLD" }, callerOfTrace(traceId));
  await callBack({ trackingNumber: "T3", code: "HOLD" }, { traceparent: `00-${unsampled}-${caller}-00` });
  await until(() => spansOf(traceId, "project").length > 0);
  const child = await startChild({
    name: "replay",
    command: denoBinary(),
    args: "run -A ops/main.ts carriers replay --carrier generic --since 1day --yes".split(" "),
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: { ...system.env, WAYBILL_CARRIER_GENERIC_CODES: '{"HOLD":"exception/held"}' },
  });
  expect(await child.exited).toMatchObject({ code: 0 });
  await until(() => system.spans.some(({ name }) => name === "replay"));
  const [replay, ...others] = system.spans.filter(({ name }) => name === "replay");
  expect(others).toEqual([]);
  expect(replay!.traceId).not.toBe(traceId);
  expect(replay!.parentSpanId ?? "").toBe("");
  expect(replay!.links).toMatchObject([{ traceId }]);
  await until(() => treeOf(system.spans, replay!.traceId).has("decide > project"));
  expect(treeOf(system.spans, replay!.traceId)).toContain("replay > decide");
  expect(treeOf(system.spans, unsampled)).toEqual(new Set());
});
