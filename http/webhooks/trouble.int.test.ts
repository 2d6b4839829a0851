import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { sendOutgoing } from "../outgoing/outgoing.ts";
import { idsOf, poll, webhookSteps } from "./testing/webhook_steps.ts";

const steps = webhookSteps(), { deliveriesOf, place, receiver, statesOf, subscribe } = steps;

describe("an endpoint that does not take it", () => {
  test("is told again, under the same id, until it does", async () => {
    const answers = [500, 503, 429], shop = await receiver(() => answers.shift() ?? 200);
    const { endpointId, secret } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("again");
    steps.kit.courier();
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
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    expect(shop.received.length).toBe(6);
    shop.react = () => 200;
    const all = { endpointId, sinceMs: 0, states: ["failed"] } as const;
    expect(await steps.kit.deliveries.count(all)).toBe(1);
    const once = steps.kit.newAsked(), done = { kind: "done", answer: { matched: 1, replayed: 1 } };
    const answers = await Promise.all([
      steps.kit.deliveries.replay(all, once),
      steps.kit.deliveries.replay(all, once),
    ]);
    expect(answers).toMatchObject([done, done]);
    expect(answers.filter((answer) => answer.kind === "done" && answer.replayed)).toHaveLength(1);
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    expect(new Set(idsOf(shop.received)).size).toBe(1);
    expect(await steps.kit.deliveries.replay(all, { ...once, fingerprint: "another" })).toEqual({
      kind: "mismatch",
    });
  });

  test("that answers 410 is told nothing more, and others hear why", async () => {
    const gone = await receiver(() => 410), other = await receiver();
    const { endpointId } = await subscribe({ url: gone.url, events: ["order.placed"] });
    await subscribe({ url: other.url, events: ["webhook.*"] });
    await place("gone");
    steps.kit.courier();
    await expect.poll(() => steps.kit.desk.find(endpointId), poll).toMatchObject({
      disabled: { reason: "gone" },
    });
    await expect.poll(() => other.received.length, poll).toBe(1);
    expect(JSON.parse(other.received[0]!.body)).toMatchObject({
      type: "com.waybill.webhook.disabled.v1",
      data: { endpointId, reason: "gone" },
    });
    await steps.kit.directory.current(); // Whom the courier asks may hear of it a little later.
    await place("gone-2");
    await new Promise((done) => setTimeout(done, 200));
    expect(gone.received.length).toBe(1);
    gone.react = () => 200;
    await steps.kit.desk.enable(endpointId, steps.kit.newAsked());
    await expect.poll(() => gone.received.length, poll).toBe(2); // What happened meanwhile had waited.
  });

  test("that takes nothing for days is disabled", async () => {
    const shop = await receiver(() => 500),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("days");
    const first = steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    await first.stop();
    await steps.kit
      .sql`update webhooks_v1.failing set since = now() - interval '6 days' where endpoint_id = ${endpointId}`;
    await place("days-2");
    steps.kit.courier({ limits: { failingTriesMin: 3 } });
    await expect.poll(() => steps.kit.desk.find(endpointId), poll).toMatchObject({
      disabled: { reason: "failing" },
    });
    // At the third failure of this one; it may be tried again before all have heard, but never until it is given up.
    expect(shop.received.length).toBeGreaterThanOrEqual(6 + 3);
    await steps.kit.stopCouriers();
    expect((await statesOf(endpointId)).toSorted()).toEqual(["failed", "pending"]);
  });

  test("that says go elsewhere is not followed", async () => {
    const elsewhere = await receiver();
    const shop = await receiver(() => ({ status: 307, headers: { location: elsewhere.url } }));
    const { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await place("elsewhere");
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    expect(elsewhere.received).toEqual([]);
    expect((await deliveriesOf(endpointId))[0]!.attempts[0]).toMatchObject({ status: 307 });
  });

  test("that never answers holds up no other", async () => {
    const silent = await receiver(() => "never"), shop = await receiver();
    const stuck = await subscribe({ url: silent.url, events: ["order.placed"] });
    await subscribe({ url: shop.url, events: ["order.placed"] });
    const many = Array.from({ length: 60 }, (_, i) => `stuck-${i}`);
    await place(...many);
    steps.kit.courier({
      limits: { sendingsMax: 16 },
      send: (url, request) =>
        sendOutgoing(url, request, { allowPrivate: true, limits: { requestMsMax: 2_000 } }),
    });
    // One that is cut off by so short a patience may have arrived all the same, and comes again under the same id.
    await expect.poll(() => new Set(idsOf(shop.received)).size, poll).toBe(many.length);
    // Nothing was given up on meanwhile: what is stuck still waits for its first answers.
    expect(new Set(await statesOf(stuck.endpointId))).toEqual(new Set(["pending"]));
    expect(silent.received.length).toBeLessThan(many.length);
  });

  test("that cannot be reached is in its log", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.placed"] });
    await shop.stop();
    await place("nobody");
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    const [{ attempts }] = await deliveriesOf(endpointId) as [
      Awaited<ReturnType<typeof deliveriesOf>>[number],
    ];
    expect(attempts).toHaveLength(6);
    expect(attempts[0]!.error).toMatch(/refused|ECONNREFUSED/i);
  });

  test("whose name has come to mean an address of our own network is not spoken to", async () => {
    const shop = await receiver(), url = shop.url.replace("http://127.0.0.1", "https://localhost");
    const { endpointId } = await subscribe({ url, events: ["order.placed"] });
    await place("own-network");
    steps.kit.courier({ send: (to, request) => sendOutgoing(to, request, { allowPrivate: false }) });
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["failed"]);
    expect(shop.received).toEqual([]);
    expect((await deliveriesOf(endpointId))[0]!.attempts[0]!.error).toContain("not public");
  });
});
