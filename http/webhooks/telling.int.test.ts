import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { credit, refund, settleRefund, standAlone } from "../../actors/town/money_citizens.ts";
import { catalogue, publicEvent, typeOf } from "../../projections/webhooks/catalogue.ts";
import { eventSchema } from "../schemas/webhook_events.ts";
import { poll, typesOf, webhookSteps } from "./testing/webhook_steps.ts";

const steps = webhookSteps(), { arrive, deliveriesOf, place, receiver, ship, statesOf, subscribe } = steps;

describe("what endpoints are told", () => {
  test("is signed, names what happened, and says how it was right then", async () => {
    const shop = await receiver(), { endpointId, secret } = await subscribe({ url: shop.url });
    await place("told");
    steps.kit.courier();
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
    await ship("parcel");
    await arrive("parcel");
    const types = (await deliveriesOf(endpointId)).map(({ type }) => type.split(".").slice(2, 4).join("."))
      .sort();
    expect(types).toEqual([
      ...["invoice.issued", "order.confirmed", "order.delivered", "order.placed", "order.shipped"],
      ...["shipment.delivered", "shipment.handed_over", "shipment.pre_transit"],
    ]);
    steps.kit.courier();
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

  test("follows goods that come back", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["return.*"], channel: "web" });
    await place("back");
    await ship("back");
    await arrive("back");
    const returnId = await steps.comeBack("back");
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered", "delivered", "delivered"]);
    const about = { returnId, orderId: "ord_back", channel: "web", orderNumber: "back", reference: "r" };
    const unit = { sku: "A", quantity: 1 };
    const told = new Map(
      shop.received.map(({ body }) => [JSON.parse(body).type as string, JSON.parse(body)]),
    );
    for (
      const [name, data] of Object.entries({
        authorised: { lines: [unit] },
        received: { location: "LON1", lines: [unit] },
        graded: { lines: [{ ...unit, grade: "B", disposition: "restock_as", restockAs: "A-open" }] },
      })
    ) {
      const event = publicEvent(`return.${name}` as "return.graded"), said = told.get(typeOf(event));
      expect(eventSchema(event).parse(said)).toMatchObject({
        subject: returnId,
        data: { ...about, ...data },
      });
    }
  });

  test("follows the money: an invoice, what is credited of it, and what is paid back", async () => {
    const events = ["invoice.*", "credit.*", "refund.*"];
    const shop = await receiver(), { endpointId } = await subscribe({ url: shop.url, events });
    await place("paid");
    await ship("paid");
    await arrive("paid");
    await steps.turn(credit("paid", {}), refund("paid", "0.50"), settleRefund("paid", "succeeded"));
    steps.kit.courier();
    await expect.poll(async () => (await statesOf(endpointId)).filter((state) => state === "delivered"), poll)
      .toHaveLength(4);
    const of = { orderId: "ord_paid", channel: "web", orderNumber: "paid", currency: "GBP" };
    for (
      const [name, data] of [
        ["invoice.issued", { number: expect.stringMatching(/^INV-/) }],
        ["credit.issued", { number: expect.stringMatching(/^CN-/) }],
        ["refund.requested", { status: "pending", amount: "0.50" }],
        ["refund.settled", { status: "succeeded", amount: "0.50" }],
      ] as const
    ) {
      const event = publicEvent(name);
      const said = shop.received.map(({ body }) => JSON.parse(body)).find(({ type }) =>
        type === typeOf(event)
      );
      expect(eventSchema(event).parse(said)).toMatchObject({ data: { ...of, ...data } });
    }
  });

  test("names the credit where a credit note belongs to no order, and its channel's subscribers alone", async () => {
    const shop = await receiver(), own = { url: shop.url, events: ["credit.*"], channel: "web" };
    const { endpointId } = await subscribe(own), other = await subscribe({ ...own, channel: "another" });
    await steps.turn(standAlone("told", { channel: "web" }), standAlone("nobody's"));
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    const event = publicEvent("credit.issued"), said = JSON.parse(shop.received[0]!.body);
    const number = expect.stringMatching(/^CN-/);
    expect(eventSchema(event).parse(said)).toMatchObject({
      ...{ type: typeOf(event), subject: said.data.number },
      data: {
        number,
        creditId: "crd_told",
        channel: "web",
        reference: "told",
        currency: "GBP",
        total: "2.39",
      },
    });
    expect(said.data).not.toHaveProperty("orderId");
    expect(await deliveriesOf(other.endpointId)).toEqual([]);
  });

  test("says that a parcel is late", async () => {
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["shipment.delayed"] });
    await place("late");
    await ship("late");
    await steps.kit.project(await steps.kit.town.wait(10 * 24 * 3_600_000));
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toContain("delivered");
    const event = JSON.parse(shop.received[0]!.body);
    expect(eventSchema(publicEvent("shipment.delayed")).parse(event)).toMatchObject({
      subject: "shp_late",
      data: { orderNumber: "late", delayed: { reason: "not_handed_over" } },
    });
  });

  test("says that a parcel needs a person, and when it does not any more", async () => {
    const shop = await receiver(), { endpointId } = await subscribe({ url: shop.url, events: ["case.*"] });
    await place("case");
    await ship("case");
    await steps.kit.project(await steps.kit.town.wait(10 * 24 * 3_600_000));
    await arrive("case");
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered", "delivered"]);
    const told = shop.received.map(({ body }) => JSON.parse(body));
    const [opened, closed] = ["opened", "closed"].map((what) => told.find(({ type }) => type.includes(what)));
    expect(eventSchema(publicEvent("case.opened")).parse(opened)).toMatchObject({
      subject: opened.data.caseId,
      data: { state: "open", orderNumber: "case", problem: "delayed/not_handed_over", team: "warehouse" },
    });
    expect(eventSchema(publicEvent("case.closed")).parse(closed)).toMatchObject({
      subject: opened.data.caseId,
      data: { state: "closed", closeReason: "cleared", problem: "delayed/not_handed_over" },
    });
  });

  test("is the same to the byte when it is made of the log again, and made once", async () => {
    const shop = await receiver(), { endpointId } = await subscribe({ url: shop.url });
    await place("once-1", "once-2");
    await ship("once-1");
    const last = await arrive("once-1");
    const bodies =
      async () => [...await steps.kit.sql`select event_id, body from webhooks_v1.events order by 1`];
    const before = await bodies(), told = await deliveriesOf(endpointId);
    expect(told.length).toBe(10);
    await steps.kit.projectAgain(last);
    expect(await bodies()).toEqual(before);
    expect(await deliveriesOf(endpointId)).toEqual(told);
  });

  test("is said of an order of long ago as it was then", async () => {
    await place("old");
    const shop = await receiver(),
      { endpointId } = await subscribe({ url: shop.url, events: ["order.shipped"] });
    await ship("old");
    steps.kit.courier();
    await expect.poll(() => statesOf(endpointId), poll).toEqual(["delivered"]);
    expect(JSON.parse(shop.received[0]!.body).data).toMatchObject({ status: "shipped", orderNumber: "old" });
  });
});

describe("secrets", () => {
  test("while one is exchanged for another, messages are signed with both; after a day with the new one", async () => {
    const shop = await receiver(),
      { endpointId, secret } = await subscribe({ url: shop.url, events: ["order.placed"] });
    const rotated = await steps.kit.desk.rotate(endpointId, steps.kit.newAsked());
    const { secret: next } = JSON.parse(rotated.kind === "done" ? rotated.json : "{}") as {
      readonly secret: string;
    };
    expect(next).not.toBe(secret);
    await place("both");
    const now = steps.kit.courier();
    await expect.poll(() => shop.received.length, poll).toBe(1);
    await now.stop();
    const { body, headers } = shop.received[0]!;
    expect(String(headers["webhook-signature"]).split(" ")).toHaveLength(2);
    for (const good of [secret, next]) new Webhook(good).verify(body, headers as Record<string, string>);
    await place("one");
    const tomorrow = steps.kit.courier({ aheadMs: 25 * 3_600_000 });
    await expect.poll(() => shop.received.length, poll).toBe(2);
    await tomorrow.stop();
    expect(String(shop.received[1]!.headers["webhook-signature"]).split(" ")).toHaveLength(1);
  });
});
