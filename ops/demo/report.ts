import Table from "cli-table3";
import { showMicro, showPence } from "./decimal.ts";
import { booksDefects, type BooksReport, booksReport, booksRows } from "./report_books.ts";
import { exactSales, type Sales } from "./sales.ts";
import { goodsUnits, type Tally } from "./tally.ts";
import { counted } from "../cli/counted.ts";

/** What `--json` prints: these members and no others; those of the books only of a run that goes all the way. */
export interface Report extends Partial<BooksReport> {
  readonly orders: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly cancellations: number;
  readonly writeOffs: number;
  readonly lines: number;
  readonly units: number;
  readonly sales: string;
  readonly stockBefore: number;
  readonly stockNow: number;
  readonly sold: number;
  readonly writtenOff: number;
  readonly seconds: number;
}

export function reportOf(sales: Sales, tally: Tally, seconds: number): Report {
  return {
    orders: sales.orders.length,
    confirmed: tally.confirmed,
    refused: tally.refused,
    cancellations: sales.cancellations,
    writeOffs: tally.writeOffs,
    lines: sales.orders.reduce((sum, { lines }) => sum + lines.length, 0),
    units: goodsUnits(sales.orders),
    sales: showPence(tally.salesPence),
    stockBefore: tally.stockBefore,
    stockNow: tally.stockNow.free,
    sold: tally.sold,
    writtenOff: tally.writtenOff,
    ...(tally.books === undefined ? {} : booksReport(tally.books)),
    seconds: Math.round(seconds * 10) / 10,
  };
}

/** What does not add up; nothing when the system kept its promises. */
export function defectsOf(sales: Sales, tally: Tally): string[] {
  const defects: string[] = [];
  if (tally.salesPence !== tally.expectedPence) {
    const [answered, expected] = [showPence(tally.salesPence), showPence(tally.expectedPence)];
    defects.push(`Sales do not add up: the system confirmed ${answered}, the file's lines make ${expected}`);
  }
  const decided = tally.confirmed + tally.refused;
  if (decided !== sales.orders.length) {
    defects.push(`${counted(sales.orders.length, "order was", "orders were")} sent, ${decided} decided`);
  }
  const left = tally.stockNow.free + tally.sold + takenByOthers(tally) + tally.writtenOff;
  if (left !== tally.stockBefore) {
    defects.push(`Stock does not add up: ${tally.stockBefore} before, now + sold + written off make ${left}`);
  }
  return tally.books === undefined ? defects : [...defects, ...booksDefects(sales, tally, tally.books)];
}

/** Units of this file's stock that orders of other channels hold. */
function takenByOthers(tally: Tally): number {
  return tally.stockNow.claimed - tally.sold + shippedOf(tally);
}

/** Units that were sold from here and have left: known of a run that ships; later runs can only see that they are claimed no more. */
function shippedOf({ books, stockNow, sold }: Tally): number {
  return books?.shipped ?? Math.max(0, sold - stockNow.claimed);
}

const noLinesBetweenRows = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
const tableColumns: [number, number] = [28, 48];

/** The report as a table of at most 80 columns, and what there is to say about it. */
export function showReport(sales: Sales, tally: Tally, seconds: number): string {
  const report = reportOf(sales, tally, seconds);
  const style = { head: [], border: [] };
  const table = new Table({ colWidths: tableColumns, wordWrap: true, style, chars: noLinesBetweenRows });
  const number = (value: number) => value.toLocaleString("en-GB");
  const row = (name: string, value: string) => table.push([name, value]);
  row("orders sent", number(report.orders));
  row("confirmed / refused", `${number(report.confirmed)} / ${number(report.refused)}`);
  row("lines", number(report.lines));
  row("units of goods", number(report.units));
  row("sales (GBP)", salesText(sales, tally));
  row("stock before", number(report.stockBefore));
  row("= now + sold + written off", stockText(report, tally));
  row("write-offs", number(report.writeOffs));
  row(tally.books ? "cancellations" : "cancellations (set aside)", number(report.cancellations));
  if (tally.books) { for (const [name, value] of booksRows(sales, tally, tally.books)) row(name, value); }
  row("time", `${report.seconds} s`);
  return [table.toString(), ...notesOf(sales, tally)].join("\n");
}

function salesText({ orders }: Sales, { salesPence, refused }: Tally): string {
  const sum = showPence(salesPence), exact = showMicro(exactSales(orders));
  if (refused > 0) return `${sum} of ${exact} in the file`;
  return sum === exact ? `${sum}, as in the file` : `${sum}; unrounded ${exact}`;
}

function stockText({ stockNow, sold, writtenOff }: Report, tally: Tally): string {
  const parts = [stockNow, sold, writtenOff].map((value) => value.toLocaleString("en-GB")).join(" + ");
  const others = takenByOthers(tally);
  return others === 0 ? parts : `${parts} + ${others.toLocaleString("en-GB")} sold to other channels`;
}

/** What a reader of the report should know beside the figures. */
export function notesOf(sales: Sales, tally: Tally): string[] {
  const notes = [`Channel and location: ${tally.place}`];
  if (tally.changes === 0) notes.push("Nothing changed: the system had every one of these requests already.");
  if (tally.writeOffsRefused > 0) {
    notes.push(`${tally.writeOffsRefused} write-offs refused: their goods are sold.`);
  }
  if (tally.soldElsewhere > 0) {
    notes.push(`${tally.soldElsewhere} more units were sold from other locations' stock.`);
  }
  if (tally.books === undefined && shippedOf(tally) > 0) {
    notes.push(`${shippedOf(tally)} of the units sold have left, or are promised no more.`);
  }
  if (sales.setAside > 0) {
    notes.push(`${counted(sales.setAside, "line")} set aside: neither sold nor written off.`);
  }
  if (sales.unknownCountries.length > 0) {
    notes.push(`Sent without a country: ${sales.unknownCountries.join(", ").slice(0, 200)}`);
  }
  return notes;
}
