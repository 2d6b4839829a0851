import { describe, expect, test } from "vitest";
import { sendHere } from "./testing/webhook_kit.ts";
import { idsOf, poll, webhookSteps } from "./testing/webhook_steps.ts";

const steps = webhookSteps(), { deliveriesOf, place, receiver, statesOf, subscribe } = steps;

describe("couriers", () => {
  test("several never send the same attempt twice", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    const many = Array.from({ length: 50 }, (_, i) => `many-${i}`);
    await place(...many);
    for (let i = 0; i < 3; i++) steps.kit.courier();
    await expect.poll(async () => new Set(await statesOf(endpointId)), poll).toEqual(new Set(["delivered"]));
    expect(shop.received.length).toBe(many.length);
    expect(new Set(idsOf(shop.received)).size).toBe(many.length);
  });

  test("one that dies between sending and noting that leaves it to the next, which sends it under the same id", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("dies");
    // As if killed: it sent, and nothing is ever heard of it again.
    const dying = steps.kit.courier({
      limits: { claimMs: 300, sendingsMax: 1 }, // It has no room to claim it once more itself.
      send: async (url, request) => {
        await sendHere(url, request);
        return await new Promise(() => undefined);
      },
    });
    await expect.poll(() => shop.received.length, poll).toBe(1);
    void dying.stop();
    steps.kit.forgetCouriers();
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    expect(shop.received.length).toBe(2);
    expect(new Set(idsOf(shop.received)).size).toBe(1);
    expect((await deliveriesOf(endpointId))[0]!.attempts.map(({ attempt }) => attempt)).toEqual([2]);
  });

  test("send nothing to an endpoint that was deleted", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("deleted");
    await steps.kit.desk.remove(endpointId);
    await steps.kit.directory.current();
    steps.kit.courier();
    await new Promise((done) => setTimeout(done, 200));
    expect(shop.received).toEqual([]);
    await place("deleted-2");
    expect(await statesOf(endpointId)).toEqual(["pending"]);
  });

  test("forget what is older than it has to be kept", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("forgotten");
    const first = steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    await first.stop();
    await steps.kit.sql`update webhooks_v1.events set kept_at = now() - interval '31 days'`;
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual([]);
    expect([...await steps.kit.sql`select * from webhooks_v1.attempts`]).toEqual([]);
  });
});
