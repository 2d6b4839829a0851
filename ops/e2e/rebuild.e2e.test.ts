import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../projections/database.ts";
import { waybill } from "./command_line.ts";
import { orderOf, receive, seeing } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const waitMsMax = 60_000;
let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
  await receive(system, { A: 20 });
});
afterAll(() => system?.remove());

const messages = async () => {
  const { body } = await system.get("/dev/inbox", { key: null, headers: { accept: "application/json" } });
  return (body as { readonly items: readonly unknown[] }).items.length;
};
async function sql<Row extends object>(statement: string, database?: string): Promise<readonly Row[]> {
  const url = new URL(system.runtime().databaseUrl);
  if (database !== undefined) url.pathname = `/${database}`;
  const pool = openDatabase({ url: url.href, connectionsMax: 1 });
  try {
    return await pool.unsafe<Row[]>(statement);
  } finally {
    await pool.end({ timeout: 5 });
  }
}
const because = ["--yes", "--by", "ada", "--why", "drill"];

test(
  "rows corrupted by hand are found, made again, and taken back; nobody gets a message twice",
  async () => {
    const customer = { name: "Ada", email: "ada@example.org", phone: "+441632960001" };
    const placed = await system.post("/v1/orders", orderOf("R-1", "A", { customer }));
    expect(placed.status, placed.text).toBe(201);
    const { orderId } = placed.body as { orderId: string };
    await expect.poll(messages, { timeout: waitMsMax }).toBe(2);
    const status = async () =>
      (await system.get(`/v1/orders?channel=web`)).text.match(/"status":"(\w+)"/)?.[1];
    expect(await status()).toBe("confirmed");

    await sql("update orders_v2.orders set status = 'corrupted'");
    const refused = await waybill(system, "rebuild", "orders");
    expect(refused.code, refused.stderr).toBe(1);
    expect(refused.stdout).toContain(
      `order_id ${orderId} differs\n      status: corrupted\n         built: confirmed`,
    );
    expect((await waybill(system, "rebuild", "orders", "--accept-differences", ...because)).code).toBe(0);
    expect(await status()).toBe("confirmed");
    for (const projection of ["parcels", "stock", "cases"]) {
      const same = await waybill(system, "rebuild", projection, ...because);
      expect(same.code, same.stdout + same.stderr).toBe(0);
    }
    const next = await system.post("/v1/orders", orderOf("R-2", "A", { customer }));
    expect(
      (await system.get(`/v1/orders/${(next.body as { orderId: string }).orderId}`, seeing(next))).status,
    ).toBe(200);
    expect((await waybill(system, "rollback", "orders", ...because)).code).toBe(0);
    await expect.poll(async () => (await sql("select * from orders_v2.orders")).length, {
      timeout: waitMsMax,
    }).toBe(2);
    await expect.poll(messages, { timeout: waitMsMax }).toBe(4);
  },
);

test("a database that is gone is filled again from the log, and nobody gets a message twice", async () => {
  const told = await sql<{ total: number }>("select count(*) as total from orders_v2.order_events");
  const name = new URL(system.runtime().databaseUrl).pathname.slice(1);
  await sql(`drop database "${name}" with (force)`, "postgres");
  await system.stop();
  await system.start();
  await expect.poll(async () => await sql("select count(*) as total from orders_v2.order_events"), {
    timeout: waitMsMax,
  }).toEqual(told);
  const again = await waybill(system, "rebuild", "orders");
  expect(again.code, again.stdout + again.stderr).toBe(0);
  const last = await system.post(
    "/v1/orders",
    orderOf("R-3", "A", { customer: { email: "eva@example.org" } }),
  );
  expect(last.status, last.text).toBe(201);
  await expect.poll(messages, { timeout: waitMsMax }).toBe(1);
});
