import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fee, paid, payoutWords, statement, stocked } from "./testing/payouts.ts";
import { openTown, type Town } from "./testing/town.ts";
import { pointersOf } from "./testing/told.ts";

let town: Town, post: ReturnType<typeof payoutWords>["post"], order: ReturnType<typeof payoutWords>["order"];
beforeEach(async () => {
  town = await openTown();
  ({ post, order } = payoutWords(town));
  await stocked(town);
});
afterEach(() => town.close());

describe("a statement as CSV", () => {
  const query = "?source=web&reference=P-1&currency=GBP";
  const csv = (text: string, asked = query) =>
    town.call("POST", `/v1/payouts${asked}`, text, { "content-type": "text/csv" });
  const rows = 'type,amount,orderNumber,reference,note\r\npayment,3,1,pay-1,"a, b"\r\nfee,-0.35,,fee-1,\r\n';

  test("is the same statement", async () => {
    await order("1");
    const told = await csv(rows);
    expect([told.status, told.body.matched]).toEqual([201, [1, 2]]);
    const again = await post(statement([paid("1"), fee]));
    expect([again.headers.get("idempotent-replayed"), again.body]).toEqual(["true", told.body]);
  });

  test("has its own problems, each with its name", async () => {
    const broken = await csv('type,amount,reference\n"fee');
    expect([broken.status, broken.body.type]).toEqual([400, "/problems/malformed-csv"]);
    expect((await csv("amount,reference\n-1,x")).body.detail).toContain("type is missing");
    expect((await csv("type,amount,reference\nfee,-1")).body.detail).toContain("record 2 has 2 fields");
    const unnamed = await csv(rows, "?source=web&currency=XXX");
    expect(pointersOf(unnamed.body)).toEqual(["/query/currency", "/query/reference"]);
    expect(pointersOf((await csv("type,amount,reference\nfee,1,x")).body)).toEqual(["/lines/0/amount"]);
    expect(pointersOf((await csv("type,amount,reference")).body)).toEqual(["/lines"]);
    const xml = await town.call("POST", "/v1/payouts", "<a/>", { "content-type": "text/xml" });
    expect(xml.status).toBe(415);
  });
});

test("a payout as CSV is what is to be booked, with its control total", async () => {
  const orderId = await order("1");
  const odd = { ...fee, reference: "=1+1" };
  const { body: { payoutId, recordedAt } } = await post(statement([paid("1"), odd]));
  const { text, headers } = await town.call("GET", `/v1/payouts/${payoutId}`, undefined, {
    accept: "text/csv",
  });
  expect(headers.get("content-type")).toMatch(/^text\/csv/);
  const head = `${payoutId},web,P-1,${recordedAt},GBP`;
  expect(text.split("\r\n")).toEqual([
    "payout_id,source,payout_reference,recorded_at,currency,line,category,amount,reference,order_number,order_id," +
    "invoices,credit_note,state,reason,difference,written_off,write_off_reason",
    `${head},1,payment,3.00,pay-1,1,${orderId},,,matched,,,,`,
    `${head},2,fee,-0.35,'=1+1,,,,,matched,,,,`,
    `${head},,net,2.65,,,,,,,,,,`,
    "",
  ]);
});

test("what was written off stands beside its line and in the control total; the tag changes with it", async () => {
  const { body: { payoutId } } = await post(statement([paid("9"), fee]));
  const place = `/v1/payouts/${payoutId}`, accept = "text/csv";
  const read = (headers: Record<string, string> = {}) =>
    town.call("GET", place, undefined, { accept, ...headers });
  const tag = (await read()).headers.get("etag")!;
  expect((await read({ "if-none-match": tag })).status).toBe(304);
  expect((await town.call("GET", place)).headers.get("etag")).not.toBe(tag);
  await town.call("POST", `${place}/lines/1/write-off`, { reason: '=1, "it" is lost' });
  const after = await read({ "if-none-match": tag });
  expect(after.status).toBe(200);
  expect(after.text.split("\r\n").slice(1).map((row) => row.split(",").slice(6).join(","))).toEqual([
    `payment,3.00,pay-9,9,,,,written_off,unknown-order,3.00,3.00,"'=1, ""it"" is lost"`,
    "fee,-0.35,fee-1,,,,,matched,,,,",
    "net,2.65,,,,,,,,,3.00,",
    "",
  ]);
});
