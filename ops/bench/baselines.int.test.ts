import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import { placeByFunction } from "./baseline_function.ts";
import type { Place } from "./baseline_order.ts";
import { createBaselineSchema, stockBaseline } from "./baseline_schema.ts";
import { baselineApp } from "./baseline_server.ts";
import { placeByTransaction } from "./baseline_transaction.ts";
import { hotSku, skuOf } from "./workload.ts";

const units = 50;
const methods: readonly (readonly [string, (sql: postgres.Sql) => Place])[] = [
  ["transaction", placeByTransaction],
  ["function", placeByFunction],
];

/** A baseline that cheated would make our own figures worthless: both must keep the promises that we compare ourselves with. */
describe.each(methods)("the baseline by %s", (_, method) => {
  let database: TestDatabase, sql: postgres.Sql, app: ReturnType<typeof baselineApp>;
  beforeAll(async () => {
    database = await testDatabase();
    sql = postgres(database.url, { max: 8, onnotice: () => {} });
    await createBaselineSchema(sql);
    await stockBaseline(sql, units);
    app = baselineApp(method(sql));
  });
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });

  const order = (orderNumber: string, ...lines: { sku: string; quantity: number }[]) => ({
    channel: "bench",
    orderNumber,
    currency: "GBP",
    lines: lines.map((line) => ({ ...line, unitPrice: "2.55", taxRate: "0.20" })),
  });
  const post = (body: unknown) =>
    app.request("/v1/orders", {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const allocated = async (sku: string) =>
    Number((await sql`select allocated from stock where sku = ${sku}`)[0]?.allocated);

  test("answers as the product does", async () => {
    const response = await post(order("1", { sku: skuOf(1), quantity: 2 }, { sku: skuOf(0), quantity: 1 }));
    expect(response.status).toBe(201);
    const line = { backordered: 0, cancelled: 0, shipped: 0 };
    expect(await response.json()).toEqual({
      orderId: expect.stringMatching(/^ord_/),
      channel: "bench",
      orderNumber: "1",
      status: "confirmed",
      currency: "GBP",
      net: "7.65",
      tax: "1.53",
      total: "9.18",
      lines: [
        {
          line: 1,
          sku: skuOf(1),
          quantity: 2,
          net: "5.10",
          allocated: [{ location: "LON1", quantity: 2 }],
          ...line,
        },
        {
          line: 2,
          sku: skuOf(0),
          quantity: 1,
          net: "2.55",
          allocated: [{ location: "LON1", quantity: 1 }],
          ...line,
        },
      ],
    });
    expect(await allocated(skuOf(1))).toBe(2);
  });

  test("asking twice is asking once; the same number with another body is refused", async () => {
    const body = order("2", { sku: skuOf(2), quantity: 1 });
    const first = await post(body), again = await post(body);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(await first.json());
    expect((await post(order("2", { sku: skuOf(2), quantity: 2 }))).status).toBe(422);
    expect(await allocated(skuOf(2))).toBe(1);
  });

  test("too little of one SKU takes nothing of the others, and stays refused", async () => {
    const body = order("3", { sku: skuOf(3), quantity: 1 }, { sku: skuOf(4), quantity: units + 1 });
    const first = await post(body), again = await post(body);
    expect([first.status, again.status]).toEqual([409, 409]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await allocated(skuOf(3))).toBe(0);
    expect(await sql`select 1 from order_lines l join orders o using (order_id) where o.order_number = '3'`)
      .toHaveLength(0);
  });

  test("many buyers of few units: never one too many", async () => {
    const answers = await Promise.all(
      Array.from(
        { length: units * 2 },
        (_, buyer) => post(order(`last-${buyer}`, { sku: hotSku, quantity: 1 })),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(units);
    expect(statuses.filter((status) => status === 409)).toHaveLength(units);
    expect(await allocated(hotSku)).toBe(units);
  });

  test("bad bodies are refused", async () => {
    expect((await post("{")).status).toBe(400);
    expect((await post(order("4"))).status).toBe(422);
  });
});
