import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ScanParcel, ShipOrder } from "../../actors/commands.ts";
import { actorId, type LocationCode, type OrderId, type ShipmentId, type Sku } from "../../actors/ids.ts";
import { line, placing, receiving, type TownCommand } from "../../projections/testing/town_log.ts";
import { catalogue, typeOf } from "../../projections/webhooks/catalogue.ts";
import { eventSchema } from "../schemas/webhook_events.ts";
import { openReceiver, type Received, type Receiver } from "./testing/receiver.ts";
import { openWebhookKit, sendHere, type WebhookKit } from "./testing/webhook_kit.ts";

let kit: WebhookKit;
const receivers: Receiver[] = [], made: string[] = [];
beforeAll(async () => {
  kit = await openWebhookKit();
  await kit.town.turn(receiving("A", 100_000));
}, 60_000);
afterAll(() => kit?.close());
afterEach(async () => {
  await kit.stopCouriers();
  for (const endpointId of made.splice(0)) await kit.desk.remove(endpointId);
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

async function receiver(react?: Receiver["react"]): Promise<Receiver> {
  const opened = await openReceiver(react);
  receivers.push(opened);
  return opened;
}
const subscribe = async (...given: Parameters<WebhookKit["subscribe"]>) => {
  const endpoint = await kit.subscribe(...given);
  made.push(endpoint.endpointId);
  return endpoint;
};
const place = async (...numbers: readonly string[]) =>
  await kit.project(await kit.town.turn(...numbers.map((number) => placing(number, [line("A", 1)]))));
const poll = { timeout: 15_000, interval: 20 };
const typesOf = (received: readonly Received[]) =>
  received.map(({ body }) => JSON.parse(body).type as string).sort();
const idsOf = (received: readonly Received[]) => received.map(({ headers }) => headers["webhook-id"]);
const deliveriesOf = async (endpointId: string) =>
  (await kit.deliveries.list({ endpointId, limit: 50 })).items;
const statesOf = async (endpointId: string) => (await deliveriesOf(endpointId)).map(({ status }) => status);

const shipping = (n: string): TownCommand => {
  const command: ShipOrder = {
    type: "ship",
    ...{ fingerprint: n, shipment: `shp_${n}` as ShipmentId, token: `token-${n}`, reference: "P1" },
    ...{ location: "LON1" as LocationCode, carrier: "ups", trackingNumber: `1Z${n}` },
    lines: [{ sku: "A" as Sku, quantity: 1 }],
  };
  return { to: actorId("order", `ord_${n}` as OrderId), command };
};
const delivered = (n: string): TownCommand => {
  const scans = [{ status: "delivered", atMs: kit.town.nowMs, description: "", carrierCode: "D" }] as const;
  const command: ScanParcel = { type: "scans", source: "cb", scans };
  return { to: actorId("parcel", `ups:1Z${n}`), command };
};

describe("what endpoints are told", () => {
  test("is signed, names what happened, and says how it was right then", async () => {
    const shop = await receiver(), { endpointId, secret } = await subscribe({ url: shop.url });
    await place("told");
    kit.courier();
    await expect.poll(() => typesOf(shop.received), poll)
      .toEqual(["com.waybill.order.confirmed.v1", "com.waybill.order.placed.v1"]);
    for (const { body, headers } of shop.received) {
      const event = new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(event).toMatchObject({ id: headers["webhook-id"], subject: "ord_told", specversion: "1.0" });
      expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    }
    const confirmed = shop.received.map(({ body }) => JSON.parse(body)).find(({ type }) =>
      /confirmed/.test(type)
    );
    expect(confirmed.data).toEqual({
      ...{
        orderId: "ord_told",
        channel: "web",
        orderNumber: "told",
        status: "confirmed",
        payment: "captured",
      },
      ...{ currency: "GBP", net: "2.55", tax: "0.51", total: "3.06", placedAt: "2026-01-01T08:26:00Z" },
    });
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered", "delivered"]);
    expect((await deliveriesOf(endpointId))[0]!.attempts).toMatchObject([{ attempt: 1, status: 204 }]);
  });

  test("is what was asked for, of the channel that was asked for, and what happened after that", async () => {
    const shop = await receiver();
    await place("before");
    const wants = (events: string[], channel?: string) =>
      subscribe({ url: shop.url, events, ...(channel !== undefined && { channel }) });
    const [orders, one, none, web] = [
      await wants(["order.*"]),
      await wants(["order.placed", "shipment.delivered"]),
      await wants(["*"], "another"),
      await wants(["*"], "web"),
    ];
    await place("after");
    const namesOf = async ({ endpointId }: { readonly endpointId: string }) =>
      (await deliveriesOf(endpointId)).map(({ type, subject }) => `${type} ${subject}`).sort();
    const both = ["com.waybill.order.confirmed.v1 ord_after", "com.waybill.order.placed.v1 ord_after"];
    expect(await namesOf(orders)).toEqual(both);
    expect(await namesOf(one)).toEqual(both.slice(1));
    expect(await namesOf(none)).toEqual([]);
    expect(await namesOf(web)).toEqual(both);
  });

  test("follows a parcel to its door", async () => {
    const shop = await receiver(), { endpointId } = await subscribe({ url: shop.url });
    await place("parcel");
    await kit.project(await kit.town.turn(shipping("parcel")));
    await kit.project(await kit.town.turn(delivered("parcel")));
    const types = (await deliveriesOf(endpointId)).map(({ type }) => type.split(".").slice(2, 4).join("."))
      .sort();
    expect(types).toEqual([
      ...["order.confirmed", "order.delivered", "order.placed", "order.shipped"],
      ...["shipment.delivered", "shipment.handed_over", "shipment.pre_transit"],
    ]);
    kit.courier();
    await expect.poll(() => shop.received.length, poll).toBe(types.length);
    for (const { body } of shop.received) {
      const event = JSON.parse(body), known = catalogue.find((one) => typeOf(one) === event.type);
      expect(eventSchema(known!).parse(event)).toEqual(event);
    }
    const arrived = shop.received.map(({ body }) => JSON.parse(body)).find(({ type }) =>
      /shipment.delivered/.test(type)
    );
    expect(arrived).toMatchObject({
      subject: "shp_parcel",
      data: {
        ...{ orderId: "ord_parcel", orderNumber: "parcel", carrier: "ups", trackingNumber: "1Zparcel" },
        ...{ status: "delivered", trackingUrl: "https://shop.example/t/token-parcel" },
      },
    });
  });

  test("is the same to the byte when it is made of the log again, and made once", async () => {
    const shop = await receiver(), { endpointId } = await subscribe({ url: shop.url });
    await place("once-1", "once-2");
    await kit.project(await kit.town.turn(shipping("once-1")));
    const last = await kit.town.turn(delivered("once-1"));
    await kit.project(last);
    const bodies = async () => [...await kit.sql`select event_id, body from webhooks_v1.events order by 1`];
    const before = await bodies(), told = await deliveriesOf(endpointId);
    expect(told.length).toBe(9);
    await kit.projectAgain(last);
    expect(await bodies()).toEqual(before);
    expect(await deliveriesOf(endpointId)).toEqual(told);
  });

  test("is said of an order of long ago as it was then", async () => {
    await place("old");
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.shipped"] });
    await kit.project(await kit.town.turn(shipping("old")));
    kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    expect(JSON.parse(shop.received[0]!.body).data).toMatchObject({ status: "shipped", orderNumber: "old" });
  });
});

describe("an endpoint that does not take it", () => {
  test("is told again, under the same id, until it does", async () => {
    const answers = [500, 503, 429], shop = await receiver(() => answers.shift() ?? 200);
    const { endpointId, secret } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("again");
    kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    expect(new Set(idsOf(shop.received)).size).toBe(1);
    expect(new Set(shop.received.map(({ body }) => body)).size).toBe(1);
    for (const { body, headers } of shop.received) {
      new Webhook(secret).verify(body, headers as Record<string, string>);
    }
    const [delivery] = await deliveriesOf(endpointId);
    expect(delivery!.attempts.map(({ attempt, status }) => [attempt, status])).toEqual([
      ...[[1, 500], [2, 503], [3, 429], [4, 200]],
    ]);
    expect(delivery!.attempts[0]).toMatchObject({ response: "said 500" });
  });

  test("is given up after the last attempt, and told again when that is asked for", async () => {
    const shop = await receiver(() => 500),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("given-up");
    kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    expect(shop.received.length).toBe(6);
    shop.react = () => 200;
    const all = { endpointId, sinceMs: 0, states: ["failed"] } as const;
    expect(await kit.deliveries.count(all)).toBe(1);
    const once = kit.newAsked(), done = { kind: "done", answer: { matched: 1, replayed: 1 } };
    const answers = await Promise.all([kit.deliveries.replay(all, once), kit.deliveries.replay(all, once)]);
    expect(answers).toMatchObject([done, done]);
    expect(answers.filter((answer) => answer.kind === "done" && answer.replayed)).toHaveLength(1);
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    expect(new Set(idsOf(shop.received)).size).toBe(1);
    expect(await kit.deliveries.replay(all, { ...once, fingerprint: "another" })).toEqual({
      kind: "mismatch",
    });
  });

  test("that answers 410 is told nothing more, and others hear why", async () => {
    const gone = await receiver(() => 410), other = await receiver();
    const { endpointId } = await subscribe({ url: gone.url, events: ["order.placed"] });
    await subscribe({ url: other.url, events: ["webhook.*"] });
    await place("gone");
    kit.courier();
    await expect.poll(() => kit.desk.find(endpointId), poll).toMatchObject({ disabled: { reason: "gone" } });
    await expect.poll(() => other.received.length, poll).toBe(1);
    expect(JSON.parse(other.received[0]!.body)).toMatchObject({
      type: "com.waybill.webhook.disabled.v1",
      data: { endpointId, reason: "gone" },
    });
    await place("gone-2");
    await new Promise((done) => setTimeout(done, 200));
    expect(gone.received.length).toBe(1);
    gone.react = () => 200;
    await kit.desk.enable(endpointId, kit.newAsked());
    await expect.poll(() => gone.received.length, poll).toBe(2); // What happened meanwhile had waited.
  });

  test("that takes nothing for days is disabled", async () => {
    const shop = await receiver(() => 500),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("days");
    const first = kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    await first.stop();
    await kit
      .sql`update webhooks_v1.failing set since = now() - interval '6 days' where endpoint_id = ${endpointId}`;
    await place("days-2");
    kit.courier({ limits: { failingTriesMin: 3 } });
    await expect.poll(() => kit.desk.find(endpointId), poll).toMatchObject({
      disabled: { reason: "failing" },
    });
    expect(shop.received.length).toBe(6 + 3);
  });

  test("that says go elsewhere is not followed", async () => {
    const elsewhere = await receiver();
    const shop = await receiver(() => ({ status: 307, headers: { location: elsewhere.url } }));
    const { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("elsewhere");
    kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    expect(elsewhere.received).toEqual([]);
    expect((await deliveriesOf(endpointId))[0]!.attempts[0]).toMatchObject({ status: 307 });
  });

  test("that never answers holds up no other", async () => {
    const silent = await receiver(() => "never"), shop = await receiver();
    const stuck = await subscribe({ url: silent.url, events: ["order.placed"] });
    const well = await subscribe({ url: shop.url, events: ["order.placed"] });
    const many = Array.from({ length: 60 }, (_, i) => `stuck-${i}`);
    await place(...many);
    const startedMs = performance.now();
    kit.courier({ limits: { sendingsMax: 16 } });
    await expect.poll(async () => new Set(await statesOf(well.endpointId)), poll).toEqual(
      new Set(["delivered"]),
    );
    expect(shop.received.length).toBe(many.length);
    // Nothing was given up on meanwhile: what is stuck still waits for its first answers.
    expect(new Set(await statesOf(stuck.endpointId))).toEqual(new Set(["pending"]));
    expect(silent.received.length).toBeLessThan(many.length);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });

  test("that cannot be reached is in its log", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await shop.stop();
    await place("nobody");
    kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    const [{ attempts }] = await deliveriesOf(endpointId) as [
      Awaited<ReturnType<typeof deliveriesOf>>[number],
    ];
    expect(attempts).toHaveLength(6);
    expect(attempts[0]!.error).toMatch(/refused|ECONNREFUSED/i);
  });
});

describe("couriers", () => {
  test("several never send the same attempt twice", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    const many = Array.from({ length: 50 }, (_, i) => `many-${i}`);
    await place(...many);
    for (let i = 0; i < 3; i++) kit.courier();
    await expect.poll(async () => new Set(await statesOf(endpointId)), poll).toEqual(new Set(["delivered"]));
    expect(shop.received.length).toBe(many.length);
    expect(new Set(idsOf(shop.received)).size).toBe(many.length);
  });

  test("one that dies between sending and noting that leaves it to the next, which sends it under the same id", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("dies");
    // As if killed: it sent, and nothing is ever heard of it again.
    const dying = kit.courier({
      limits: { claimMs: 300 },
      send: async (url, request) => {
        await sendHere(url, request);
        return await new Promise(() => undefined);
      },
    });
    await expect.poll(() => shop.received.length, poll).toBe(1);
    void dying.stop();
    kit.forgetCouriers();
    kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    expect(shop.received.length).toBe(2);
    expect(new Set(idsOf(shop.received)).size).toBe(1);
    expect((await deliveriesOf(endpointId))[0]!.attempts.map(({ attempt }) => attempt)).toEqual([2]);
  });

  test("send nothing to an endpoint that was deleted", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("deleted");
    await kit.desk.remove(endpointId);
    await kit.directory.current();
    kit.courier();
    await new Promise((done) => setTimeout(done, 200));
    expect(shop.received).toEqual([]);
    await place("deleted-2");
    expect(await statesOf(endpointId)).toEqual(["pending"]);
  });

  test("forget what is older than it has to be kept", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("forgotten");
    const first = kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    await first.stop();
    await kit.sql`update webhooks_v1.events set kept_at = now() - interval '31 days'`;
    kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual([]);
    expect([...await kit.sql`select * from webhooks_v1.attempts`]).toEqual([]);
  });
});

describe("secrets", () => {
  test("while one is exchanged for another, messages are signed with both; after a day with the new one", async () => {
    const shop = await receiver(),
      { endpointId, secret } = await subscribe({ url: shop.url, events: ["order.placed"] });
    const rotated = await kit.desk.rotate(endpointId, kit.newAsked());
    const { secret: next } = JSON.parse(rotated.kind === "done" ? rotated.json : "{}") as {
      readonly secret: string;
    };
    expect(next).not.toBe(secret);
    await place("both");
    const now = kit.courier();
    await expect.poll(() => shop.received.length, poll).toBe(1);
    await now.stop();
    const { body, headers } = shop.received[0]!;
    expect(String(headers["webhook-signature"]).split(" ")).toHaveLength(2);
    for (const good of [secret, next]) new Webhook(good).verify(body, headers as Record<string, string>);
    await place("one");
    const tomorrow = kit.courier({ aheadMs: 25 * 3_600_000 });
    await expect.poll(() => shop.received.length, poll).toBe(2);
    await tomorrow.stop();
    expect(String(shop.received[1]!.headers["webhook-signature"]).split(" ")).toHaveLength(1);
  });
});
