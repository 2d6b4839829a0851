import { afterEach, describe, expect, test } from "vitest";
import { problems } from "./problems.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";
import { stopTheClock } from "./testing/stop_the_clock.ts";

let town: Town;
afterEach(() => town.close());

describe("who may ask", () => {
  test("no key, an unknown key, a key without the scope", async () => {
    town = await openTown();
    const none = await town.app.request("/v1/orders");
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="waybill"']);
    const unknown = await town.call("GET", "/v1/orders", undefined, { authorization: "Bearer nobody" });
    expect([unknown.status, unknown.body.type]).toEqual([401, "/problems/unauthorized"]);
    expect(unknown.headers.get("www-authenticate")).toContain("invalid_token");
    const reader = { authorization: "Bearer reader" };
    expect((await town.call("GET", "/v1/orders", undefined, reader)).status).toBe(200);
    const refused = await town.call("POST", "/v1/orders", orderOf("1", ["A"]), reader);
    expect([refused.status, refused.body.type]).toEqual([403, "/problems/forbidden"]);
    expect(refused.body.detail).toContain("orders:write");
    expect(town.asked).toEqual([]);
  });
  test("a key has its rate, and is told how it stands", async () => {
    town = await openTown();
    stopTheClock(); // Its allowance grows with time.
    const slow = { authorization: "Bearer slow" };
    const first = await town.call("GET", "/v1/orders", undefined, slow);
    expect([first.status, first.headers.get("ratelimit"), first.headers.get("ratelimit-policy")])
      .toEqual([200, '"default";r=1;t=1', '"default";q=2;w=1']);
    await town.call("GET", "/v1/orders", undefined, slow);
    const third = await town.call("GET", "/v1/orders", undefined, slow);
    expect([third.status, third.body.type, third.headers.get("retry-after")])
      .toEqual([429, "/problems/rate-limited", "1"]);
    town.clock.aheadMs = 1_000;
    expect((await town.call("GET", "/v1/orders", undefined, slow)).status).toBe(200);
  });
  test("metrics are for this machine and for operators", async () => {
    town = await openTown({
      deps: { isLoopback: () => true, metrics: () => Promise.resolve("orders_total 1\n") },
    });
    const local = await town.app.request("/metrics");
    expect([local.status, await local.text()]).toEqual([200, "orders_total 1\n"]);
    const forwarded = await town.app.request("/metrics", { headers: { "x-forwarded-for": "10.0.0.1" } });
    expect(forwarded.status).toBe(401);
    const reader = await town.call("GET", "/metrics", undefined, {
      authorization: "Bearer reader",
      forwarded: "x",
    });
    expect(reader.status).toBe(403);
    expect((await town.call("GET", "/metrics", undefined, { forwarded: "x" })).status).toBe(200);
  });
});

