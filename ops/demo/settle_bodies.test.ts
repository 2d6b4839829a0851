import { describe, expect, test } from "vitest";
import { orderAnswer } from "./answers.ts";
import { matchCancelled } from "./matching.ts";
import { parseSalesText } from "./sales_file.ts";
import { creditBody, parcelsOf, returnBody, standAloneBody, statementsOf } from "./settle_bodies.ts";

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const read = (...rows: readonly string[]) =>
  parseSalesText([header, ...rows.map((row) => row.replace("@", "2011-11-27 10:00:00"))].join("\n"));
const line = (sku: string, ...allocated: readonly [location: string, quantity: number][]) => ({
  sku,
  quantity: 1,
  net: "1.00",
  allocated: allocated.map(([location, quantity]) => ({ location, quantity })),
});

describe("what follows a confirmed order", () => {
  test("is one parcel for each location, with each SKU once; services go along by themselves", async () => {
    const { orders } = await read("1,A,x,5,@,1,7,EIRE");
    const answer = orderAnswer.parse({
      orderId: "ord_1",
      status: "confirmed",
      total: "4.00",
      lines: [line("A", ["here", 2], ["there", 1]), line("POST"), line("A", ["here", 3])],
    });
    expect(parcelsOf(orders[0]!, answer, "demo-1")).toEqual([
      {
        reference: "here",
        location: "here",
        carrier: "generic",
        trackingNumber: "demo-1-1-1",
        lines: [{ sku: "A", quantity: 5 }],
      },
      {
        reference: "there",
        location: "there",
        carrier: "generic",
        trackingNumber: "demo-1-1-2",
        lines: [{ sku: "A", quantity: 1 }],
      },
    ]);
    expect(parcelsOf(orders[0]!, { ...answer, lines: [line("POST")] }, "demo-1")).toEqual([]);
  });
});

describe("a cancellation", () => {
  test("is a return of its goods, and a credit for each row, of the very line that was sold", async () => {
    const { orders, cancelled } = await read(
      "1,A,x,5,@,2,7,EIRE",
      "1,POST,POSTAGE,1,@,18,7,EIRE",
      "1,A,x,5,@,1,7,EIRE",
      "C2,A,x,-1,@,1,7,EIRE",
      "C2,A,x,-2,@,2,7,EIRE",
      "C2,POST,POSTAGE,-1,@,18,7,EIRE",
    );
    const { matches } = matchCancelled(orders, cancelled);
    const lines = [{ sku: "A", quantity: 3 }];
    expect(returnBody("C2", matches)).toEqual({ reference: "C2", reason: "cancellation C2", lines });
    expect(matches.map((match) => creditBody(match, "ret_1"))).toEqual([
      {
        reference: "C2/1",
        reason: "return",
        lines: [{ sku: "A", line: 3, quantity: 1 }],
        returnId: "ret_1",
      },
      {
        reference: "C2/2",
        reason: "return",
        lines: [{ sku: "A", line: 1, quantity: 2 }],
        returnId: "ret_1",
      },
      { reference: "C2/3", reason: "cancellation", lines: [{ sku: "POST", line: 2, quantity: 1 }] },
    ]);
    expect(returnBody("C2", matches.slice(2))).toBeUndefined();
  });

  test("of a sale that the file does not have is credited alone, to whom it names", async () => {
    const { cancelled } = await read("C2,A,x,-3,@,1.25,7.0,EIRE", "C3,D,Discount,-1,@,9.5,,Unspecified");
    expect(cancelled.map((row) => standAloneBody(row, "demo-1"))).toEqual([
      {
        channel: "demo-1",
        reference: "C2/1",
        reason: "return",
        currency: "GBP",
        customer: { id: "7", address: { country: "IE" } },
        lines: [{ sku: "A", description: "x", quantity: 3, unitPrice: "1.25", taxRate: "0" }],
      },
      {
        channel: "demo-1",
        reference: "C3/1",
        reason: "cancellation",
        currency: "GBP",
        lines: [{ sku: "D", description: "Discount", quantity: 1, unitPrice: "9.5", taxRate: "0" }],
      },
    ]);
  });
});

describe("fees", () => {
  test("are what a marketplace and a bank kept; what a bank's customer paid is sold", async () => {
    const { orders, fees, cancelled, otherPence } = await read(
      "C1,AMAZONFEE,AMAZON FEE,-1,@,5877.18,,United Kingdom",
      "C2,BANK CHARGES,Bank Charges,-1,@,27.21,,United Kingdom",
      "3,BANK CHARGES,Bank Charges,1,@,15.0,7,EIRE",
      "A4,B,Adjust bad debt,1,@,-11062.06,,EIRE",
    );
    expect(fees).toEqual([{ reference: "C1/1", pence: -587718n }, { reference: "C2/1", pence: -2721n }]);
    expect({ orders: orders.length, cancelled, otherPence }).toEqual({
      orders: 1,
      cancelled: [],
      otherPence: -1106206n,
    });
    expect(statementsOf(fees, "hash", "demo-1")).toEqual([{
      source: "demo-1",
      reference: "hash",
      currency: "GBP",
      lines: [
        { type: "fee", reference: "C1/1", amount: "-5877.18" },
        { type: "fee", reference: "C2/1", amount: "-27.21" },
      ],
    }]);
  });

  test("more than one statement may have become several; none is no statement", () => {
    const fees = Array.from({ length: 2_001 }, (_, i) => ({ reference: `C${i}/1`, pence: -1n }));
    const lengths = statementsOf(fees, "h", "c").map((statement) =>
      JSON.stringify(statement).split('"fee"').length - 1
    );
    expect(lengths).toEqual([2_000, 1]);
    expect(statementsOf([], "h", "c")).toEqual([]);
  });
});
