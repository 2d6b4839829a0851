import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../projections/webhooks/catalogue.ts";
import { registryLimits } from "../streams/edge/registry.ts";
import { apiDescription } from "./openapi/document.ts";
import { endpointWithSecret } from "./schemas/webhooks.ts";
import { openTown, type Town } from "./testing/town.ts";

let town: Town, keys = 0;
beforeEach(async () => {
  town = await openTown();
});
afterEach(() => town.close());

const path = "/v1/webhook-endpoints", url = "https://shop.example/hooks";
const post = async (at: string, body?: unknown, { by = "all", key = `key-${++keys}` } = {}) => {
  const headers = { authorization: `Bearer ${by}`, ...(key !== "" && { "idempotency-key": key }) };
  const told = await town.call("POST", at, body, headers);
  return {
    ...told,
    /** Of an answer that shows one. */
    get endpoint() {
      return endpointWithSecret.parse(told.body);
    },
  };
};
const get = (at: string, by = "all") => town.call("GET", at, undefined, { authorization: `Bearer ${by}` });
const made = async (body: object = {}, by = "all") => {
  const told = await post(path, { url, ...body }, { by });
  expect(told.status, told.text).toBe(201);
  return told.endpoint;
};

describe("an endpoint", () => {
  test("is made with a secret that nobody is shown again", async () => {
    const { endpoint, status, headers } = await post(path, { url });
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`${path}/${endpoint.endpointId}`);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(endpoint).toMatchObject({
      url,
      events: ["*"],
      status: "active",
      secret: expect.stringMatching(/^whsec_.{44}$/),
    });
    const { secret: _, ...shown } = endpoint;
    expect((await get(`${path}/${endpoint.endpointId}`)).body).toEqual(shown);
    expect((await get(path)).body).toEqual({ items: [shown] });
    const stored = await town.server.connect().last("REGISTRY", "registry.webhooks.>");
    const kept = new TextDecoder().decode(stored!.payload);
    expect(kept).toContain(url);
    expect(kept).not.toContain("whsec_");
    expect(kept).not.toContain(endpoint.secret.slice("whsec_".length));
  });

  test("is made once, however often that is asked under one key, and answered the same", async () => {
    const key = "once",
      first = await post(path, { url }, { key }),
      again = await post(path, { url }, { key });
    expect(again.endpoint).toEqual(first.endpoint);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect((await post(path, { url: `${url}/2` }, { key })).body.type).toBe("/problems/idempotency-mismatch");
    expect((await post(path, { url }, { key, by: "shop" })).endpoint.endpointId).not.toBe(
      first.endpoint.endpointId,
    );
    await town.call("DELETE", `${path}/${first.endpoint.endpointId}`);
    expect((await post(path, { url }, { key })).endpoint).toEqual(first.endpoint);
    expect((await get(`${path}/${first.endpoint.endpointId}`)).status).toBe(404);
  });

  test("needs a key and a scope", async () => {
    expect((await post(path, { url }, { key: "" })).body.type).toBe("/problems/idempotency-key-required");
    expect((await post(path, { url }, { by: "reader" })).status).toBe(403);
    expect((await get(path, "reader")).status).toBe(403);
    expect((await get(path, "nobody")).status).toBe(401);
  });

  test.each([
    [{ url: "http://shop.example/hooks" }, "/url"],
    [{ url: "https://10.0.0.1/hooks" }, "/url"],
    [{ url: "https://me:secret@shop.example/" }, "/url"],
    [{ url: "hooks" }, "/url"],
    [{ url: `https://shop.example/${"x".repeat(2_100)}` }, "/url"],
    [{}, "/url"],
    [{ url, events: [] }, "/events"],
    [{ url, events: ["order.*", "ordr.*"] }, "/events/1"],
    [{ url, events: ["order.conf*"] }, "/events/0"],
    [{ url, description: "x".repeat(201) }, "/description"],
  ])("%j is refused", async (body, pointer) => {
    const { status, body: problem } = await post(path, body);
    expect(status).toBe(422);
    expect(problem.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  test("of a storefront's key is told of its channel only, and no other storefront sees it", async () => {
    const own = await made({}, "web"), everyone = await made();
    expect(own).toMatchObject({ channel: "web" });
    expect((await post(path, { url, channel: "shop" }, { by: "web" })).status).toBe(403);
    for (const { endpointId } of [own, everyone]) {
      expect((await get(`${path}/${endpointId}`, "shop")).status).toBe(404);
      expect((await get(`${path}/${endpointId}/deliveries`, "shop")).status).toBe(404);
      for (const change of ["rotate", "enable", "test"]) {
        expect((await post(`${path}/${endpointId}/${change}`, undefined, { by: "shop" })).status).toBe(404);
      }
      const removed = await town.call("DELETE", `${path}/${endpointId}`, undefined, {
        authorization: "Bearer shop",
      });
      expect(removed.status).toBe(404);
    }
    expect((await get(path, "web")).body.items).toHaveLength(1);
    expect((await get(path)).body.items).toHaveLength(2);
  });

  test("is deleted, however often", async () => {
    const { endpointId } = await made();
    for (let i = 0; i < 2; i++) {
      const { status, text } = await town.call("DELETE", `${path}/${endpointId}`);
      expect([status, text]).toEqual([204, ""]);
    }
    expect((await get(path)).body.items).toEqual([]);
    expect((await town.call("DELETE", `${path}/whe_0`)).status).toBe(404);
    expect((await post(`${path}/${endpointId}/rotate`)).body.type).toBe("/problems/unknown-webhook-endpoint");
  });

  test("is one of a hundred at most", async () => {
    for (let i = 0; i < 100; i++) await made();
    expect((await post(path, { url })).body.type).toBe("/problems/too-many-webhook-endpoints");
  });
});

describe("a secret", () => {
  test("is exchanged; the former one ends a day later", async () => {
    const { endpointId, secret } = await made(), key = "rotate";
    const first = await post(`${path}/${endpointId}/rotate`, undefined, { key });
    expect(first.status).toBe(200);
    expect(first.endpoint.secret).not.toBe(secret);
    const again = await post(`${path}/${endpointId}/rotate`, undefined, { key });
    expect([again.endpoint, again.headers.get("idempotent-replayed")]).toEqual([first.endpoint, "true"]);
    const { formerSecretUntil } = first.body as { formerSecretUntil?: string };
    expect(Math.abs(Date.parse(formerSecretUntil!) - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000);
    town.clock.aheadMs = 25 * 3_600_000;
    expect((await get(`${path}/${endpointId}`)).body).not.toHaveProperty("formerSecretUntil");
  });

  test("is not exchanged again and again within a day", async () => {
    const { endpointId } = await made();
    for (let i = 0; i < 4; i++) expect((await post(`${path}/${endpointId}/rotate`)).status).toBe(200);
    expect((await post(`${path}/${endpointId}/rotate`)).body.type).toBe("/problems/too-many-webhook-secrets");
    town.clock.aheadMs = 25 * 3_600_000;
    expect((await post(`${path}/${endpointId}/rotate`)).status).toBe(200);
  });
});

test("an endpoint that is changed hundreds of times still fits into the registry", async () => {
  const { endpointId } = await made({ url: `${url}/${"x".repeat(2_000)}` });
  for (let i = 0; i < 150; i++) expect((await post(`${path}/${endpointId}/enable`)).status).toBe(200);
  const stored = await town.server.connect().last("REGISTRY", "registry.webhooks.>");
  expect(stored!.payload.length).toBeLessThan(registryLimits.valueBytesMax);
  const again = await post(`${path}/${endpointId}/enable`, undefined, { key: `key-${keys}` });
  expect(again.headers.get("idempotent-replayed")).toBe("true");
});

describe("deliveries", () => {
  const tested = async (endpointId: string, key?: string) => {
    const given = key === undefined ? {} : { key };
    const { status, headers, text, body } = await post(`${path}/${endpointId}/test`, undefined, given);
    return { status, headers, text, body, sent: body as { readonly deliveryId?: string } };
  };

  test("a test event is one, once", async () => {
    const { endpointId } = await made(),
      first = await tested(endpointId, "t"),
      again = await tested(endpointId, "t");
    expect(first.status).toBe(202);
    expect([again.sent, again.headers.get("idempotent-replayed")]).toEqual([first.sent, "true"]);
    const { items } = (await get(`${path}/${endpointId}/deliveries`)).body;
    expect(items).toMatchObject([{ ...first.sent, type: "com.waybill.webhook.test.v1", status: "pending" }]);
    expect((await get(`${path}/${endpointId}/deliveries?status=failed`)).body.items).toEqual([]);
    expect((await get(`${path}/${endpointId}/deliveries?status=lost`)).status).toBe(422);
  });

  test("are counted before they are sent again", async () => {
    const { endpointId } = await made(), at = `${path}/${endpointId}/replay`;
    for (let i = 0; i < 3; i++) await tested(endpointId);
    for (const [id, one] of town.deliveries.all) town.deliveries.all.set(id, { ...one, status: "failed" });
    const since = "2026-01-01T00:00:00Z";
    const dry = await post(at, { since }, { key: "" });
    expect([dry.status, dry.body]).toEqual([200, { matched: 3, replayed: 0, dryRun: true }]);
    expect((await post(at, { since, dryRun: false }, { key: "" })).body.type).toBe(
      "/problems/idempotency-key-required",
    );
    const done = await post(at, { since, dryRun: false, status: ["failed"] });
    expect([done.status, done.body]).toEqual([202, { matched: 3, replayed: 3, dryRun: false }]);
    expect((await post(at, { since, status: ["failed"] })).body).toMatchObject({ matched: 0 });
  });

  test("one is sent again; another endpoint's is not", async () => {
    const { endpointId } = await made(), other = await made(), { sent } = await tested(endpointId);
    expect((await post(`${path}/${endpointId}/replay`, { deliveryId: sent.deliveryId })).status).toBe(202);
    const foreign = await post(`${path}/${other.endpointId}/replay`, { deliveryId: sent.deliveryId });
    expect(foreign.body.type).toBe("/problems/unknown-webhook-delivery");
  });

  test.each([[{}], [{ since: "yesterday" }], [{ deliveryId: "7" }], [{
    since: "2026-01-01T00:00:00Z",
    status: [],
  }]])(
    "a replay of %j is refused",
    async (body) => {
      const { endpointId } = await made();
      expect((await post(`${path}/${endpointId}/replay`, body)).status).toBe(422);
    },
  );
});

test("the reference lists every event that there is", () => {
  const { webhooks } = apiDescription();
  expect(Object.keys(webhooks ?? {}).sort()).toEqual(catalogue.map(({ name }) => name).sort());
});
