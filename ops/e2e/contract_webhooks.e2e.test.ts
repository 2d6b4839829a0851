import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "@hono/zod-openapi";
import {
  deliveryAnswer,
  endpointsAnswer,
  endpointWithSecret,
  replayAnswer,
} from "../../http/schemas/webhooks.ts";
import { openReceiver, type Receiver } from "../../http/webhooks/testing/receiver.ts";
import { expectProblem, orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const path = "/v1/webhook-endpoints", poll = { timeout: 60_000, interval: 50 };
type Endpoint = z.infer<typeof endpointWithSecret>;

let system: System, shop: Receiver, endpoint: Endpoint, keys = 0;
beforeAll(async () => {
  shop = await openReceiver();
  system = await newSystem({ WAYBILL_WEBHOOKS_PRIVATE: "true", WAYBILL_PUBLIC_URL: "https://shop.example" });
  await system.start();
  await receive(system, { A: 50 });
  endpoint = await subscribed({ url: shop.url, events: ["order.*", "shipment.*"] });
});
afterAll(async () => {
  await system?.remove();
  await shop?.stop();
});

const post = (at: string, body?: unknown, key = `key-${++keys}`) =>
  system.post(at, body, { headers: { "idempotency-key": key } });
async function subscribed(body: object, key?: string): Promise<Endpoint> {
  const answer = await post(path, body, key);
  expect(answer.status, answer.text).toBe(201);
  return endpointWithSecret.parse(answer.body);
}
async function placed(number: string): Promise<void> {
  expect((await system.post("/v1/orders", orderOf(number, "A"))).status).toBe(201);
}
/** Events about that order, as the receiver has them. */
const toldOf = (number: string) =>
  shop.received.map(({ body, headers }) => ({ headers, body, event: JSON.parse(body) }))
    .filter(({ event }) => event.data.orderNumber === number);
const deliveriesAnswer = z.object({ items: z.array(deliveryAnswer) });
const deliveries = async (query = "") =>
  deliveriesAnswer.parse((await system.get(`${path}/${endpoint.endpointId}/deliveries${query}`)).body).items;
const verified = (secret: string, { body, headers }: ReturnType<typeof toldOf>[number]) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe("whoever subscribes", () => {
  test("hears of an order, signed, and its log shows what was sent", async () => {
    await placed("W-1");
    await expect.poll(() => toldOf("W-1").map(({ event }) => event.type).sort(), poll)
      .toEqual(["com.waybill.order.confirmed.v1", "com.waybill.order.placed.v1"]);
    for (const told of toldOf("W-1")) {
      expect(verified(endpoint.secret, told)).toMatchObject({ source: "https://shop.example" });
    }
    const ids = toldOf("W-1").map(({ event }) => event.id).sort();
    await expect.poll(
      async () => (await deliveries("?status=delivered")).map(({ eventId }) => eventId).sort(),
      poll,
    )
      .toEqual(ids);
    expect((await deliveries())[0]!.attempts).toMatchObject([{ attempt: 1, status: 204 }]);
    expect(endpointsAnswer.parse((await system.get(path)).body).items).toHaveLength(1);
  });

  test("makes an endpoint once under one key, also over a restart of everything", async () => {
    const body = { url: shop.url, events: ["webhook.test"] }, first = await subscribed(body, "the-same");
    await system.killAll();
    await system.start();
    expect(await subscribed(body, "the-same")).toEqual(first);
    expectProblem(await post(path, { url: shop.url }, "the-same"), 422, "idempotency-mismatch");
    expectProblem(await system.post(path, body), 400, "idempotency-key-required");
    expect((await system.delete(`${path}/${first.endpointId}`)).status).toBe(204);
    expectProblem(await system.get(`${path}/${first.endpointId}`), 404, "unknown-webhook-endpoint");
  });

  test("may exchange the secret: both are good for a day", async () => {
    const answer = await post(`${path}/${endpoint.endpointId}/rotate`);
    const { secret: next } = endpointWithSecret.parse(answer.body);
    await placed("W-2");
    await expect.poll(() => toldOf("W-2").length, poll).toBe(2);
    for (const told of toldOf("W-2")) for (const secret of [endpoint.secret, next]) verified(secret, told);
    endpoint = { ...endpoint, secret: next };
  });

  test("that was away hears of it later, and once more when that is asked for, under the same id", async () => {
    shop.react = () => 503;
    await placed("W-3");
    const ids = () => new Set(toldOf("W-3").map(({ event }) => event.id as string));
    await expect.poll(() => ids().size, poll).toBe(2);
    shop.react = () => 200;
    const logged = async () => (await deliveries()).filter(({ eventId }) => ids().has(eventId));
    const states = async () => (await logged()).map(({ status }) => status);
    await expect.poll(states, poll).toEqual(["delivered", "delivered"]);
    // The first one may have been tried again before the second one came: how often is the clock's business.
    const sent = toldOf("W-3").length, tries = (await logged()).map(({ attempts }) => attempts);
    expect([tries.flat().length, ids().size]).toEqual([sent, 2]);
    for (const attempts of tries) {
      const [taken, ...refused] = attempts.map(({ status }) => status).sort();
      expect(taken).toBe(200);
      expect(new Set(refused)).toEqual(new Set([503]));
    }

    const since = toldOf("W-3").map(({ event }) => event.time as string).sort()[0];
    const at = `${path}/${endpoint.endpointId}/replay`, dry = await system.post(at, { since });
    expect(replayAnswer.parse(dry.body)).toEqual({ matched: 2, replayed: 0, dryRun: true });
    const replayed = await post(at, { since, dryRun: false });
    expect([replayed.status, replayed.body]).toEqual([202, { matched: 2, replayed: 2, dryRun: false }]);
    await expect.poll(() => toldOf("W-3").length, poll).toBe(sent + 2);
    expect(ids().size).toBe(2);
    expect(new Set(toldOf("W-3").map(({ body }) => body)).size).toBe(2);
    for (const told of toldOf("W-3")) verified(endpoint.secret, told);
  });

  test("that is gone is told nothing more, and goes on where it stopped", async () => {
    shop.react = () => 410;
    await post(`${path}/${endpoint.endpointId}/test`);
    const state = async () => (await system.get(`${path}/${endpoint.endpointId}`)).body;
    await expect.poll(state, poll).toMatchObject({ status: "disabled", disabled: { reason: "gone" } });
    await placed("W-4");
    shop.react = () => 200;
    await post(`${path}/${endpoint.endpointId}/enable`);
    await expect.poll(() => toldOf("W-4").length, poll).toBe(2);
  });
});
