import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderId } from "../../actors/ids.ts";
import { type TestDatabase, testDatabase } from "../../ops/testing/postgres.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { openDatabase, type Sql } from "../database.ts";
import { migrate } from "../migrate.ts";
import { PersonalProjector } from "../personal.ts";
import { postgresPeople } from "../personal_rows.ts";
import { postgresRows } from "../postgres_rows.ts";
import { Chain, issued, parrot, saying, seller, sellerSaid } from "../testing/issuing.ts";
import { projectTo, rebuilt, until } from "../testing/running.ts";
import { TownLog } from "../testing/town_log.ts";
import { invoiceQueries, type JournalDocument } from "./invoice_queries.ts";

const invoices = new Chain(), credits = new Chain("CN", "credit_note");
const order = (n: number) => ({ id: `ord_${n}` as OrderId, number: String(n), placedOn: "2026-11-01" });
const first = invoices.next("ship:1", [["10.00", "2.00"], ["5.00", "0.25", "0.05"]], {
  order: order(1),
  buyer: { actor: "order:ord_1" },
});
const second = invoices.next("ship:2", [["7.00", "1.40"]], {
  order: order(2),
  issuedOn: "2026-11-03",
  channel: "shop",
});
const credit = credits.next("credit:ord_1/C1", [["10.00", "2.00"]], {
  order: order(1),
  issuedOn: "2026-12-01",
});
const yen = invoices.next("ship:3", [["99999999999999999", "0"]], {
  order: order(3),
  currency: "JPY",
  issuedOn: "2026-12-02",
});
const alone = credits.next("credit:crd_9", [["1.00", "0.20"]], {
  order: undefined,
  buyer: { actor: "credit:crd_9" },
  issuedOn: "2026-12-02",
});

let database: TestDatabase, sql: Sql, broker: Broker;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  const town = new TownLog(broker, 0, { series: parrot });
  await town.turn(saying("main", sellerSaid, issued(first)), saying("main", issued(second)));
  const last = await town.turn(saying("main", sellerSaid, issued(credit), issued(yen), issued(alone)));
  await projectTo(last, { broker, sql });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

/** As the copier of personal data writes it. */
async function copied(actor: string, customer: object | null, sequence: number): Promise<void> {
  const items = [{ actor, id: "c", at: [sequence, 0], personal: customer }];
  const pack = { format: 1, partition: 0, position: { sequence, hash: "" }, items };
  await broker.publish("personal.0", new TextEncoder().encode(JSON.stringify(pack)), { ackMsMax: 1_000 });
}

describe("invoices as rows", () => {
  test("are found by number as they were frozen, with what was said of the seller", async () => {
    const found = await invoiceQueries(sql).find(first.number);
    expect(found).toEqual({ document: first, seller });
    expect(JSON.stringify(found?.document)).toBe(JSON.stringify(first));
    expect(await invoiceQueries(sql).find("INV-2026-000009")).toBeUndefined();
  });

  test("hold amounts in minor units, however large", async () => {
    const rows = await sql`select number, exponent, net, tax, total from invoices_v1.documents
      where number in (${first.number}, ${yen.number}) order by number`;
    expect(rows.map((row) => [row.exponent, row.net, row.tax, row.total])).toEqual([
      [2, "1500", "225", "1725"],
      [0, "99999999999999999", "0", "99999999999999999"],
    ]);
  });

  test("of an order are its invoices and credit notes, oldest first", async () => {
    expect(await invoiceQueries(sql).ofOrder(order(1).id)).toEqual([first, credit]);
    expect(await invoiceQueries(sql).ofOrder(order(9).id)).toEqual([]);
  });

  test("are listed by day of issue and place in the series, in pages, and filtered", async () => {
    const queries = invoiceQueries(sql),
      numbers = (all: readonly { number: string }[]) => all.map((one) => one.number);
    const everything = numbers([first, second, credit, alone, yen]);
    const page = await queries.list({ limit: 2 });
    expect(numbers(page.items)).toEqual(everything.slice(0, 2));
    const next = await queries.list({ limit: 3, cursor: page.next! });
    expect(numbers(next.items)).toEqual(everything.slice(2));
    expect(next.next).toBeUndefined();
    const filters = [
      { series: "CN-2026" },
      { type: "invoice" },
      { channel: "shop" },
      { from: "2026-12-01" },
      { to: "2026-11-02" },
      { from: "2026-11-03", to: "2026-12-01", series: "INV-2026" },
    ] as const;
    const found = await Promise.all(filters.map((filter) => queries.list({ limit: 9, ...filter })));
    expect(found.map(({ items }) => numbers(items))).toEqual(
      [[credit, alone], [first, second, yen], [second], [credit, alone, yen], [first], [second]].map(numbers),
    );
    const journal: JournalDocument[] = [];
    for await (const rows of queries.journal({})) journal.push(...rows);
    expect(journal).toEqual([first, second, credit, alone, yen].map(({ lines: _, ...booked }) => booked));
  });

  test("show the buyer while the person is known, also of a credit without an order", async () => {
    const buyerOf = async (number: string) => (await invoiceQueries(sql).find(number))?.buyer;
    const rows = postgresRows(sql), runtime = systemRuntime("test");
    const people = new PersonalProjector({ broker, runtime, rows, people: postgresPeople, partition: 0 });
    const running = people.run();
    await copied("credit:crd_9", { name: "Ada" }, 5);
    await copied("order:ord_1", { name: "Bob" }, 6);
    await until(async () => await buyerOf(first.number) !== undefined);
    expect(await buyerOf(first.number)).toEqual({ name: "Bob" });
    expect(await buyerOf(alone.number)).toEqual({ name: "Ada" });
    await copied("credit:crd_9", null, 7);
    await until(async () => await buyerOf(alone.number) === undefined);
    people.stop();
    await running;
  });

  test("built again from the log, they are the same", async () => {
    const { before, after } = await rebuilt({ broker, sql });
    expect(after).toEqual(before);
    expect(after["invoices_v1.documents"]).toHaveLength(5);
  });
});
