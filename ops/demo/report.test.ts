import { describe, expect, test } from "vitest";
import { orderAnswer } from "./answers.ts";
import { receiptsOf } from "./bodies.ts";
import { parseShare, placeOf, shareOf } from "./names.ts";
import { defectsOf, notesOf, reportOf, showReport } from "./report.ts";
import { parseSalesText } from "./sales_file.ts";
import { addOrder, newTally, type Tally } from "./tally.ts";
import type { Sales } from "./sales.ts";
import type { Books } from "./settle.ts";

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const exact = parseShare("exact");

/** One order of 3 A at 0.335 (1.005: rounds to 1.01) and postage, one write-off of 2 A, a cancellation. */
async function ended(): Promise<{ sales: Sales; tally: Tally }> {
  const sales = await parseSalesText([
    header,
    "1,A,x,3,2011-11-27 10:00:00,0.335,,EIRE",
    "1,POST,POSTAGE,1,2011-11-27 10:00:00,18.0,,EIRE",
    "2,A,damaged,-2,2011-11-27 11:00:00,0.0,,EIRE",
    "C3,A,x,-1,2011-11-27 12:00:00,1.0,,EIRE",
  ].join("\n"));
  const tally = newTally(placeOf(sales, exact));
  const answer = orderAnswer.parse({
    orderId: "ord_1",
    total: "19.01",
    status: "confirmed",
    lines: [
      { sku: "A", quantity: 3, net: "1.01", allocated: [{ location: tally.place, quantity: 3 }] },
      { sku: "POST", quantity: 1, net: "18.00", allocated: [] },
    ],
  });
  addOrder(tally, sales.orders[0]!, answer);
  return {
    sales,
    tally: Object.assign(tally, {
      changes: 3,
      writeOffs: 1,
      writtenOff: 2,
      stockBefore: 5,
      stockNow: { free: 0, claimed: 3 },
    }),
  };
}

