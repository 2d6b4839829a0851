import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderIdOf } from "./order_id.ts";
import { type Body, pointersOf } from "./testing/told.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

let town: Town;
async function open(options: Parameters<typeof openTown>[0] = {}) {
  town = await openTown(options);
  if (options.host === false) return;
  const lines = [{ sku: "A", quantity: 500 }];
  const told = await town.call("POST", "/v1/stock/receipts", { location: "LON1", reference: "r", lines });
  expect(told.status).toBe(201);
}
afterEach(() => town.close());

describe("GET /v1/orders/{orderId}", () => {
  test("reads the writes of its own edge without being told a position", async () => {
    await open();
    for (let n = 0; n < 20; n++) {
      const { body } = await town.call("POST", "/v1/orders", orderOf(String(n), ["A"]));
      const read = await town.call("GET", `/v1/orders/${body.orderId}`);
      expect(read.body).toEqual(body);
      expect(read.headers.get("waybill-stale")).toBeNull();
      expect(town.asked.at(-1)!.command.type).toBe("place"); // The rows had it: its actor was not asked.
    }
  });

  test("carries an ETag, and answers 304 to it until the order changes", async () => {
    await open();
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    const path = `/v1/orders/${body.orderId}`;
    const etag = (await town.call("GET", path)).headers.get("etag")!;
    const same = await town.call("GET", path, undefined, { "if-none-match": `"x", ${etag}` });
    expect([same.status, same.text]).toEqual([304, ""]);
    await town.call("POST", `${path}/cancel`, { reason: "x" }, { "idempotency-key": "k" });
    const changed = await town.call("GET", path, undefined, { "if-none-match": etag });
    expect([changed.status, changed.body.status]).toEqual([200, "cancelled"]);
  });

  test("says that it is stale when the rows do not catch up", async () => {
    await open({ limits: { positionWaitMsMax: 30 } });
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"], { payment: "pending" }));
    const path = `/v1/orders/${body.orderId}`;
    await town.call("GET", path);
    town.queries.pause();
    const paid = await town.call("POST", `${path}/payment`, { status: "captured", reference: "p" });
    const stale = await town.call("GET", path);
    expect([stale.status, stale.body.status, stale.headers.get("waybill-stale")])
      .toEqual([200, "awaiting_payment", "true"]);
    town.queries.resume();
    const position = paid.headers.get("waybill-position")!;
    const fresh = await town.call("GET", path, undefined, { "waybill-position": position });
    expect([fresh.body.status, fresh.headers.get("waybill-stale")]).toEqual(["confirmed", null]);
  });

  test("waits for the position that it names, for what another edge wrote", async () => {
    await open({ limits: { positionWaitMsMax: 2_000 } });
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    const path = `/v1/orders/${body.orderId}`;
    const far = await town.call("GET", path, undefined, { "waybill-position": "p1-0.1" });
    expect(far.headers.get("waybill-stale")).toBeNull();
    const bad = await town.call("GET", path, undefined, { "waybill-position": "yesterday" });
    expect([bad.status, bad.body.type]).toEqual([400, "/problems/malformed-header"]);
  });

  test("asks the actor for what has no row, and only the actor says 404", async () => {
    await open({ limits: { positionWaitMsMax: 10 } });
    town.queries.pause();
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    expect((await town.call("GET", `/v1/orders/${body.orderId}`)).body).toEqual(body);
    const history = await town.call("GET", `/v1/orders/${body.orderId}/events`);
    expect([history.body.items, history.headers.get("waybill-stale")]).toEqual([[], "true"]);
    const unknown = await town.call("GET", `/v1/orders/${orderIdOf("web", "none")}`);
    expect([unknown.status, unknown.body.type]).toEqual([404, "/problems/unknown-order"]);
    expect((await town.call("GET", "/v1/orders/ord_x")).status).toBe(404);
  });

  test("works while Postgres is away; a list is 503", async () => {
    await open();
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    town.queries.down = true;
    expect((await town.call("GET", `/v1/orders/${body.orderId}`)).body).toEqual(body);
    const list = await town.call("GET", "/v1/orders");
    expect([list.status, list.body.type]).toEqual([503, "/problems/unavailable"]);
    expect(list.headers.get("retry-after")).toBe("2");
    expect(town.reports).toEqual([]);
  });

  test("is 503 when no host answers, and 202 orders are reserving or decided, never unknown", async () => {
    await open({ host: false, limits: { patienceMs: 60 } });
    const placed = await town.call("POST", "/v1/orders", orderOf("1", []), {});
    expect(placed.status).toBe(422);
    const accepted = await town.call("POST", "/v1/orders", orderOf("1", ["A"], { stockPolicy: "backorder" }));
    expect([accepted.status, accepted.body.status]).toEqual([202, "reserving"]);
    const path = accepted.headers.get("location")!;
    const silent = await town.call("GET", path);
    expect([silent.status, silent.body.type, silent.headers.get("retry-after")])
      .toEqual([503, "/problems/no-answer", "1"]);
    town.startHost();
    await expect.poll(async () => (await town.call("GET", path)).body.status).toBe("backordered");
  });

  test("a storefront's key does not see or change another channel's orders", async () => {
    await open();
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"], { channel: "shop" }));
    const path = `/v1/orders/${body.orderId}`;
    const web = { authorization: "Bearer web" };
    expect((await town.call("GET", path, undefined, web)).status).toBe(404);
    expect((await town.call("GET", `${path}/events`, undefined, web)).status).toBe(404);
    const cancel = await town.call("POST", `${path}/cancel`, { reason: "x" }, {
      ...web,
      "idempotency-key": "k",
    });
    expect(cancel.status).toBe(404);
    expect((await town.call("GET", path)).body.status).toBe("confirmed");
    expect((await town.call("GET", "/v1/orders", undefined, web)).body.items).toEqual([]);
    expect((await town.call("GET", "/v1/orders?channel=shop", undefined, web)).status).toBe(403);
    const other = await town.call("POST", "/v1/orders", orderOf("2", ["A"], { channel: "shop" }), web);
    expect([other.status, other.body.type]).toEqual([403, "/problems/forbidden"]);
  });
});