describe("bodies", () => {
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    town.app.request("/v1/orders", {
      method: "POST",
      body,
      headers: { authorization: "Bearer all", "content-type": "application/json", ...headers },
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    } as RequestInit);
  const kind = async (response: Response) => [response.status, (await response.json()).type];

  test("that are not JSON, not UTF-8, or nothing at all", async () => {
    town = await openTown();
    const malformed = [400, "/problems/malformed-json"];
    expect(await kind(await post("{"))).toEqual(malformed);
    expect(await kind(await post(""))).toEqual(malformed);
    expect(await kind(await post(new Uint8Array([0x22, 0xff, 0x22])))).toEqual(malformed);
    const failing = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
    expect(await kind(await post(failing))).toEqual(malformed);
    expect(await kind(await post("[".repeat(500_000)))).toEqual(malformed);
  });

  test("of another type", async () => {
    town = await openTown();
    for (const type of ["text/plain", "application/json; charset=latin1", "application/x-ndjson", ""]) {
      expect(await kind(await post("{}", { "content-type": type }))).toEqual([
        415,
        "/problems/unsupported-media-type",
      ]);
    }
    expect((await post("{}", { "content-type": 'Application/JSON; charset="UTF-8"' })).status).toBe(422);
  });

  test("of more than 1 MiB, announced or not, never read further", async () => {
    town = await openTown();
    const tooLarge = [413, "/problems/body-too-large"];
    expect(await kind(await post("{}", { "content-length": "1048577" }))).toEqual(tooLarge);
    let chunks = 0;
    const endless = new ReadableStream({
      pull(controller) {
        chunks++;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    expect(await kind(await post(endless))).toEqual(tooLarge);
    expect(chunks).toBeLessThan(30);
    const padded = JSON.stringify(orderOf("1", ["A"])).padEnd(1_048_576, " ");
    expect((await post(padded)).status).toBe(409);
  });
});

describe("when the system cannot", () => {
  const place = () => town.call("POST", "/v1/orders", orderOf("1", ["A"]));

  test("no host: 202 with a Location, after the patience that was asked for", async () => {
    town = await openTown({ host: false });
    const told = await town.call("POST", "/v1/orders", orderOf("1", ["A"]), { prefer: "wait=0" });
    expect([told.status, told.headers.get("location")]).toEqual([202, `/v1/orders/${told.body.orderId}`]);
    const receipt = { location: "L", reference: "r", lines: [{ sku: "A", quantity: 1 }] };
    const document = await town.call("POST", "/v1/stock/receipts", receipt, { prefer: "wait=0" });
    expect(document.status).toBe(202);
  });

  test("no ack: 503 in-doubt, and repeating tells", async () => {
    let losing = true;
    town = await openTown({
      host: false,
      server: {
        publishFault: (subject) => losing && subject.startsWith("commands.") ? "lose-ack" : undefined,
      },
      askLimits: { ackMsMax: 20 },
      limits: { patienceMs: 50 },
    });
    const told = await place();
    expect([told.status, told.body.type, told.headers.get("retry-after")]).toEqual([
      503,
      "/problems/in-doubt",
      "1",
    ]);
    losing = false;
    town.startHost();
    const again = await town.call("POST", "/v1/orders", orderOf("1", ["A"]), { prefer: "wait=10" });
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([409, "true"]);
  });

  test("too many wait: 503 overloaded", async () => {
    town = await openTown({ host: false, askLimits: { waitingMax: 0 } });
    const told = await place();
    expect([told.status, told.body.type, told.headers.get("retry-after")]).toEqual([
      503,
      "/problems/overloaded",
      "1",
    ]);
  });

  test("no connection to the log: 503 unavailable, for a change and for what only its actor can tell", async () => {
    town = await openTown({ host: false, askLimits: { queuedMsMax: 20 }, limits: { patienceMs: 20 } });
    town.server.goDown();
    for (const told of [await place(), await town.call("GET", `/v1/orders/ord_${"0".repeat(26)}`)]) {
      expect([told.status, told.body.type, told.headers.get("retry-after")]).toEqual([
        503,
        "/problems/unavailable",
        "1",
      ]);
    }
    expect(town.asked).toHaveLength(2);
  });

  test("a defect in an actor: 500 without internals, and its position", async () => {
    town = await openTown({
      deps: { ask: () => Promise.resolve({ kind: "defect", position: { partition: 0, sequence: 9 } }) },
    });
    const told = await place();
    expect([told.status, told.body.type, told.headers.get("waybill-position")])
      .toEqual([500, "/problems/defect", "p1-0.9"]);
  });

  test("a defect at the edge: 500 without internals, reported with its request id", async () => {
    town = await openTown({ deps: { ask: () => Promise.reject(new Error("secret internals")) } });
    const told = await place();
    expect([told.status, told.body.type]).toEqual([500, "/problems/defect"]);
    expect(told.text).not.toMatch(/secret|\.ts/);
    expect(town.reports).toHaveLength(1);
  });

  test("a rejection that this edge does not know yet", async () => {
    const rejection = { reason: "moon-phase", detail: "Cannot place order: wrong moon" };
    const position = { partition: 0, sequence: 1 };
    town = await openTown({
      deps: { ask: () => Promise.resolve({ kind: "answered", answer: { ok: false, rejection }, position }) },
    });
    expect((await place()).body).toMatchObject({
      type: "/problems/refused",
      status: 409,
      detail: rejection.detail,
    });
  });
});

describe("around it", () => {
  test("health", async () => {
    let reasons = ["no connection to the log"];
    town = await openTown({
      deps: { readiness: () => Promise.resolve({ ready: reasons.length === 0, reasons }) },
    });
    expect((await town.call("GET", "/livez")).status).toBe(200);
    const unready = await town.call("GET", "/readyz");
    expect([unready.status, unready.body.reasons]).toEqual([503, ["no connection to the log"]]);
    reasons = [];
    expect((await town.call("GET", "/readyz")).status).toBe(200);
    expect((await town.call("GET", "/metrics")).status).toBe(404);
  });

  test("unknown paths, wrong methods, strange request ids, safe headers", async () => {
    town = await openTown();
    const nowhere = await town.call("GET", "/v1/nowhere");
    expect([nowhere.status, nowhere.body.type]).toEqual([404, "/problems/not-found"]);
    expect((await town.call("POST", "/v1/ordersX", {})).status).toBe(404);
    for (
      const [method, path, allow] of [
        ["DELETE", "/v1/orders", "GET, POST, HEAD"],
        ["GET", "/v1/orders:bulk", "POST"],
        ["POST", "/v1/stock/A", "GET, HEAD"],
        ["OPTIONS", "/livez", "GET, HEAD"],
      ] as const
    ) {
      const told = await town.call(method, path);
      expect([told.status, told.headers.get("allow")]).toEqual([405, allow]);
    }
    const { headers } = await town.call("GET", "/livez", undefined, { "x-request-id": "<script>" });
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("every kind of problem has its page", async () => {
    town = await openTown();
    for (const name of Object.keys(problems)) {
      const { status, text, headers } = await town.call("GET", `/problems/${name}`);
      expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(text).toContain(`<code>${name}</code>`);
    }
    expect((await town.call("GET", "/problems")).text).toContain('href="/problems/in-doubt"');
    expect((await town.call("GET", "/problems/toString")).status).toBe(404);
  });

  test("the reference needs nothing from elsewhere", async () => {
    town = await openTown();
    const { text, headers } = await town.call("GET", "/docs");
    expect(headers.get("content-security-policy")).toContain("script-src 'self'");
    const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(link).toMatch(/^\//);
      expect((await town.call("GET", link)).status).toBe(200);
    }
  });
});
