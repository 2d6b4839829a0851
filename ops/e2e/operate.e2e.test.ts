import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { subjects } from "../../streams/record.ts";
import { waybill } from "./command_line.ts";
import { expectProblem, orderOf, receive } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const token = "ups-token-of-the-shop", doing = ["--yes", "--why", "a test", "--by", "ada"];
const soonMs = 60_000;

let system: System;
beforeAll(async () => {
  system = await newSystem({ WAYBILL_CARRIER_UPS_SECRET: token });
  await system.start();
  await receive(system, { A: 20, B: 20 });
});
afterAll(() => system?.remove());

const callUps = (raw: string) =>
  system.post("/v1/carriers/ups/callbacks", undefined, {
    key: null,
    raw,
    headers: { authorization: `Bearer ${token}` },
  });
const delivered = (trackingNumber: string) =>
  JSON.stringify({
    trackingNumber,
    ...{ localActivityDate: "20261122", localActivityTime: "080000", gmtOffset: "+00:00" },
    ...{ gmtActivityDate: "20261122", gmtActivityTime: "080000" },
    activityLocation: { city: "LONDON", country: "GB" },
    activityStatus: { type: "D", code: "9E", description: "Delivered", descriptionCode: "011" },
  });

/** What the command prints, once it has done what it should. */
async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await waybill(system, ...args);
  expect({ code, stderr: code === 0 ? "" : stderr + stdout }).toEqual({ code: 0, stderr: "" });
  return stdout.trim();
}

/** Puts a command into COMMANDS that no edge would send. */
async function poison(to: string): Promise<void> {
  const { natsUrl, natsToken } = system.runtime();
  const broker = await connectJetStream({ servers: natsUrl.split(","), token: natsToken, name: "e2e" });
  const commands = [{ id: "poison", to, atMs: Date.now(), edge: "nobody", command: { type: "nonsense" } }];
  const payload = new TextEncoder().encode(JSON.stringify({ format: 1, commands }));
  expect(await broker.publish(subjects.commands(0), payload, { ackMsMax: 5_000 })).toMatchObject({
    kind: "stored",
  });
  await broker.close();
}

describe("an engineer on call", () => {
  test("sees that all is well, and who did what", async () => {
    const placed = await system.post("/v1/orders", orderOf("OP-1", "A"));
    expect(placed.status, placed.text).toBe(201);
    expect(await done("verify")).toMatch(/^All is well: /m);
    expect(await done("inspect")).toBe("Nothing is held back.");
    expect(await done("dead-letters", "list")).toBe("There are no dead letters.");
    expect(await done("acts")).toBe("Nothing was done yet.");
  });

  test("finds a row that was changed by hand", async () => {
    const sql = postgres(system.runtime().databaseUrl, { max: 1, onnotice: () => {} });
    try {
      await sql`update stock_v1.stock_levels set sellable = sellable + 5 where sku = 'B'`;
      const { code, stdout } = await waybill(system, "verify");
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /^WRONG rows: stock .*\n {8}sku:B: rows say \[\["LON1",25,.*events \[\["LON1",20,/m,
      );
      await sql`update stock_v1.stock_levels set sellable = sellable - 5 where sku = 'B'`;
    } finally {
      await sql.end({ timeout: 5 });
    }
    expect(await done("verify")).toMatch(/^All is well: /m);
  });

  test("drops a poison command, and the orders behind it go on", async () => {
    await poison("sku:B");
    await expect.poll(() => done("dead-letters", "list"), { timeout: soonMs }).toContain("undecided/sku:B");
    const impatient = { headers: { prefer: "wait=2" } };
    const waiting = await system.post("/v1/orders", orderOf("OP-2", "B"), impatient);
    expect(waiting.status, waiting.text).toBe(202);
    expect((await system.post("/v1/orders", orderOf("OP-3", "A"))).status).toBe(201);
    expect(await done("dead-letters", "drop", "undecided/sku:B", ...doing)).toBe(
      "sku:B goes on without it; 1 that waited behind it were let go",
    );
    await expect.poll(async () => (await system.post("/v1/orders", orderOf("OP-2", "B"))).status, {
      timeout: soonMs,
    })
      .toBe(201);
    expect(await done("acts")).toMatch(/dead-letters drop undecided\/sku:B {2}done\n {4}by ada: a test/);
  });

  test("makes the system read-only: carriers are heard all the same, and understood afterwards", async () => {
    const placed = await system.post("/v1/orders", orderOf("OP-4", "A")),
      { orderId } = placed.body as {
        orderId: string;
      };
    const trackingNumber = "1Z0000000000000009";
    const shipped = await system.post(`/v1/orders/${orderId}/shipments`, {
      ...{ reference: "P", location: "LON1", carrier: "ups", trackingNumber },
      lines: [{ sku: "A", quantity: 1 }],
    });
    expect(shipped.status, shipped.text).toBe(201);
    const { trackingToken } = shipped.body as { trackingToken: string };
    const status = async () =>
      ((await system.get(`/v1/tracking/${trackingToken}`, { key: null })).body as { status: string }).status;

    expect(await done("read-only", "on", ...doing)).toBe("Read-only is on");
    await expect.poll(async () => (await system.post("/v1/orders", orderOf("OP-5", "A"))).status).toBe(503);
    expectProblem(await system.post("/v1/orders", orderOf("OP-5", "A")), 503, "read-only");
    expect((await system.get(`/v1/orders/${orderId}`)).status).toBe(200);
    const asked = await system.post(`/t/${trackingToken}/requests/contact?lang=de`, undefined, {
      ...{ key: null, raw: "key=k&message=Hallo" },
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect([asked.status, asked.headers.get("retry-after")]).toEqual([503, "30"]);
    expect(asked.text).toContain("Das können wir gerade nicht annehmen");
    expect(asked.text).toContain("Hallo</textarea>");
    expect((await callUps(delivered(trackingNumber))).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await status()).not.toBe("delivered");

    expect(await done("read-only", "off", ...doing)).toBe("Read-only is off");
    await expect.poll(status, { timeout: soonMs }).toBe("delivered");
    await expect.poll(async () => (await system.post("/v1/orders", orderOf("OP-5", "A"))).status).toBe(201);
  });

  test("sees what a carrier sent that nobody can read, tries it again, and drops it", async () => {
    expect((await callUps("not what UPS sends")).status).toBe(400);
    const listed = await done("dead-letters", "list");
    const [, id = ""] = /^(unread\/\S+)$/m.exec(listed) ?? [];
    expect(listed).toContain(`${id}\n    Cannot read what ups sent at `);
    expect(await done("dead-letters", "show", id)).toContain('"body": "not what UPS sends"');
    const { code, stderr } = await waybill(system, "dead-letters", "retry", id, ...doing);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`Cannot retry ${id}: still unreadable`)]);
    await done("dead-letters", "drop", id, ...doing);
    expect(await done("dead-letters", "list")).toBe("There are no dead letters.");
  });
});
