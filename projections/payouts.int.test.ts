import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorId, type OrderId } from "../actors/ids.ts";
import type { RecordPayment } from "../actors/commands.ts";
import type { RefundOrder } from "../actors/money_commands.ts";
import { payout } from "../actors/payout/payout.ts";
import type { MatchPayout, RecordPayout } from "../actors/payout/payout_commands.ts";
import { line as statementLine } from "../actors/payout/specs.ts";
import type { StatementLine } from "../actors/payout/statement.ts";
import { type TestDatabase, testDatabase } from "../ops/testing/postgres.ts";
import type { Broker } from "../streams/broker/broker.ts";
import { MemoryServer } from "../streams/broker/memory.ts";
import { openDatabase, type Sql } from "./database.ts";
import { migrate } from "./migrate.ts";
import { invoiceQueries } from "./invoices/invoice_queries.ts";
import { payoutQueries } from "./payout_queries.ts";
import type { PayoutQueries } from "./queries.ts";
import { projectTo, rebuilt } from "./testing/running.ts";
import { line, paying, placing, receiving, shipping, type TownCommand, TownLog } from "./testing/town_log.ts";

let database: TestDatabase, sql: Sql, broker: Broker, town: TownLog, payouts: PayoutQueries;

/** What each order comes to: one unit of 2.55 and its tax. */
const total = "3.06";
const paid = (number: string, reference: string, channel?: string) =>
  statementLine("payment", total, reference, number, channel);

/** As the edge does it: looked up in the rows, then put to the actor. */
async function record(id: string, lines: readonly StatementLine[], source = "web"): Promise<void> {
  const candidates = await payouts.candidates({ payout: id, source, lines });
  const command: RecordPayout = {
    ...{ type: "record", payout: id, source, reference: id, currency: "GBP", by: "key", fingerprint: id },
    ...{ lines, candidates },
  };
  await projected({ to: actorId("payout", id), command });
}
async function rematch(id: string, request: string): Promise<void> {
  const { source, lines } = (await payouts.find(id))!;
  const candidates = await payouts.candidates({ payout: id, source, lines });
  const command: MatchPayout = { type: "match", request, candidates, by: "key" };
  await projected({ to: actorId("payout", id), command });
}
const refunding = (n: number, reference: string): TownCommand => {
  const command: RefundOrder = {
    ...{ type: "refund", refund: `rfn_${n}`, reference, amount: "1.00", method: "card", by: "key" },
    fingerprint: reference,
  };
  return { to: actorId("order", `ord_${n}`), command };
};
const sharing: RecordPayment = {
  ...{ type: "payment", status: "captured", reference: "shared", fingerprint: "shared" },
};
async function projected(...commands: readonly TownCommand[]): Promise<void> {
  await projectTo(await town.turn(...commands), { broker, sql });
}

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  payouts = payoutQueries(sql);
  broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  town = new TownLog(broker, 0, { payout });
  await town.turn(receiving("A", 100));
  const shop = { channel: "shop", order: "ord_shop" as OrderId };
  await projected(
    placing(1, [line("A", 1)]),
    placing(2, [line("A", 1)]),
    placing(2, [line("A", 1)], shop),
  );
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

