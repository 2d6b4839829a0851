import { amountOf, roundToPence, showPence } from "./decimal.ts";
import type { Sales } from "./sales.ts";
import type { Books } from "./settle.ts";
import type { Tally } from "./tally.ts";
import { counted } from "../cli/counted.ts";

/** What `--json` prints besides, of a run that goes all the way. */
export interface BooksReport {
  readonly invoices: number;
  readonly credits: number;
  readonly invoiced: string;
  readonly credited: string;
  /** Fees, and rows that are neither invoiced nor credited; signed. */
  readonly neither: string;
  /** Invoiced less credited, and what is neither. */
  readonly total: string;
  /** Rows of cancellations. */
  readonly matchedCredits: number;
  readonly standAloneCredits: number;
}

export function booksReport(books: Books): BooksReport {
  return {
    invoices: books.invoices,
    credits: books.credits,
    invoiced: showPence(books.invoicedPence),
    credited: showPence(books.creditedPence),
    neither: showPence(books.neitherPence),
    total: showPence(totalOf(books)),
    matchedCredits: books.matchedCredits,
    standAloneCredits: books.standAloneCredits,
  };
}

const totalOf = ({ invoicedPence, creditedPence, neitherPence }: Books) =>
  invoicedPence - creditedPence + neitherPence;

/** What the books have to come to: all rows of the file, less its refused orders. */
function wantedTotal({ cancelled, fees, otherPence }: Sales, { expectedPence }: Tally): bigint {
  const credited = cancelled.reduce((sum, row) => sum + roundToPence(amountOf(row)), 0n);
  return fees.reduce((sum, { pence }) => sum + pence, expectedPence - credited + otherPence);
}

export function booksDefects(sales: Sales, tally: Tally, books: Books): string[] {
  const defects: string[] = [], off = totalOf(books) - wantedTotal(sales, tally);
  if (off !== 0n) defects.push(`Books do not reconcile: ${differenceText(books, sales, tally, off)}`);
  const asked = books.matchedCredits + books.standAloneCredits;
  if (books.credits !== asked) {
    defects.push(
      `${counted(asked, "credit was", "credits were")} asked for, the books have ${
        counted(books.credits, "credit note")
      }`,
    );
  }
  return defects;
}

function differenceText(books: Books, sales: Sales, tally: Tally, off: bigint): string {
  const total = showPence(totalOf(books)), wanted = showPence(wantedTotal(sales, tally));
  return `${total} is ${showPence(off < 0n ? -off : off)} ${off < 0n ? "less" : "more"} than ${wanted}`;
}

/** Rows of the report's table. */
export function booksRows(sales: Sales, tally: Tally, books: Books): [name: string, value: string][] {
  const report = booksReport(books), off = totalOf(books) - wantedTotal(sales, tally);
  const number = (value: number) => value.toLocaleString("en-GB");
  const wanted = tally.refused === 0 ? "as in the file" : "as in the file without refused orders";
  const seconds = tally.phases.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`);
  return [
    ["invoices", `${number(report.invoices)}: ${report.invoiced}`],
    ["credit notes", `${number(report.credits)}: ${report.credited}`],
    [
      "of a sale / stand-alone",
      `${number(report.matchedCredits)} / ${number(report.standAloneCredits)}`,
    ],
    ["neither (fees)", `${report.neither} (${number(books.fees)})`],
    ["= in total", off === 0n ? `${report.total}, ${wanted}` : differenceText(books, sales, tally, off)],
    ["books", off === 0n ? "reconcile to the penny" : "DO NOT RECONCILE"],
    ["of the time", seconds.join(", ")],
  ];
}