describe("GET /v1/orders", () => {
  beforeEach(async () => {
    await open();
    for (let n = 1; n <= 5; n++) {
      const placedAt = `2026-01-0${n}T00:00:00Z`;
      await town.call(
        "POST",
        "/v1/orders",
        orderOf(String(n), ["A"], { placedAt, channel: n > 3 ? "shop" : "web" }),
      );
    }
  });
  const numbers = ({ items }: Body) => items!.map(({ orderNumber }) => orderNumber);

  test("pages by Link, newest first, every order once", async () => {
    const seen: unknown[] = [];
    let path: string | undefined = "/v1/orders?limit=2";
    while (path !== undefined) {
      const { headers, body, status } = await town.call("GET", path);
      expect(status).toBe(200);
      seen.push(...numbers(body));
      path = headers.get("link")?.match(/^<(.+)>; rel="next"$/)?.[1];
      expect(path === undefined).toBe(body.next === undefined);
    }
    expect(seen).toEqual(["5", "4", "3", "2", "1"]);
  });

  test("filters", async () => {
    const of = async (query: string) => numbers((await town.call("GET", `/v1/orders?${query}`)).body);
    expect(await of("channel=shop")).toEqual(["5", "4"]);
    expect(await of("channel=web&orderNumber=2")).toEqual(["2"]);
    expect(await of("status=cancelled")).toEqual([]);
    expect(await of("createdFrom=2026-01-04T01:00:00%2B01:00")).toEqual(["5", "4"]);
  });

  test("names each wrong part of the query", async () => {
    const query = "limit=201&cursor=x&status=lost&createdFrom=now&channel=";
    const { status, body } = await town.call("GET", `/v1/orders?${query}`);
    expect(status).toBe(422);
    expect(pointersOf(body))
      .toEqual(["/query/channel", "/query/createdFrom", "/query/cursor", "/query/limit", "/query/status"]);
    for (const limit of ["0", "-1", "1.5", "x", ""]) {
      expect((await town.call("GET", `/v1/orders?limit=${limit}`)).status).toBe(422);
    }
  });
});

describe("GET /v1/orders/{orderId}/events", () => {
  test("tells the history, oldest first", async () => {
    await open();
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    const { body: { items = [] } } = await town.call("GET", `/v1/orders/${body.orderId}/events`);
    expect(items[0]).toMatchObject({ version: 1, type: "order.placed" });
    expect(items.map(({ version }) => version)).toEqual(items.map((_, index) => index + 1));
    expect((await town.call("GET", `/v1/orders/${orderIdOf("web", "none")}/events`)).status).toBe(404);
  });

  test("stays open, sends what happens, and resumes after what was seen", async () => {
    const closing = new AbortController();
    await open({ deps: { closing: closing.signal }, limits: { eventHeartbeatMs: 1 } });
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    const path = `/v1/orders/${body.orderId}`;
    const before = (await town.call("GET", `${path}/events`)).body.items!.length;
    const headers = {
      authorization: "Bearer all",
      accept: "text/event-stream",
      "last-event-id": String(before - 1),
    };
    const response = await town.app.request(`${path}/events`, { headers });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (wanted: RegExp) => {
      while (!wanted.test(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`Cannot find ${wanted}: the stream ended after ${text}`);
        text += value;
      }
    };
    await until(new RegExp(`^id: ${before}$`, "m"));
    expect(text).not.toMatch(new RegExp(`^id: ${before - 1}$`, "m"));
    town.queries.down = true;
    await town.call("POST", `${path}/cancel`, { reason: "x" }, { "idempotency-key": "k" });
    await until(/^: still here$/m);
    town.queries.down = false;
    await until(/^event: order\.\w*cancel\w*$/m);
    closing.abort();
    while (!(await reader.read()).done);
  });

  test("only so many streams may be open", async () => {
    await open({ limits: { eventStreamsMax: 1 } });
    const { body } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
    const headers = { authorization: "Bearer all", accept: "text/event-stream" };
    const first = await town.app.request(`/v1/orders/${body.orderId}/events`, { headers });
    const second = await town.app.request(`/v1/orders/${body.orderId}/events`, { headers });
    expect([first.status, second.status]).toEqual([200, 503]);
    await first.body!.cancel();
    await expect.poll(async () => {
      const third = await town.app.request(`/v1/orders/${body.orderId}/events`, { headers });
      await third.body!.cancel();
      return third.status;
    }).toBe(200);
  });
});
