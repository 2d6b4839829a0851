import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { orderAnswer } from "../../http/schemas/answers.ts";
import { shipmentCreated } from "../../http/schemas/shipment.ts";
import { orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

/** What no database takes, a NUL, half a character, a time beyond its calendar, is refused wherever a caller may write it. */

const cursor = (at: string, id: string) => Buffer.from(JSON.stringify([at, id])).toString("base64url");
const hostile = [
  "\0",
  "A\0",
  "case_\0",
  "\ud800",
  cursor("2026-11-22T10:00:00Z", "\0"),
  cursor("2026-11-22T10:00:00Z", "\ud800"),
  cursor("+275760-09-13T00:00:00Z", "A"),
  cursor("-271821-04-20T00:00:00Z", "A"),
  cursor("0000-01-01T00:00:00Z", "A"),
  "x".repeat(6_000),
];
/** Half a character has no encoding of its own: these are the bytes that some write for it. */
const escaped = (text: string) => text === "\ud800" ? "%ED%A0%80" : encodeURIComponent(text);

const parameter = z.object({ name: z.string(), in: z.string() });
const body = z.object({ content: z.record(z.string(), z.object({ example: z.unknown().optional() })) });
const operation = z.object({ parameters: z.array(parameter).default([]), requestBody: body.optional() });
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });
type Operation = z.output<typeof operation> & { readonly method: string; readonly path: string };

const secret = "generic-secret-of-the-shop";
let system: System, operations: readonly Operation[];
let known: Readonly<Record<string, string>>;
let calls = 0;

beforeAll(async () => {
  system = await newSystem({ WAYBILL_CARRIER_GENERIC_SECRET: secret });
  await system.start();
  await receive(system, { A: 20 });
  const { paths } = document.parse((await system.get("/openapi.json")).body);
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ method: method.toUpperCase(), path, ...one }))
  );
  const { orderId } = orderAnswer.parse((await system.post("/v1/orders", orderOf("H-1", "A"))).body);
  const shipped = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: "H-1", location: "LON1", carrier: "hermes", trackingNumber: "H-1" },
    lines: [{ sku: "A", quantity: 1 }],
  });
  const { shipmentId, trackingToken: token } = shipmentCreated.parse(shipped.body);
  const hook = { url: "https://shop.example/hooks" }, headers = { "idempotency-key": "hook" };
  const made = await system.post("/v1/webhook-endpoints", hook, { headers });
  const { endpointId } = z.object({ endpointId: z.string() }).parse(made.body);
  known = {
    orderId,
    shipmentId,
    token,
    key: token,
    endpointId,
    kind: "contact",
    carrier: "generic",
    name: "defect",
  };
});
afterAll(() => system?.remove());

const filled = (path: string, more: Readonly<Record<string, string>> = {}) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => more[name] ?? escaped(known[name] ?? "H-1"));

/** Its status; what a stream says is not waited for. */
async function ask(method: string, path: string, type?: string, sent?: string): Promise<number> {
  const response = await fetch(system.url + path, {
    method,
    redirect: "manual",
    headers: {
      ...{ authorization: `Bearer ${system.key}`, "idempotency-key": `hostile-${++calls}` },
      ...(type !== undefined && { "content-type": type }),
    },
    ...(sent !== undefined && { body: sent }),
  });
  await response.body?.cancel();
  return response.status;
}

test("in a path, and in a query", async () => {
  const wrong: string[] = [];
  for (const { method, path, parameters } of operations) {
    for (const { name, in: where } of parameters.filter((one) => one.in === "path" || one.in === "query")) {
      for (const text of hostile) {
        const value = escaped(text);
        const url = where === "path" ? filled(path, { [name]: value }) : `${filled(path)}?${name}=${value}`;
        const status = await ask(method, url);
        if (status >= 500) wrong.push(`${status} ${method} ${url.slice(0, 120)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(calls).toBeGreaterThan(500);
});

/** The body with each of its texts made hostile, one after the other. */
function* spoilt(value: unknown): Generator<unknown> {
  if (typeof value === "string") yield* [`${value}\0`, `\0${value}`, `${value}\ud800`];
  else if (Array.isArray(value)) {
    for (const [i, one] of value.entries()) for (const bad of spoilt(one)) yield value.with(i, bad);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      for (const bad of spoilt(one)) yield { ...value, [name]: bad };
    }
  }
}

test("in a body", async () => {
  const wrong: string[] = [], before = calls;
  for (const { method, path, requestBody } of operations) {
    for (const bad of spoilt(requestBody?.content["application/json"]?.example)) {
      const sent = JSON.stringify(bad), status = await ask(method, filled(path), "application/json", sent);
      if (status < 400 || status >= 500) wrong.push(`${status} ${method} ${path} ${sent}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(calls - before).toBeGreaterThan(50);
});

test("in what a carrier says: the rest of it counts, and rows go on", async () => {
  const occurredAt = new Date().toISOString();
  const event = { trackingNumber: "H-1", carrier: "hermes", status: "in_transit", subStatus: "accepted" };
  const said = { ...event, occurredAt, location: "Leeds, GB", description: "On its way", code: "X" };
  const callback = async (value: unknown) => {
    const sent = JSON.stringify(value), hex = createHmac("sha256", secret).update(sent).digest("hex");
    const headers = { "x-waybill-signature": `sha256=${hex}` }, raw = sent;
    return (await system.post("/v1/carriers/generic/callbacks", undefined, { key: null, raw, headers }))
      .status;
  };
  for (const bad of spoilt(said)) expect([200, 400]).toContain(await callback(bad));
  expect(await callback({ ...event, status: "delivered", subStatus: "locker", occurredAt })).toBe(200);
  const standing = async () => (await system.get(`/v1/tracking/${known.token}`)).body;
  await expect.poll(standing).toMatchObject({ status: "delivered" });
  expect(JSON.stringify(await standing())).not.toContain("\\u0000");

  const placed = await system.post("/v1/orders", orderOf("H-2", "A"));
  const position = placed.headers.get("waybill-position") ?? "";
  const { orderId } = orderAnswer.parse(placed.body);
  const read = await system.get(`/v1/orders/${orderId}`, { headers: { "waybill-position": position } });
  expect([read.status, read.headers.get("waybill-stale")]).toEqual([200, null]);
});
