import { afterEach, expect, test } from "vitest";
import { type Body, pointersOf } from "./testing/told.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

let town: Town;
afterEach(() => town.close());

const ndjson = { "content-type": "application/x-ndjson" };

async function receive(quantity: number) {
  const lines = [{ sku: "A", quantity }];
  await town.call("POST", "/v1/stock/receipts", { location: "LON1", reference: "r", lines });
}
async function bulk(body: BodyInit, headers: Record<string, string> = {}) {
  const response = await town.app.request("/v1/orders:bulk", {
    method: "POST",
    body,
    headers: { authorization: "Bearer all", ...ndjson, ...headers },
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  } as RequestInit);
  const text = await response.text();
  return { response, results: text.split("\n").filter(Boolean).map((line): Body => JSON.parse(line)) };
}

test("one result a line, in the order of the lines; bad ones do not stop the rest", async () => {
  town = await openTown();
  await receive(2);
  const order = (n: string) => JSON.stringify(orderOf(n, ["A"]));
  const lines = [
    order("1"),
    "{",
    "  ",
    JSON.stringify({ channel: "web" }),
    order("1"),
    `{"channel":"${"x".repeat(1_048_576)}"}`,
    order("2"),
    JSON.stringify(orderOf("2", ["A", "A"])),
    `${order("3")}\r`,
  ];
  const { response, results } = await bulk(lines.join("\n"));
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  expect(results.map(({ line, status, type }) => [line, status, type?.slice("/problems/".length)])).toEqual([
    [1, "confirmed", undefined],
    [2, 400, "malformed-json"],
    [4, 422, "invalid-request"],
    [5, "confirmed", undefined],
    [6, 413, "body-too-large"],
    [7, "confirmed", undefined],
    [8, 422, "idempotency-mismatch"],
    [9, 409, "insufficient-stock"],
  ]);
  expect(results[3]).toMatchObject({ replayed: true, orderId: results[0]?.orderId });
  expect(pointersOf(results[2] ?? {})).toContain("/lines");
});

test("takes effect in the order of the lines", async () => {
  town = await openTown();
  await receive(150);
  const lines = Array.from({ length: 400 }, (_, n) => JSON.stringify(orderOf(`n${n}`, ["A"])));
  const { results } = await bulk(lines.join("\n"));
  expect(results.map(({ line }) => line)).toEqual(lines.map((_, n) => n + 1));
  expect(results.map(({ status }) => status)).toEqual(lines.map((_, n) => n < 150 ? "confirmed" : 409));
});

test("reads no further than the client takes results, and stops when it leaves", async () => {
  town = await openTown({ limits: { bulkResultBytesMax: 4_096, bulkInFlightMax: 8 } });
  await receive(1_000_000);
  let sent = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(`${JSON.stringify(orderOf(`n${sent++}`, ["A"]))}\n`));
    },
    cancel: () => void (cancelled = true),
  });
  const response = await town.app.request("/v1/orders:bulk", {
    method: "POST",
    body: endless,
    headers: { authorization: "Bearer all", ...ndjson },
    duplex: "half",
  } as RequestInit);
  const reader = response.body!.getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(sent).toBeLessThan(40);
  await reader.cancel();
  await expect.poll(() => cancelled).toBe(true);
});

test("has only so many lines in flight while nothing is decided", async () => {
  town = await openTown({ host: false, limits: { bulkInFlightMax: 8 } });
  const lines = Array.from({ length: 50 }, (_, n) => JSON.stringify(orderOf(`n${n}`, ["A"])));
  const results = bulk(lines.join("\n"));
  await expect.poll(() => town.asked.length).toBe(8);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(town.asked.length).toBe(8);
  town.startHost();
  expect((await results).results).toHaveLength(50);
});

test("a full intake makes the stream wait, not the lines fail", async () => {
  town = await openTown({ askLimits: { waitingMax: 4, retryAfterS: 0.02 } });
  await receive(100);
  const lines = Array.from({ length: 30 }, (_, n) => JSON.stringify(orderOf(`n${n}`, ["A"])));
  const { results } = await bulk(lines.join("\n"));
  expect(results.map(({ status }) => status)).toEqual(lines.map(() => "confirmed"));
});

test("an intake out of reach makes the stream wait, not the lines fail", async () => {
  town = await openTown({
    askLimits: { queuedMsMax: 10, retryAfterS: 0.02 },
    limits: { bulkPatienceMs: 50, bulkAttemptsMax: 100 },
  });
  await receive(100);
  town.server.goDown();
  const results = bulk(JSON.stringify(orderOf("1", ["A"])));
  await expect.poll(() => town.asked.length).toBeGreaterThan(3);
  town.server.comeUp();
  // Its patience may end before the decision comes: then it is accepted, which is not a failure either.
  expect((await results).results).toEqual([expect.objectContaining({ line: 1, orderNumber: "1" })]);
});

test("a storefront's key places for its own channel only; the type must be NDJSON; nothing in, nothing out", async () => {
  town = await openTown();
  await receive(2);
  const lines = [orderOf("1", ["A"]), orderOf("1", ["A"], { channel: "shop" })].map((order) =>
    JSON.stringify(order)
  );
  const { results } = await bulk(lines.join("\n"), { authorization: "Bearer web" });
  expect(results.map(({ status }) => status)).toEqual(["confirmed", 403]);
  expect((await bulk("", { "content-type": "application/json" })).response.status).toBe(415);
  expect((await bulk("")).results).toEqual([]);
});
