import { describe, expect, test } from "vitest";
import type { OrderId } from "../../actors/ids.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { Chain } from "../../projections/testing/issuing.ts";
import { journal, journalColumns } from "./journal.ts";

async function* pagesOf(...pages: readonly (readonly IssuedDocument[])[]) {
  yield* await Promise.resolve(pages);
}
async function journalOf(...pages: readonly (readonly IssuedDocument[])[]): Promise<string[]> {
  let text = "";
  for await (const chunk of journal(pagesOf(...pages))) text += chunk;
  return text.split("\r\n");
}
const invoices = new Chain(), credits = new Chain("CN", "credit_note");
const order = (number: string) => ({ id: "ord_1" as OrderId, number, placedOn: "2026-11-01" });

describe("the journal", () => {
  test("has a row for each document and rate, by day of issue, and credit notes negative", async () => {
    const invoice = invoices.next("ship:1", [["10.00", "2.00"], ["5.00", "0.25", "0.05"]]);
    const corrects = [{ number: invoice.number, issuedOn: invoice.issuedOn }];
    const credit = credits.next("credit:1", [["4.00", "0.80"]], {
      issuedOn: "2026-12-01",
      corrects,
      reason: "return",
    });
    expect(await journalOf([invoice], [credit])).toEqual([
      journalColumns.join(","),
      "2026-11-02,invoice,INV-2026-000001,,,main,INV-2026,web,1,ord_1,GBP,S,0.20,10.00,2.00,12.00,1",
      "2026-11-02,invoice,INV-2026-000001,,,main,INV-2026,web,1,ord_1,GBP,S,0.05,5.00,0.25,5.25,0",
      "2026-12-01,credit_note,CN-2026-000001,INV-2026-000001,return,main,CN-2026,web,1,ord_1,GBP,S,0.20,-4.00,-0.80,-4.80,1",
      ",total_invoices,,,,,,,,,GBP,,,15.00,2.25,17.25,1",
      ",total_credit_notes,,,,,,,,,GBP,,,-4.00,-0.80,-4.80,1",
      ",total,,,,,,,,,GBP,,,11.00,1.45,12.45,2",
      "",
    ]);
  });

  test("totals each currency in its own places", async () => {
    const all = [
      invoices.next("ship:2", [["100", "20"]], { currency: "JPY" }),
      invoices.next("ship:3", [["1.500", "0.300"]], { currency: "KWD" }),
      invoices.next("ship:4", [["200", "40"]], { currency: "JPY" }),
    ];
    const totals = (await journalOf(all)).filter((line) => line.startsWith(",total,"));
    expect(totals).toEqual([
      ",total,,,,,,,,,JPY,,,300,60,360,2",
      ",total,,,,,,,,,KWD,,,1.500,0.300,1.800,1",
    ]);
  });

  test("quotes by RFC 4180, and leaves no formula to a spreadsheet", async () => {
    const named = (number: string) =>
      invoices.next(`ship:${number}`, [["1.00", "0.20"]], { order: order(number) });
    const [, comma, formula] = await journalOf([named('a "b", c'), named('=HYPERLINK("x")')]);
    expect(comma).toContain(',"a ""b"", c",');
    expect(formula).toContain(`,"'=HYPERLINK(""x"")",`);
  });

  test("of nothing is its columns alone", async () => {
    expect(await journalOf([])).toEqual([journalColumns.join(","), ""]);
  });
});
