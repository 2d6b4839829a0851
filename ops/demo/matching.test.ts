import { describe, expect, test } from "vitest";
import { matchCancelled } from "./matching.ts";
import { parseSalesText } from "./sales_file.ts";

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

/** A row of customer 7 in the morning of 27 November; `at`: minutes after ten. */
const row = (invoice: string, sku: string, quantity: number, price: string, at: number, customer = "7.0") =>
  `${invoice},${sku},x,${quantity},2011-11-27 10:${String(at).padStart(2, "0")}:00,${price},${customer},EIRE`;

/** Which order's lines each row gives back, or that it stands alone. */
async function found(...rows: readonly string[]) {
  const { orders, cancelled } = await parseSalesText([header, ...rows].join("\n"));
  const { matches, standAlone } = matchCancelled(orders, cancelled);
  return {
    matches: matches.map(({ row, sale, lines }) => [
      `${row.invoice}/${row.row}`,
      sale.invoice,
      ...lines.map(({ line, quantity }) => `${quantity} of line ${line}`),
    ]),
    standAlone: standAlone.map(({ invoice, row }) => `${invoice}/${row}`),
  };
}

describe("a row of a cancellation", () => {
  test("belongs to the latest earlier sale of its customer, SKU and unit price", async () => {
    const { matches, standAlone } = await found(
      row("1", "A", 5, "2.0", 1),
      row("2", "A", 5, "2.00", 2),
      row("3", "A", 5, "2.0", 9),
      row("C4", "A", -2, "2", 5),
    );
    expect({ matches, standAlone }).toEqual({ matches: [["C4/1", "2", "2 of line 1"]], standAlone: [] });
  });

  test.each([
    ["customer", row("C2", "A", -1, "2.0", 5, "8.0")],
    ["SKU", row("C2", "a", -1, "2.0", 5)],
    ["unit price", row("C2", "A", -1, "2.01", 5)],
    ["time: its sale is later", row("C2", "A", -1, "2.0", 0)],
  ])("stands alone where nothing has its %s", async (_, cancelled) => {
    expect(await found(row("1", "A", 5, "2.0", 1), cancelled)).toEqual({ matches: [], standAlone: ["C2/1"] });
  });

  test("goes to an older sale when the latest has not enough left", async () => {
    const { matches } = await found(
      row("1", "A", 9, "2", 1),
      row("2", "A", 3, "2", 2),
      row("C3", "A", -2, "2", 5),
      row("C3", "A", -2, "2", 5),
    );
    expect(matches).toEqual([["C3/1", "2", "2 of line 1"], ["C3/2", "1", "2 of line 1"]]);
  });

  test("is matched whole or not at all", async () => {
    const { matches, standAlone } = await found(
      row("1", "A", 2, "2", 1),
      row("2", "A", 2, "2", 2),
      row("C3", "A", -3, "2", 5),
      row("C4", "A", -2, "2", 6),
    );
    expect(matches).toEqual([["C4/1", "2", "2 of line 1"]]);
    expect(standAlone).toEqual(["C3/1"]);
  });

  test("is spread over the lines of one order that have its SKU at its price, and passes by other prices", async () => {
    const { matches } = await found(
      row("1", "A", 2, "2", 1),
      row("1", "A", 9, "1", 1),
      row("1", "A", 2, "2", 1),
      row("C2", "A", -1, "2", 5),
      row("C3", "A", -3, "2", 6),
    );
    expect(matches).toEqual([
      ["C2/1", "1", "1 of line 1"],
      ["C3/1", "1", "1 of line 1", "2 of line 3"],
    ]);
  });

  test("of nobody in particular belongs to no sale: whose it was is not known", async () => {
    const rows = [row("1", "A", 5, "2", 1, ""), row("C2", "A", -1, "2", 5, "")];
    expect(await found(...rows)).toEqual({ matches: [], standAlone: ["C2/1"] });
  });
});
