import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { amountOf, roundToPence, showMicro, showPence } from "./decimal.ts";
import { madeUpSales } from "./made_up.ts";
import { matchCancelled } from "./matching.ts";
import { exactSales, goodsOf, servicesOf } from "./sales.ts";
import { parseSalesText, readSales } from "./sales_file.ts";

const folder = resolve("../shared/data/online-retail");
const here = existsSync(folder);
if (!here) console.log(`skipped: the real sales are not at ${folder}`);

describe.skipIf(!here)("the real files", () => {
  test.each([
    ["2011-11.csv.gz", 459, 613, 4, "1461756.25"],
    ["2011-12.csv.gz", 47, 311, 2, "433668.01"],
    ["2011-11-27.csv", 0, 10, 0, "20571.50"],
  ])(
    "%s: every row is sold, credited, a fee or written off, and their sum is the file's",
    async (...wanted) => {
      const [name, matched, alone, feeRows, total] = wanted;
      const { orders, cancelled, fees, otherPence } = await readSales(resolve(folder, name));
      const { matches, standAlone } = matchCancelled(orders, cancelled);
      const rows = { matched: matches.length, alone: standAlone.length, fees: fees.length, otherPence };
      expect(rows).toEqual({ matched, alone, fees: feeRows, otherPence: 0n });
      const credited = cancelled.reduce((sum, row) => sum + roundToPence(amountOf(row)), 0n);
      const sold = roundToPence(exactSales(orders));
      expect(showPence(fees.reduce((sum, { pence }) => sum + pence, sold - credited))).toBe(total);
    },
  );

  test.each([
    ["2011-11.csv.gz", 2_884, 137, 441, "1509496.33"],
    ["2011-12.csv.gz", 839, 30, 146, "638792.68"],
    ["2011-11-27.csv", 58, 0, 2, "20611.08"],
  ])("%s, to the penny", async (name, orders, writeOffs, cancellations, total) => {
    const sales = await readSales(resolve(folder, name));
    expect(sales.orders).toHaveLength(orders);
    expect(sales.writeOffs).toHaveLength(writeOffs);
    expect(sales).toMatchObject({ cancellations, setAside: 0, unknownCountries: [] });
    expect(showMicro(exactSales(sales.orders))).toBe(total);
    // Every code of the usual form, five digits and letters, is goods; of the others only the party bags are.
    const unusual = [...goodsOf(sales).keys()].filter((code) => !/^\d{5}[A-Za-z]{0,2}$/.test(code));
    expect(unusual.filter((code) => !code.startsWith("DCGSS"))).toEqual([]);
    expect([...servicesOf(sales).keys()].filter((code) => /^\d/.test(code))).toEqual([]);
    expect(Math.max(...sales.orders.map(({ lines }) => lines.length))).toBeLessThanOrEqual(2_000);
  });
});

test("a file that is not there is one clear line", async () => {
  await expect(readSales("/nowhere/sales.csv")).rejects.toThrow(
    "Cannot read /nowhere/sales.csv: there is no such file",
  );
  await expect(readSales("/nowhere/sales.csv.gz")).rejects.toThrow("there is no such file");
});

test("the made-up shop is plausible, and the same every time", async () => {
  const [once, again] = [await parseSalesText(madeUpSales()), await parseSalesText(madeUpSales())];
  expect(again).toEqual(once);
  expect(once).toMatchObject({ cancellations: 1, setAside: 0, unknownCountries: [] });
  expect(once.orders.length + once.writeOffs.length).toBe(240);
  expect(servicesOf(once).size).toBe(1);
  expect(once.orders.some(({ lines }) => new Set(lines.map(({ sku }) => sku)).size < lines.length)).toBe(
    true,
  );
});
