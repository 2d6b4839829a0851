import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parcelActor } from "../carriers/parcel_key.ts";
import { openTown, orderOf, type Town } from "../testing/town.ts";
import { faultsOf, filledIn, requestIdOf } from "./requests.ts";
import { FakeDesk } from "./testing/fake_desk.ts";
import { parcel, shop } from "./testing/samples.ts";
import { stopTheClock } from "../testing/stop_the_clock.ts";

let town: Town, token: string, shipmentId: string;
beforeEach(async () => {
  town = await openTown({ branding: shop, deps: { publicUrl: "https://shop.example" } });
  await town.call("POST", "/v1/stock/receipts", {
    location: "LON1",
    reference: "r1",
    lines: [{ sku: "A", quantity: 5 }],
  });
  const { body: { orderId } } = await town.call("POST", "/v1/orders", orderOf("1", ["A"]));
  const { body } = await town.call("POST", `/v1/orders/${orderId}/shipments`, {
    reference: "P1",
    location: "LON1",
    carrier: "ups",
    trackingNumber: "1Z999",
    lines: [{ sku: "A", quantity: 1 }],
  });
  [token, shipmentId] = [body.trackingToken!, body.shipmentId!];
});
afterEach(() => town.close());

const address = { line1: "2 New Street", city: "Leeds", country: "GB", postalCode: "LS1 1AA" };
const headers = {
  "content-type": "application/x-www-form-urlencoded",
  "sec-fetch-site": "same-origin",
  "origin": "null",
};
const send = (kind: string, fields: Record<string, string>, more: Record<string, string> = {}) =>
  town.app.request(`/t/${token}/requests/${kind}?lang=en`, {
    method: "POST",
    headers: { ...headers, ...more },
    body: new URLSearchParams({ key: "k1", ...fields }),
  });
const page = async (path = "") => (await town.app.request(`/t/${token}${path}`)).text();
const shipment = async () => (await town.call("GET", `/v1/shipments/${shipmentId}`)).body;
const scan = (status: "in_transit" | "delivered") => {
  const scans = [{ status, atMs: Date.now(), description: "", carrierCode: "" }];
  const command = { type: "scans", source: "cb", scans } as const;
  return town.ask({ to: parcelActor("ups", "1Z999"), command, patienceMs: 60_000 });
};

