import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { waybill } from "./command_line.ts";
import { eachOf, expectProblem, orderOf, receive, seeing, tally } from "./orders.ts";
import { listen } from "./sse.ts";
import { newSystem, type System } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
  await receive(system, { TEA: 1_000 });
});
afterAll(() => system?.remove());

const errorsOf = (body: unknown) =>
  z.object({ errors: z.array(z.object({ pointer: z.string(), detail: z.string() })) }).parse(body).errors;
const pointers = (body: unknown) => errorsOf(body).map(({ pointer }) => pointer).sort();

describe("bad input is a problem document, and leaves nothing behind:", () => {
  test("every wrong field is named", async () => {
    const wrong = {
      ...{ channel: "", orderNumber: 7, currency: "gbp", placedAt: "yesterday", payment: "maybe" },
      ...{ stockPolicy: "steal", holdMinutes: 0, pricesIncludeTax: "no", shipping: { amount: "-1" } },
      customer: { email: "nobody", phone: "0207", language: "?", address: { line1: "1 High Street" } },
      lines: [{ sku: " TEA", quantity: 0, unitPrice: 2.55, discount: "-1", taxRate: "20%" }, { sku: "TEA" }],
    };
    const answer = await system.post("/v1/orders", wrong);
    expectProblem(answer, 422, "invalid-request");
    expect(pointers(answer.body)).toEqual([
      ...["/channel", "/currency", "/customer/address/country", "/customer/email", "/customer/language"],
      ...["/customer/phone", "/holdMinutes", "/lines/0/discount", "/lines/0/quantity", "/lines/0/sku"],
      ...[
        "/lines/0/taxRate",
        "/lines/0/unitPrice",
        "/lines/1/quantity",
        "/lines/1/unitPrice",
        "/orderNumber",
      ],
      ...["/payment", "/placedAt", "/pricesIncludeTax", "/shipping/amount", "/stockPolicy"],
    ]);
    const dear = { lines: [{ sku: "TEA", quantity: 2, unitPrice: "1", discount: "2.01" }] };
    const discount = await system.post("/v1/orders", orderOf("dear", "", dear));
    expect(pointers(discount.body)).toEqual(["/lines/0/discount"]);
    expect(await system.get("/v1/orders?orderNumber=dear")).toMatchObject({ body: { items: [] } });
    expect((await system.post("/v1/orders", orderOf("dear", "TEA"))).status).toBe(201);
  });

  test("what is no JSON, too large, or of another type", async () => {
    const raw = (raw: string, headers = {}) => system.post("/v1/orders", undefined, { raw, headers });
    expectProblem(await raw("{"), 400, "malformed-json");
    expectProblem(await raw("[]"), 422, "invalid-request");
    expectProblem(await raw(`{"channel":"${"x".repeat(1_048_576)}"}`), 413, "body-too-large");
    expectProblem(await raw("a=b", { "content-type": "text/plain" }), 415, "unsupported-media-type");
    expectProblem(await system.get("/v1/nothing"), 404, "not-found");
    expectProblem(await system.put("/v1/orders", {}), 405, "method-not-allowed");
    const position = { headers: { "waybill-position": "nonsense" } };
    expectProblem(await system.get("/v1/stock/TEA", position), 400, "malformed-header");
  });
});

