import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { projectFolder } from "../bench/child.ts";
import { invoiceListed } from "../../http/schemas/invoice_answers.ts";
import { payoutSummary } from "../../http/schemas/payout.ts";
import { returnAnswer } from "../../http/schemas/return.ts";
import { type DemoResult, runDemo } from "../demo/demo.ts";
import type { Progress } from "../cli/progress.ts";
import { madeUpSales } from "../demo/made_up.ts";
import type { Answer } from "./caller.ts";
import { waybill } from "./command_line.ts";
import { newSystem, type System } from "./system.ts";

const folder = resolve(projectFolder, "../shared/data/online-retail");
const day = resolve(folder, "2011-11-27.csv");
const here = existsSync(day);
if (!here) console.log(`skipped: the real sales are not at ${folder}`);

let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
});
afterAll(() => system?.remove());

const total = z.object({ total: z.string() });
const wantedTotals = () =>
  z.object({ "2011-11-27": total }).parse(JSON.parse(readFileSync(resolve(folder, "totals.json"), "utf8")));

async function shipped(): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await waybill(system, "demo", day, "--ship", "--json");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { seconds: _, ...figures } = JSON.parse(stdout) as Record<string, unknown>;
  return { ...figures, unchanged: stderr.includes("Nothing changed") };
}

describe.skipIf(!here)("a day of real sales, shipped, invoiced and credited", () => {
  test("comes to the day's total, to the penny, and a second run changes nothing", async () => {
    const first = await shipped();
    expect(first).toMatchObject({
      ...{ orders: 58, confirmed: 58, sales: "20611.08", stockNow: 0, sold: 11_152 },
      ...{ invoices: 58, invoiced: "20611.08", credits: 10, credited: "39.58", neither: "0.00" },
      ...{ total: wantedTotals()["2011-11-27"].total, matchedCredits: 0, standAloneCredits: 10 },
    });
    expect(await shipped()).toEqual({ ...first, unchanged: true });
  });

  test("still adds up when it is run again without shipping", async () => {
    const { defects, report, tally } = await runDemo({ file: day, target: system });
    expect({ defects, changes: tally.changes }).toEqual({ defects: [], changes: 0 });
    expect(report).not.toHaveProperty("invoices");
  });
});

/** One of everything: a SKU at two prices in one order, a service alone, a write-off, a fee, and credits of both kinds. */
const rows = [
  "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
  "1,A,lamp,5,2011-11-27 10:00:00,2.0,7.0,EIRE",
  "1,A,lamp,3,2011-11-27 10:00:00,1.0,7.0,EIRE",
  "1,POST,POSTAGE,1,2011-11-27 10:00:00,18.0,7.0,EIRE",
  "2,POST,POSTAGE,1,2011-11-27 11:00:00,18.0,7.0,EIRE",
  "3,A,broken,-2,2011-11-27 12:00:00,0.0,,EIRE",
  "C4,A,lamp,-3,2011-11-27 13:00:00,1.0,7.0,EIRE",
  "C4,A,lamp,-1,2011-11-27 13:00:00,2.0,7.0,EIRE",
  "C4,POST,POSTAGE,-1,2011-11-27 13:00:00,18.0,7.0,EIRE",
  "C5,AMAZONFEE,AMAZON FEE,-1,2011-11-27 14:00:00,4.5,,EIRE",
  "C6,Z,chair,-1,2011-11-27 15:00:00,3.0,9.0,EIRE",
];

const orderNamed = z.object({ orderId: z.string() });
const itemsOf = <T extends z.ZodType>(item: T, { body }: Answer) =>
  z.object({ items: z.array(item) }).parse(body);

