import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import { env } from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { openDeliveries } from "../../projections/outbox/deliveries.ts";
import { until } from "../../projections/testing/running.ts";
import { callerOf } from "../e2e/caller.ts";
import { orderOf, receive } from "../e2e/orders.ts";
import { type RunAs, runAs } from "../deploy/testing/run_as.ts";
import { freePort } from "../local/ports.mjs";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { startTestSmtp, type TestSmtp } from "../testing/smtp.ts";

/** All roles, a real log, a real database, a real mail server: what customers are told, and how often. */

const key = "key-of-the-test-without-limit", secret = "secret-of-the-generic-carrier";
const soon = { interval: 50 }, patient = { headers: { prefer: "wait=30" } };
let nats: TestNats, database: TestDatabase, smtp: TestSmtp, gateway: Server;
let running: RunAs[] = [], edgePort = 0, smsUrl = "";
const texts: { to: string; text: string; key: string }[] = [];
const shop = () => callerOf({ url: `http://127.0.0.1:${edgePort}`, key });

beforeAll(async () => {
  env.WAYBILL_CARRIER_GENERIC_SECRET = secret;
  nats = await startTestNats();
  database = await testDatabase();
  smtp = await startTestSmtp();
  edgePort = await freePort();
  gateway = createServer((request, response) => {
    const parts: Uint8Array[] = [];
    request.on("data", (part: Uint8Array) => parts.push(part));
    request.on("end", () => {
      const { to, text } = JSON.parse(parts.map((part) => new TextDecoder().decode(part)).join(""));
      texts.push({ to, text, key: String(request.headers["idempotency-key"]) });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((done) => gateway.listen(0, "127.0.0.1", done));
  const address = gateway.address();
  smsUrl = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/send`;
  await startAll();
  await receive(shop(), { A: 1_000 });
});
afterAll(async () => {
  delete env.WAYBILL_CARRIER_GENERIC_SECRET;
  await stopAll();
  await smtp?.stop();
  gateway?.close();
  await database?.drop();
  await nats?.stop();
});

function start(role: "host" | "edge" | "projector" | "deliver"): RunAs {
  const run = runAs(role, { servers: nats.url, name: role }, {
    ...{ DATABASE_URL: database.url, WAYBILL_LOG_INIT: "true", WAYBILL_PORT: String(edgePort) },
    ...{ WAYBILL_SECRET: "secret-of-fingerprints", WAYBILL_BOOTSTRAP_KEY: key },
    ...{ WAYBILL_PUBLIC_URL: `http://127.0.0.1:${edgePort}`, WAYBILL_SHOP_NAME: "Corner Shop" },
    ...{
      WAYBILL_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      WAYBILL_MAIL_FROM: "Corner Shop <orders@shop.example>",
    },
    ...{ WAYBILL_SMS_URL: smsUrl, WAYBILL_SMS_FROM: "CornerShop", WAYBILL_SMS_TOKEN: "t" },
  });
  running.push(run);
  return run;
}
async function startAll(): Promise<void> {
  // Two that deliver: they share what there is to send.
  for (const role of ["host", "edge", "projector", "deliver", "deliver"] as const) start(role);
  const ended = Promise.race(
    running.map((one) => one.running.then(() => "ended", (error) => Promise.reject(error))),
  );
  ended.catch(() => undefined);
  const ready = async () =>
    (await fetch(`http://127.0.0.1:${edgePort}/readyz`).catch(() => undefined))?.status;
  await Promise.race([ended, until(async () => await ready() === 200)]);
}
async function stopAll(): Promise<void> {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
}

const customer = (name: string) => ({ name: "Ada", email: `${name}@example.org`, language: "de" });
async function place(number: string, more: Record<string, unknown> = customer(number)): Promise<string> {
  const answer = await shop().post("/v1/orders", orderOf(number, "A", { customer: more }), patient);
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { orderId: string }).orderId;
}
async function ship(orderId: string, trackingNumber: string): Promise<string> {
  const answer = await shop().post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: trackingNumber, location: "LON1", carrier: "generic", trackingNumber },
    lines: [{ sku: "A", quantity: 1 }],
  }, patient);
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { trackingToken: string }).trackingToken;
}
async function scan(trackingNumber: string, status: string): Promise<void> {
  const raw = JSON.stringify({ trackingNumber, status, occurredAt: new Date().toISOString() });
  const headers = {
    "x-waybill-signature": `sha256=${createHmac("sha256", secret).update(raw).digest("hex")}`,
  };
  const answer = await shop().post("/v1/carriers/generic/callbacks", undefined, { key: null, raw, headers });
  expect(answer.status).toBe(200);
}
const mailsTo = (name: string) => smtp.mails.filter(({ to }) => to.includes(`${name}@example.org`));
const counts = (names: readonly string[]) => names.map((name) => mailsTo(name).length);