describe("a receiver's request", () => {
  test("reaches the shop, is answered on the page, and its words are in no event", async () => {
    expect(await page()).toContain(`/t/${token}/requests/address_change?lang=en`);
    const response = await send("address_change", { ...address, message: "Ring\r\ntwice" });
    expect([response.status, response.headers.get("location")]).toEqual([303, `/t/${token}?lang=en#help`]);
    expect(await page()).toContain("We have it and will see to it.");
    const [asked] = (await shipment()).requests!;
    expect(asked).toEqual({
      request: expect.stringMatching(/^req_[\w-]{22}$/),
      kind: "address_change",
      status: "open",
      askedAt: expect.any(String),
      said: { ...address, message: "Ring\ntwice" },
    });
    const events = await town.server.connect().info("EVENTS");
    const broker = town.server.connect(), texts: string[] = [];
    for (let sequence = 1; sequence <= events.lastSequence; sequence++) {
      texts.push(new TextDecoder().decode((await broker.at("EVENTS", sequence))!.payload));
    }
    expect(texts.join()).toContain("parcel.customer_asked");
    expect(texts.join()).not.toContain("New Street");

    const answered = await town.call("POST", `/v1/shipments/${shipmentId}/requests/${asked!.request}`, {
      outcome: "done",
    });
    expect([answered.status, answered.body]).toMatchObject([200, { status: "done", kind: "address_change" }]);
    await town.settled();
    expect(await page()).toContain("Done.");
  });

  test("sent twice is one; written anew it takes the place of the first", async () => {
    const [one, two] = await Promise.all([send("address_change", address), send("address_change", address)]);
    expect([one.status, two.status]).toEqual([303, 303]);
    expect((await shipment()).requests).toHaveLength(1);
    await send("address_change", { ...address, line1: "3 Other Street" });
    await town.settled();
    expect((await shipment()).requests!.map(({ status }) => status)).toEqual([
      "replaced",
      "open",
    ]);
  });

  test("names each field that is wrong, and keeps what was filled in", async () => {
    const response = await send("address_change", { city: "Leeds & more", country: "XX" });
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(text).toContain('value="Leeds &amp; more"');
    for (const name of ["line1", "country"]) expect(text).toContain(`id="${name}-fault"`);
    expect(text).not.toContain('id="city-fault"');
    expect(town.asked.some(({ command }) => command.type === "customer_ask")).toBe(false);
  });

  test("comes too late once the carrier has it, also when the page was older", async () => {
    const form = await town.app.request(`/t/${token}/requests/address_change`);
    expect(form.status).toBe(200);
    await scan("in_transit");
    const response = await send("address_change", address);
    expect(response.status).toBe(409);
    expect(await response.text()).toContain(`/t/${token}/requests/contact?lang=en`);
    await town.settled();
    expect((await town.app.request(`/t/${token}/requests/address_change`)).status).toBe(409);
    expect((await send("pickup_point", { point: "Corner shop" })).status).toBe(303);
    expect((await send("contact", { message: "Thanks" })).status).toBe(303);
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "none" }, 303],
  ])(
    "from %j is answered %i",
    async (more, status) => expect((await send("contact", { message: "Hello" }, more)).status).toBe(status),
  );

  test.each([
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "nonsense" }, 403],
    [{ origin: "https://shop.example" }, 303],
    [{ origin: "null" }, 303],
    [{}, 303],
  ])("of an older browser, with %j, is answered %i", async (more: Record<string, string>, status) => {
    const response = await town.app.request(`/t/${token}/requests/contact`, {
      method: "POST",
      headers: { "content-type": headers["content-type"], ...more },
      body: "key=k&message=Hello",
    });
    expect(response.status).toBe(status);
  });

  test("is bounded: in size, in kind, in what it comes as, and in how often", async () => {
    expect((await send("contact", { message: "x".repeat(20_000) })).status).toBe(413);
    expect((await send("contact", { message: "x".repeat(1_001) })).status).toBe(422);
    expect((await send("refund", { message: "now" })).status).toBe(404);
    expect((await send("contact", { message: "Hi" }, { "content-type": "text/plain" })).status).toBe(415);
    stopTheClock(); // The allowance grows with time.
    for (let i = 0; i < 6; i++) expect((await send("contact", { message: `${i}` })).status).toBe(303);
    const tooFast = await send("contact", { message: "again" });
    expect([tooFast.status, tooFast.headers.get("retry-after")]).toEqual([429, "10"]);
    town.clock.aheadMs += 11_000;
    expect((await send("contact", { message: "again" })).status).toBe(303);
  });

  test("for an unknown link is a 404 page", async () => {
    const response = await town.app.request("/t/nobody/requests/contact");
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      "text/html; charset=utf-8",
    ]);
  });

  test("may only be sent to where it came from", async () => {
    const { headers } = await town.app.request(`/t/${token}/requests/contact`);
    expect(headers.get("content-security-policy")).toMatch(/form-action 'self'$/);
    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(headers.get("x-robots-tag")).toContain("noindex");
  });
});

test("nobody knows whether it arrived while no host decides: the same form comes back, to be sent again", async () => {
  const desk = new FakeDesk(), deps = { tracking: { desk, branding: shop } };
  desk.views.set("abc", parcel("pre_transit"));
  const still = await openTown({ host: false, limits: { patienceMs: 50 }, deps });
  const response = await still.app.request("/t/abc/requests/contact", {
    method: "POST",
    headers,
    body: "key=mine&message=Hello",
  });
  const text = await response.text();
  expect(response.status).toBe(503);
  expect(text).toContain('name="key" value="mine"');
  expect(text).toContain("Hello</textarea>");
  await still.close();
});

describe("what was filled in", () => {
  test("is trimmed, has one kind of line break, and nothing that was not asked for", () =>
    expect(filledIn("contact", new URLSearchParams("message=+a%0D%0Ab+&email=&role=admin"))).toEqual({
      message: "a\nb",
    }));
  test.each([
    [{ message: "hello", email: "a@b.example" }, {}],
    [{}, { message: "missing" }],
    [{ message: "x".repeat(1_001) }, { message: "tooLong" }],
    [{ message: "\u0000" }, { message: "unreadable" }],
    [{ message: "a", email: "nobody" }, { email: "unreadable" }],
  ])("%j has %j", (filled, faults) => expect(faultsOf("contact", filled)).toEqual(faults));
  test("one line is one line", () =>
    expect(faultsOf("address_change", { ...address, city: "Leeds\nand more" })).toEqual({
      city: "unreadable",
    }));
  test("names its request by all of it, in whatever sequence", () => {
    const id = (filled: object, key = "k") => requestIdOf("t", "contact", key, filled);
    expect(id({ message: "a", email: "b" })).toBe(id({ email: "b", message: "a" }));
    expect(new Set([id({ message: "a" }), id({ message: "b" }), id({ message: "a" }, "other")]).size).toBe(3);
  });
});