describe("a file with one of everything", () => {
  let done: DemoResult;
  const file = () => join(system.dataDir, "one-of-everything.csv");
  beforeAll(async () => {
    writeFileSync(file(), rows.join("\n"));
    done = await runDemo({ file: file(), target: system, ship: true });
  });

  test("is invoiced, credited and booked to the penny", () => {
    expect(done.defects).toEqual([]);
    expect(done.report).toMatchObject({
      ...{ orders: 2, confirmed: 2, writeOffs: 1, sold: 8, writtenOff: 2, stockNow: 0 },
      ...{ invoices: 2, invoiced: "49.00", credits: 4, credited: "26.00", neither: "-4.50", total: "18.50" },
      ...{ matchedCredits: 3, standAloneCredits: 1 },
    });
  });

  test("gives back what the very line was sold for, as a return", async () => {
    const { items: [order] } = itemsOf(
      orderNamed,
      await system.get(`/v1/orders?channel=${done.tally.place}&orderNumber=1`),
    );
    const { items } = itemsOf(invoiceListed, await system.get(`/v1/orders/${order?.orderId}/invoices`));
    const notes = items.filter(({ type }) => type === "credit_note");
    expect(notes.map(({ total, lines }) => [total, ...lines.map(({ line }) => line)])).toEqual([
      ["3.00", 2],
      ["2.00", 1],
    ]);
    const returns = itemsOf(returnAnswer, await system.get(`/v1/orders/${order?.orderId}/returns`)).items;
    expect(returns).toMatchObject([{ reference: "C4", lines: [{ sku: "A", quantity: 4 }] }]);
    expect(notes.map(({ returnId }) => returnId)).toEqual([returns[0]?.returnId, returns[0]?.returnId]);
  });

  test("has what a marketplace kept in a payout", async () => {
    const answer = await system.get(`/v1/payouts?source=${done.tally.place}`);
    expect(itemsOf(payoutSummary, answer).items).toMatchObject([{
      currency: "GBP",
      totals: { fees: "-4.50" },
    }]);
  });

  test("is the same after another run", async () => {
    const again = await runDemo({ file: file(), target: system, ship: true });
    expect(again.tally.changes).toBe(0);
    expect({ ...again.report, seconds: 0 }).toEqual({ ...done.report, seconds: 0 });
  });
});

/** The made-up shop under another hash, and a unit of every fifth row given back in the evening. */
function cancellingShop(round: number): string {
  const text = madeUpSales(),
    cancelled = text.split("\r\n").slice(1).flatMap((row, i) => {
      const [, sku, description, quantity, , price, customer, country] = row.split(",");
      if (i % 5 !== 0 || customer === undefined || Number(quantity) <= 0) return [];
      return [`C9${i},${sku},${description},-1,2011-11-27 20:00:00,${price},${customer},${country}`];
    });
  return [text.trimEnd(), ...cancelled, ""].join("\r\n") + "\r\n".repeat(round);
}

/** The feed dies when so many are done of what is named so; what is on its way then may still arrive. */
function dyingAmong(name: string, count: number): Progress {
  let left = Number.POSITIVE_INFINITY;
  const begin = (what: string) => void (left = what === name ? count : Number.POSITIVE_INFINITY);
  const step = () => {
    if (--left <= 0) throw new Error(`died among the ${name}`);
  };
  return { begin, step, end: () => {} };
}

describe("killed half way, all at once, and run again", () => {
  let round = 0;
  test.each([["parcels", 40], ["invoices", 20], ["credits", 20], ["stand-alone", 10]])(
    "among the %s it is whole, and every document there once",
    async (name, count) => {
      const file = join(system.dataDir, `killed-${name}.csv`);
      writeFileSync(file, cancellingShop(++round));
      const progress = dyingAmong(name, count);
      await expect(runDemo({ file, target: system, ship: true, progress })).rejects.toThrow(
        `died among the ${name}`,
      );
      await system.killAll();
      await system.start();
      const { defects, report } = await runDemo({ file, target: system, ship: true });
      expect(defects).toEqual([]);
      expect(report).toMatchObject({ refused: 0, invoices: report.confirmed });
      expect(report.matchedCredits).toBeGreaterThan(50);
      expect(report.standAloneCredits).toBeGreaterThan(10);
      const again = await runDemo({ file, target: system, ship: true });
      expect(again.tally.changes).toBe(0);
      expect({ ...again.report, seconds: 0 }).toEqual({ ...report, seconds: 0 });
    },
  );

  test("its books are proven by the verifier", async () => {
    const { code, stdout } = await waybill(system, "invoices", "verify");
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("All is proven") });
  });
});