/** Everything that was placed is sent, and nothing more comes. */
async function quiet(): Promise<void> {
  const sql = openDatabase({ url: database.url });
  const waiting = async () =>
    (await sql`select 1 from outbox_v1.milestones where state = 'waiting'
      union all select 1 from outbox_v1.deliveries where state = 'waiting'`).length;
  await expect.poll(waiting, soon).toBe(0);
  await sql.end();
}

test(
  "each customer hears once that the order is confirmed, however often everything starts again",
  async () => {
    const names = Array.from({ length: 20 }, (_, i) => `once-${i}`);
    for (const name of names) await place(name);
    await expect.poll(() => counts(names), soon).toEqual(names.map(() => 1));
    const [mail] = mailsTo("once-0");
    expect(mail?.headers.get("from")).toBe("Corner Shop <orders@shop.example>");
    expect(mail?.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail?.headers.get("message-id")).toMatch(/^<[0-9a-f]{32}@shop\.example>$/);
    expect(mail?.headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(mail?.headers.get("content-type")).toContain("multipart/alternative");
    expect(mail?.headers.get("content-language")).toBe("de");
    await quiet();

    await stopAll();
    await startAll();
    await place("again");
    await expect.poll(() => counts(["again"]), soon).toEqual([1]);
    await quiet();
    expect(counts(names)).toEqual(names.map(() => 1));

    // The rows are thrown away, and made anew from the beginning of the log.
    await stopAll();
    await database.drop();
    database = await testDatabase();
    await migrate(database.url);
    await startAll();
    await place("anew");
    await expect.poll(() => counts(["anew"]), soon).toEqual([1]);
    await quiet();
    expect(counts([...names, "again", "anew"])).toEqual([...names, "again", "anew"].map(() => 1));
  },
);

test("a mail server that is away loses nothing, and nobody else waits for it", async () => {
  await smtp.stop();
  await place("outage", { ...customer("outage"), phone: "+441632960001" });
  await expect.poll(() => texts.filter(({ to }) => to === "+441632960001").length, soon).toBe(1);
  expect(texts.at(-1)?.text).toMatch(/^Corner Shop: Ihre Bestellung ist bestätigt \(outage\)\./);
  expect(counts(["outage"])).toEqual([0]);
  await smtp.start();
  await expect.poll(() => counts(["outage"]), soon).toEqual([1]);
  await quiet();
  expect(texts.filter(({ to }) => to === "+441632960001").length).toBe(1);
});

test("who wants to hear no more is told no more, by that way alone", async () => {
  const phone = "+441632960002", orderId = await place("enough", { ...customer("enough"), phone });
  const token = await ship(orderId, "ENOUGH1");
  await expect.poll(() => counts(["enough"]), soon).toEqual([2]);
  const mail = mailsTo("enough").find(({ raw }) => raw.includes(`/t/${token}`));
  const url = /^<(.*)>$/.exec(mail?.headers.get("list-unsubscribe") ?? "")?.[1] ?? "";
  expect((await fetch(url)).status).toBe(200); // Looking alone changes nothing: mail programs do.
  await scan("ENOUGH1", "out_for_delivery");
  await expect.poll(() => counts(["enough"]), soon).toEqual([3]);
  const oneClick = await fetch(url, {
    method: "POST",
    body: new URLSearchParams("List-Unsubscribe=One-Click"),
  });
  expect(oneClick.status).toBe(200);
  await scan("ENOUGH1", "delivered");
  await expect.poll(() => texts.filter(({ to }) => to === phone).length, soon).toBe(4);
  await quiet();
  expect(counts(["enough"])).toEqual([3]);
});

test("what a server refuses for good is kept, and sent when somebody says so", async () => {
  smtp.trouble = { code: 550, at: "recipient" };
  await place("refused");
  const sql = openDatabase({ url: database.url });
  const parked = () => sql`select problem, attempts from outbox_v1.deliveries where state = 'parked'`;
  await expect.poll(async () => (await parked()).length, soon).toBe(1);
  const [row] = await parked();
  expect(row).toMatchObject({ attempts: 1, problem: expect.stringContaining("550") });
  expect(row?.problem).not.toContain("example.org");
  smtp.trouble = { code: 451, at: "data" };
  await place("later");
  await expect.poll(
    async () => (await sql`select 1 from outbox_v1.deliveries where problem like '%451%'`).length,
    soon,
  ).toBe(1);
  smtp.trouble = undefined;
  await expect.poll(() => counts(["later"]), soon).toEqual([1]);
  expect(counts(["refused"])).toEqual([0]);
  expect(await openDeliveries(sql).parked({ limit: 10 })).toMatchObject([{
    channel: "email",
    milestone: "confirmed",
  }]);
  expect(await openDeliveries(sql).retry("all")).toBe(1);
  await expect.poll(() => counts(["refused"]), soon).toEqual([1]);
  await sql.end();
});