describe("payouts as rows", () => {
  test("a statement is compared with the orders that it names, in whatever channel", async () => {
    const lines = [paid("1", "a"), paid("2", "b"), paid("9", "c"), statementLine("fee", "-0.10", "f")];
    const { orders, known } = await payouts.candidates({ payout: "po_1", source: "stripe", lines });
    expect(orders.map(({ order, channel, orderNumber }) => [order, channel, orderNumber])).toEqual([
      ["ord_1", "web", "1"],
      ["ord_2", "web", "2"],
      ["ord_shop", "shop", "2"],
    ]);
    expect(orders[0]).toMatchObject({ currency: "GBP", total, captured: total, paid: [] });
    expect(known).toEqual([]);
    const own = await payouts.candidates({ payout: "po_1", source: "web", lines, channel: "shop" });
    expect(own.orders.map(({ order }) => order)).toEqual(["ord_shop"]);
  });

  test("what an earlier payout has is known to the next, and not to itself", async () => {
    await record("po_1", [paid("1", "a"), statementLine("fee", "-0.10", "f")]);
    await record("po_2", [paid("1", "b"), paid("2", "c")]);
    expect(await payouts.find("po_1")).toMatchObject({ status: "matched", totals: { net: "2.96" } });
    expect(await payouts.find("po_2")).toMatchObject({
      status: "disputed",
      lines: [{ reason: "paid-before", payoutId: "po_1" }, { state: "matched", orderId: "ord_2" }],
    });
    const lines = [statementLine("fee", "-0.10", "f"), paid("1", "z")];
    const next = { payout: "po_3", source: "web", lines };
    expect((await payouts.candidates(next)).known).toEqual([
      { type: "fee", reference: "f", payout: "po_1" },
    ]);
    expect((await payouts.candidates(next)).orders[0]?.paid).toEqual([{ payout: "po_1", amount: total }]);
    expect((await payouts.candidates({ ...next, source: "amazon" })).known).toEqual([]);
    const itself = await payouts.candidates({ ...next, payout: "po_1" });
    expect([itself.known, itself.orders[0]?.paid]).toEqual([[], []]);
  });

  test("a line without a number is compared with the only order of its reference", async () => {
    await projected(placing(5, [line("A", 1)], { payment: "pending" }), placing(6, [line("A", 1)]));
    await projected(paying(5), refunding(6, "R-1"));
    const lines = [
      statementLine("payment", total, "pay-5"),
      statementLine("refund", "-1.00", "R-1"),
      statementLine("fee", "-0.10", "pay-5"),
    ];
    const { orders } = await payouts.candidates({ payout: "po_9", source: "stripe", lines });
    expect(orders).toMatchObject([
      { order: "ord_5", captured: total, payments: ["pay-5"], refunds: [] },
      { order: "ord_6", payments: [], refunds: [{ reference: "R-1", amount: "1.00" }] },
    ]);
    for (const n of [7, 8]) await projected(placing(n, [line("A", 1)]), refunding(n, "R-1"));
    const many = await payouts.candidates({ payout: "po_9", source: "stripe", lines: lines.slice(1, 2) });
    expect(many.orders).toHaveLength(2);
    expect(await payouts.candidates({ payout: "po_9", source: "x", lines, channel: "shop" })).toMatchObject({
      orders: [],
    });
  });

  test("orders of other channels that share a reference do not push a line's own out", async () => {
    const channels = ["ch1", "ch2", "ch3", "ch4"];
    for (const channel of channels) {
      const order = `ord_shared_${channel}` as OrderId;
      await projected(
        placing(`shared_${channel}`, [line("A", 1)], { channel, order, payment: "pending" }),
        { to: actorId("order", order), command: sharing },
      );
    }
    const shared = (channel?: string) => statementLine("payment", total, "shared", undefined, channel);
    const found = async (line: StatementLine, channel?: string) => {
      const asked = { payout: "po_9", source: "stripe", lines: [line], ...(channel && { channel }) };
      return (await payouts.candidates(asked)).orders.map(({ channel }) => channel);
    };
    for (const channel of channels) {
      expect(await found(shared(channel))).toEqual([channel]);
      expect(await found(shared(), channel)).toEqual([channel]);
    }
    expect(await found(shared("ch1"), "ch2")).toEqual([]);
    expect(await found(shared())).toHaveLength(2); // Enough to say that it is ambiguous.
  });

  test("another look is another row of the same payout", async () => {
    await record("po_4", [paid("4", "d")]);
    expect((await payouts.find("po_4"))?.status).toBe("unmatched");
    await projected(placing(4, [line("A", 1)]));
    await rematch("po_4", "r1");
    expect(await payouts.find("po_4")).toMatchObject({ status: "matched", lines: [{ orderId: "ord_4" }] });
    const rows = await sql`select state, order_id from payouts_v1.lines where payout_id = 'po_4'`;
    expect([...rows]).toEqual([{ state: "matched", order_id: "ord_4" }]);
  });

  test("a line that was written off settles what the books expected of it", async () => {
    await projected(placing(30, [line("A", 1)]));
    await record("po_5", [statementLine("payment", "3.00", "short", "30")]);
    const off = { type: "write_off", line: 1, reason: "r", fingerprint: "r", by: "key" } as const;
    await projected({ to: actorId("payout", "po_5"), command: off });
    expect(await payouts.find("po_5")).toMatchObject({
      status: "written_off",
      totals: { net: "3.00", writtenOff: "-0.06" },
    });
    const lines = [statementLine("payment", "0.06", "rest", "30")];
    const { orders } = await payouts.candidates({ payout: "po_6", source: "web", lines });
    expect(orders[0]?.paid).toEqual([{ payout: "po_5", amount: total }]);
    const rows = await sql`select state, written_off from payouts_v1.lines where payout_id = 'po_5'`;
    expect([...rows]).toEqual([{ state: "matched_with_diff", written_off: "-0.06" }]);
  });

  test("tell what has become of invoices, with the order's own books", async () => {
    await projected(placing(40, [line("A", 1)]));
    await projected(shipping(40, "t40"));
    await record("po_7", [paid("40", "g"), statementLine("chargeback", "-1.00", "cb", "40")]);
    const invoices = invoiceQueries(sql), [invoice] = await invoices.ofOrder("ord_40" as OrderId);
    const found = await invoices.payments([invoice!]);
    expect([...found]).toEqual([
      ["ship:shp_40", { status: "partially_paid", creditedAmount: "0.00", outstanding: "1.00" }],
    ]);
  });

  test("are listed newest first, in pages, and filtered", async () => {
    const first = await payouts.list({ limit: 3 });
    expect(first.items.map(({ payoutId }) => payoutId)).toEqual(["po_7", "po_5", "po_4"]);
    const second = await payouts.list({ limit: 3, cursor: first.next! });
    expect(second.items.map(({ payoutId }) => payoutId)).toEqual(["po_2", "po_1"]);
    expect(second.next).toBeUndefined();
    const found = async (filter: { source?: string; status?: string }) =>
      (await payouts.list({ limit: 9, ...filter })).items.map(({ payoutId }) => payoutId);
    expect(await found({ status: "disputed" })).toEqual(["po_7", "po_2"]);
    expect(await found({ source: "amazon" })).toEqual([]);
    await record("po_8", [paid("99", "x"), statementLine("chargeback", "-1.00", "y")]);
    expect(await found({ status: "unmatched" })).toEqual(["po_8"]);
    expect(await found({ status: "disputed" })).toEqual(["po_8", "po_7", "po_2"]);
    expect(await found({ status: "matched" })).not.toContain("po_8");
    expect(await found({ status: "written_off" })).not.toContain("po_8");
    await expect(payouts.list({ limit: 1, cursor: "x" })).rejects.toThrow("none of ours");
  });

  test("built again from the log, they are the same", async () => {
    const { before, after } = await rebuilt({ broker, sql });
    expect(after).toEqual(before);
    expect(after["payouts_v1.lines"]).toHaveLength(10);
  });
});