describe("the report", () => {
  test("--json has the members of the contract and no others", async () => {
    const { sales, tally } = await ended();
    expect(reportOf(sales, tally, 1.26)).toEqual({
      orders: 1,
      confirmed: 1,
      refused: 0,
      cancellations: 1,
      writeOffs: 1,
      lines: 2,
      units: 3,
      sales: "19.01",
      stockBefore: 5,
      stockNow: 0,
      sold: 3,
      writtenOff: 2,
      seconds: 1.3,
    });
    expect(defectsOf(sales, tally)).toEqual([]);
  });

  test("prints the rounded and the exact sum where they differ, in at most 80 columns", async () => {
    const { sales, tally } = await ended();
    const text = showReport(sales, tally, 1);
    expect(text).toContain("19.01; unrounded 19.005");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("says when nothing changed", async () => {
    const { sales, tally } = await ended();
    expect(notesOf(sales, tally).join()).not.toContain("Nothing changed");
    expect(notesOf(sales, { ...tally, changes: 0 }).join()).toContain("Nothing changed");
  });

  test("names what does not add up", async () => {
    const { sales, tally } = await ended();
    expect(defectsOf(sales, { ...tally, stockNow: { free: 1, claimed: 3 } })[0]).toContain(
      "Stock does not add up",
    );
    expect(defectsOf(sales, { ...tally, salesPence: 1900n })[0]).toContain("the system confirmed 19.00");
    expect(defectsOf(sales, { ...tally, confirmed: 0 })[0]).toContain("1 order was sent, 0 decided");
  });

  test("stock that other channels took from here is part of the sum", async () => {
    const { sales, tally } = await ended();
    const shared = { ...tally, stockBefore: 7, stockNow: { free: 0, claimed: 5 } };
    expect(defectsOf(sales, shared)).toEqual([]);
    expect(showReport(sales, shared, 1)).toContain("2 sold to other channels");
  });
});

describe("the report of a run that goes all the way", () => {
  const phases = [{ name: "parcels", seconds: 1.23 }, { name: "invoices", seconds: 0.1 }];
  const books: Books = {
    ...{ invoices: 1, invoicedPence: 1901n, credits: 1, creditedPence: 100n, neitherPence: 0n, fees: 0 },
    ...{ matchedCredits: 0, standAloneCredits: 1, shipped: 3 },
  };
  /** All that was claimed has left. */
  async function shipped(rest: Partial<Books> = {}) {
    const { sales, tally } = await ended();
    return {
      sales,
      tally: { ...tally, phases, stockNow: { free: 0, claimed: 0 }, books: { ...books, ...rest } },
    };
  }

  test("has the members of the books, too", async () => {
    const { sales, tally } = await shipped();
    expect(reportOf(sales, tally, 1)).toEqual({
      ...reportOf(sales, { ...tally, books: undefined }, 1),
      ...{ invoices: 1, credits: 1, invoiced: "19.01", credited: "1.00", neither: "0.00", total: "18.01" },
      ...{ matchedCredits: 0, standAloneCredits: 1 },
    });
    expect(defectsOf(sales, tally)).toEqual([]);
  });

  test("says in words that the books reconcile, and how long each part took, in at most 80 columns", async () => {
    const { sales, tally } = await shipped({ neitherPence: -98_765_432_100n });
    const text = showReport(sales, (await shipped()).tally, 1);
    expect(text).toContain("reconcile to the penny");
    expect(text).toContain("parcels 1.2 s, invoices 0.1 s");
    for (const shown of [text, showReport(sales, tally, 1)]) {
      expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  test("names by how much they do not", async () => {
    const { sales, tally } = await shipped({ creditedPence: 250n });
    expect(defectsOf(sales, tally)).toEqual(["Books do not reconcile: 16.51 is 1.50 less than 18.01"]);
    expect(showReport(sales, tally, 1)).toContain("DO NOT RECONCILE");
  });

  test("names credit notes that nobody asked for", async () => {
    const { sales, tally } = await shipped({ credits: 2 });
    expect(defectsOf(sales, tally)).toEqual([
      "1 credit was asked for, the books have 2 credit notes",
    ]);
  });

  test("counts what a refused order would have sold neither as sold nor as missing", async () => {
    const { sales, tally } = await shipped({ invoices: 0, invoicedPence: 0n, shipped: 0 });
    const refused = { ...tally, confirmed: 0, refused: 1, salesPence: 0n, expectedPence: 0n, sold: 0 };
    expect(defectsOf(sales, { ...refused, stockNow: { free: 3, claimed: 0 } })).toEqual([]);
  });

  test("run again without shipping, the parcels that left are no loss", async () => {
    const { sales, tally } = await shipped();
    const { books: _, ...later } = tally;
    expect(defectsOf(sales, later)).toEqual([]);
    expect(notesOf(sales, later).join()).toContain("3 of the units sold have left");
  });
});

describe("a share of the stock", () => {
  test("is rounded down to whole units", () => {
    expect([1, 5, 10, 80_995].map((units) => shareOf(units, parseShare("0.6")))).toEqual([0, 3, 6, 48_597]);
    expect(shareOf(100, parseShare("0.29"))).toBe(29);
  });
  test.each(["0", "-1", "half", "", "1e3", "0.1234567"])(
    "%s is refused",
    (text) => expect(() => parseShare(text)).toThrow(`Cannot use --stock ${text}`),
  );

  test("has a location of its own, so that it does not collide with the exact stock", async () => {
    const { sales } = await ended();
    const [whole, part] = [placeOf(sales, exact), placeOf(sales, parseShare("0.60"))];
    expect(whole).toBe(`demo-${sales.hash.slice(0, 8)}`);
    expect(part).toBe(`${whole}-0.6`);
    expect(placeOf(sales, parseShare("1"))).toBe(whole);
    expect(receiptsOf(sales, part, parseShare("0.6"))).toEqual([
      { location: part, reference: sales.hash, lines: [{ sku: "A", quantity: 3 }] },
    ]);
  });

  test("more lines than one document may have become several", async () => {
    const rows = Array.from({ length: 5_001 }, (_, index) => `1,S${index},x,1,2011-11-27 10:00:00,1,,EIRE`);
    const sales = await parseSalesText([header, ...rows].join("\n"));
    const receipts = receiptsOf(sales, "here", exact);
    expect(receipts.map(({ lines }) => lines.length)).toEqual([5_000, 1]);
    expect(receipts.map(({ reference }) => reference)).toEqual([sales.hash, `${sales.hash}/2`]);
  });
});
