import { afterAll, beforeAll, expect, test } from "vitest";
import { waybill } from "./command_line.ts";
import { orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

interface Listed {
  readonly items: readonly {
    readonly id: number;
    readonly channel: string;
    readonly address: string;
    readonly message: { readonly subject?: string; readonly text: string };
  }[];
}

let system: System;
beforeAll(async () => {
  system = await newSystem({ WAYBILL_SHOP_NAME: "Corner Shop" });
  await system.start();
  await receive(system, { A: 20 });
});
afterAll(() => system?.remove());

const inbox = async () => {
  const { body } = await system.get("/dev/inbox", { key: null, headers: { accept: "application/json" } });
  return (body as Listed).items;
};
const subjects = async () =>
  (await inbox()).map(({ channel, message }) => `${channel}: ${message.subject ?? message.text}`).sort();

test("who orders from a shop that has no mail server finds the messages in /dev/inbox, once", async () => {
  const customer = { name: "Ada", email: "ada@example.org", phone: "+441632960001", language: "fr" };
  const placed = await system.post("/v1/orders", orderOf("N-1", "A", { customer }));
  expect(placed.status, placed.text).toBe(201);
  const { orderId } = placed.body as { orderId: string };
  const shipped = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: "P-1", location: "LON1", carrier: "ups", trackingNumber: "1Z999AA10123456784" },
    lines: [{ sku: "A", quantity: 1 }],
  });
  expect(shipped.status, shipped.text).toBe(201);
  const { trackingToken } = shipped.body as { trackingToken: string };
  const wanted = [
    "email: Votre commande N-1 est confirmée · Corner Shop",
    "email: Votre commande N-1 est en route · Corner Shop",
    expect.stringMatching(/^sms: Corner Shop: Votre colis est parti/),
    expect.stringMatching(/^sms: Corner Shop: Votre commande est confirmée/),
  ];
  await expect.poll(subjects).toEqual(wanted);

  const [text] = (await inbox()).filter(({ message }) => message.text.includes(trackingToken));
  const page = await system.get(`/dev/inbox/${text?.id}`, { key: null });
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const [mail] = (await inbox()).filter(({ message }) => message.subject?.includes("en route"));
  const html = await system.get(`/dev/inbox/${mail?.id}/html`, { key: null });
  expect(html.text).toContain(`/t/${trackingToken}`);
  expect(html.headers.get("content-security-policy")).toContain("sandbox");
  expect((await system.get("/dev/inbox", { key: null, headers: { "x-forwarded-for": "8.8.8.8" } })).status)
    .toBe(401);

  await system.killAll();
  await system.start();
  const again = await system.post(
    "/v1/orders",
    orderOf("N-2", "A", { customer: { email: "eva@example.org" } }),
  );
  expect(again.status, again.text).toBe(201);
  await expect.poll(async () => (await subjects()).length).toBe(wanted.length + 1);

  expect(await waybill(system, "notifications", "list")).toMatchObject({
    code: 0,
    stdout: "No message was given up.\n",
  });
});