describe("keys", () => {
  const created = z.object({ keyId: z.string(), token: z.string() });
  async function create(...args: string[]) {
    const { code, stdout, stderr } = await waybill(
      system,
      "keys",
      "create",
      "--json",
      "--name",
      "test",
      ...args,
    );
    expect(code, stderr).toBe(0);
    return created.parse(JSON.parse(stdout));
  }

  test("without one 401, beyond its scopes or its channel 403, revoked 401", async () => {
    expectProblem(await system.get("/v1/stock/TEA", { key: null }), 401, "unauthorized");
    expectProblem(await system.get("/v1/stock/TEA", { key: "wbk_nobody" }), 401, "unauthorized");
    const shop = await create("--scopes", "orders:read,orders:write", "--channel", "shop");
    const key = shop.token;
    const own = orderOf("s1", "TEA", { channel: "shop" });
    await expect.poll(async () => (await system.post("/v1/orders", own, { key })).status).toBe(201);
    expectProblem(await system.get("/v1/stock/TEA", { key }), 403, "forbidden");
    expectProblem(await system.post("/v1/orders", orderOf("s2", "TEA"), { key }), 403, "forbidden");
    const others = await system.post("/v1/orders", orderOf("s3", "TEA"));
    const foreign = others.headers.get("location") ?? "none";
    expectProblem(await system.get(foreign, { key }), 404, "unknown-order");
    expectProblem(await system.get("/v1/orders?channel=web", { key }), 403, "forbidden");
    const { body } = await system.get("/v1/orders", { key });
    expect(body).toMatchObject({ items: [{ orderNumber: "s1" }] });
    const { stdout } = await waybill(system, "keys", "list", "--json");
    expect(stdout).toContain(shop.keyId);
    expect(stdout).not.toContain(key);
    expect((await waybill(system, "keys", "revoke", shop.keyId)).code).toBe(0);
    await expect.poll(async () => (await system.post("/v1/orders", own, { key })).status).toBe(401);
  });

  test("more requests than its rate are told when to come again", async () => {
    const { token: key } = await create("--scopes", "stock:read", "--rate", "5");
    await expect.poll(async () => (await system.get("/v1/stock/TEA", { key })).status).toBe(200);
    const startedAtMs = performance.now();
    const answers = await eachOf(Array.from({ length: 30 }), 30, () => system.get("/v1/stock/TEA", { key }));
    const { 200: served = 0, 429: refused = 0 } = tally(answers);
    expect(served + refused).toBe(30);
    // A second's worth at once, and what came back to it meanwhile.
    expect(served).toBeLessThanOrEqual(Math.ceil(5 + 5 * (performance.now() - startedAtMs) / 1_000));
    const limited = answers.find(({ status }) => status === 429)!;
    expectProblem(limited, 429, "rate-limited");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("reading", () => {
  test("a GET with the position of a change sees it; an ETag spares what is known", async () => {
    const placed = await system.post("/v1/orders", orderOf("seen", "TEA"));
    const path = placed.headers.get("location") ?? "none";
    const first = await system.get(path, seeing(placed));
    expect(first).toMatchObject({ status: 200, body: { orderNumber: "seen", status: "confirmed" } });
    expect(first.headers.get("waybill-stale")).toBeNull();
    const etag = first.headers.get("etag") ?? "";
    const known = await system.get(path, { headers: { "if-none-match": etag } });
    expect([known.status, known.text]).toEqual([304, ""]);
    const headers = { "idempotency-key": "cancel-seen" };
    const cancelled = await system.post(`${path}/cancel`, { reason: "test" }, { headers });
    const options = seeing(cancelled);
    const changed = await system.get(path, { headers: { ...options.headers, "if-none-match": etag } });
    expect(changed).toMatchObject({ status: 200, body: { status: "cancelled" } });
    const stock = await system.get("/v1/stock/TEA", options);
    expect(stock.body).toMatchObject({
      asOf: expect.stringMatching(/Z$/),
      position: expect.stringMatching(/./),
    });
    const again = { headers: { "if-none-match": stock.headers.get("etag") ?? "" } };
    expect((await system.get("/v1/stock/TEA", again)).status).toBe(304);
  });

  test("a position that is never reached is waited for two seconds, and told to be stale", async () => {
    const startedAtMs = performance.now();
    const future = { headers: { "waybill-position": "p1-0.zzzzzz" }, stale: true };
    const answer = await system.get("/v1/stock/TEA", future);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("waybill-stale")).toBe("true");
    expect(performance.now() - startedAtMs).toBeGreaterThan(1_900);
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  });

  test("lists are paged without a gap or a repeat, and filtered", async () => {
    const numbers = Array.from({ length: 25 }, (_, i) => `page-${i}`);
    const placedAt = (i: number) => `2026-01-01T00:${String(i).padStart(2, "0")}:00Z`;
    await eachOf(numbers, 8, (number) =>
      system.post(
        "/v1/orders",
        orderOf(number, "TEA", {
          channel: "paged",
          placedAt: placedAt(Number(number.slice("page-".length))),
        }),
      ));
    const seen: string[] = [];
    const page = z.object({ items: z.array(z.object({ orderNumber: z.string() })) });
    let path: string | undefined = "/v1/orders?channel=paged&limit=10";
    let pages = 0;
    while (path !== undefined) {
      const { body, headers } = await system.get(path);
      seen.push(...page.parse(body).items.map(({ orderNumber }) => orderNumber));
      path = /^<([^>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
      pages++;
    }
    expect([pages, seen]).toEqual([3, numbers.toReversed()]);
    const later = await system.get(`/v1/orders?channel=paged&createdFrom=${placedAt(20)}`);
    expect(page.parse(later.body).items).toHaveLength(5);
    const rejected = await system.get("/v1/orders?channel=paged&status=rejected");
    expect(page.parse(rejected.body).items).toEqual([]);
    const wrong = await system.get("/v1/orders?status=lost&limit=0&createdFrom=now&cursor=x");
    expectProblem(wrong, 422, "invalid-request");
    expect(pointers(wrong.body)).toEqual([
      "/query/createdFrom",
      "/query/cursor",
      "/query/limit",
      "/query/status",
    ]);
    expectProblem(await system.get(`/v1/orders/ord_${"0".repeat(26)}`), 404, "unknown-order");
    expectProblem(await system.get("/v1/orders/nonsense"), 404, "unknown-order");
  });

  test("an order's events come live, in order, and go on where a reader left", async () => {
    const placed = await system.post("/v1/orders", orderOf("live", "TEA", { payment: "pending" }));
    const path = placed.headers.get("location") ?? "none";
    const live = await listen(system, `${path}/events`);
    const before = await live.until("order.reserved");
    expect(before[0]?.event).toBe("order.placed");
    await system.post(`${path}/payment`, { status: "captured", reference: "PAY" });
    const after = await live.until("order.confirmed");
    await live.stop();
    const all = [...before, ...after];
    expect(all.map(({ id }) => id)).toEqual(all.map((_, i) => String(i + 1)));
    const resumed = await listen(system, `${path}/events`, before.at(-1)?.id);
    expect(await resumed.until("order.confirmed")).toEqual(after);
    await resumed.stop();
    const { body } = await system.get(`${path}/events`);
    const history = z.object({ items: z.array(z.object({ type: z.string() })) }).parse(body).items;
    expect(history.map(({ type }) => type)).toEqual(all.map(({ event }) => event));
  });
});

describe("public pages", () => {
  const open = (path: string, headers = {}) => system.get(path, { key: null, headers });

  test("health, metrics, the description and its page", async () => {
    expect((await open("/livez")).status).toBe(200);
    expect(await open("/readyz")).toMatchObject({ status: 200, body: { ready: true } });
    const metrics = await open("/metrics");
    expect(metrics.text).toMatch(/^# TYPE \w+ counter$/m);
    expectProblem(await open("/metrics", { "x-forwarded-for": "203.0.113.9" }), 401, "unauthorized");
    const page = await open("/docs");
    expect(page.headers.get("content-type")).toContain("text/html");
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
    expect(assets.filter((path) => !path.startsWith("/"))).toEqual([]);
    expect(await eachOf(assets, 4, async (path) => (await open(path)).status)).toEqual(assets.map(() => 200));
  });

  test("the description names every call of the contract, and every problem has its page", async () => {
    const { body, text } = await open("/openapi.json");
    expect(body).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    const paths =
      z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(body).paths;
    const calls = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).filter((name) => name !== "parameters").map((method) =>
        `${method.toUpperCase()} ${path}`
      )
    );
    expect(calls).toEqual(expect.arrayContaining([
      ...["PUT /v1/locations/{location}", "PUT /v1/skus/{sku}", "POST /v1/stock/receipts"],
      ...["POST /v1/stock/adjustments", "GET /v1/stock/{sku}", "GET /v1/stock", "POST /v1/orders"],
      ...[
        "POST /v1/orders:bulk",
        "GET /v1/orders",
        "GET /v1/orders/{orderId}",
        "GET /v1/orders/{orderId}/events",
      ],
      ...["POST /v1/orders/{orderId}/payment", "POST /v1/orders/{orderId}/cancel"],
    ]));
    const problems = [...new Set(text.match(/\/problems\/[a-z-]+/g))];
    expect(problems.length).toBeGreaterThan(15);
    for (const problem of problems) {
      const page = await open(problem);
      expect([problem, page.status, page.text.length > 100]).toEqual([problem, 200, true]);
    }
    expectProblem(await open("/problems/never-heard-of"), 404, "not-found");
  });
});
