import { exponentOf } from "../../actors/money/currency.ts";
import { formatMinor } from "../../actors/money/decimal.ts";
import type { IssuedDocument, TaxSubtotal } from "../../actors/series/document.ts";
import type { JournalDocument } from "../../projections/invoices/invoice_queries.ts";

/**
 * The journal of documents as RFC 4180 CSV, in UTF-8, with CRLF. A row for each document, category of tax and rate: bookable by itself,
 * by the day of issue, with the amounts of credit notes negative. `documents` is 1 in the first row of a document and 0 in its others,
 * so that every numeric column of the rows adds up to the control totals at the end: for each currency a row of the invoices, of the
 * credit notes, and of both. A file without them is not whole.
 */
export const journalColumns = [
  ...[
    "date",
    "type",
    "number",
    "corrects",
    "reason",
    "entity",
    "series",
    "channel",
    "order_number",
    "order_id",
  ],
  ...["currency", "tax_category", "tax_rate", "net", "tax", "gross", "documents"],
] as const;
type Row = { readonly [Column in (typeof journalColumns)[number]]?: string };

export async function* journal(pages: AsyncIterable<readonly JournalDocument[]>): AsyncGenerator<string> {
  const totals = new ControlTotals();
  yield csvLine(journalColumns);
  for await (const documents of pages) {
    yield documents.flatMap((document) => rowsOf(document, totals)).map(lineOf).join("");
  }
  yield totals.rows().map(lineOf).join("");
}

function rowsOf(document: JournalDocument, totals: ControlTotals): Row[] {
  const { issuedOn: date, type, number, entity, series, channel = "", order, currency, corrects = [] } =
    document;
  const said = {
    ...{ date, type, number, entity, series, channel, currency },
    corrects: corrects.map((one) => one.number).join(" "),
    reason: document.reason ?? "",
    order_number: order?.number ?? "",
    order_id: order?.id ?? "",
  };
  return subtotalsOf(document).map(({ category, rate, net, tax }, index) => {
    const booked = signed(document, net, tax), documents = index === 0 ? 1 : 0;
    totals.add(document, booked, documents);
    return {
      ...said,
      tax_category: category,
      tax_rate: rate,
      ...texts(currency, booked),
      documents: String(documents),
    };
  });
}

/** What has neither lines nor tax is a row all the same. */
function subtotalsOf({ taxes, net, tax }: JournalDocument): readonly TaxSubtotal[] {
  return taxes.length > 0 ? taxes : [{ category: "Z", rate: "0", net, tax }];
}

interface Booked {
  readonly net: bigint;
  readonly tax: bigint;
}

/** Minor units; amounts of documents are written with all places of their currency. */
function signed({ type }: JournalDocument, net: string, tax: string): Booked {
  const sign = type === "credit_note" ? -1n : 1n,
    minor = (amount: string) => sign * BigInt(amount.replace(".", ""));
  return { net: minor(net), tax: minor(tax) };
}

function texts(currency: string, { net, tax }: Booked) {
  const text = (amount: bigint) => formatMinor(amount, exponentOf(currency));
  return { net: text(net), tax: text(tax), gross: text(net + tax) };
}

interface Summed extends Booked {
  readonly documents: number;
}
class ControlTotals {
  readonly #byCurrency = new Map<string, Record<IssuedDocument["type"], Summed>>();

  add({ currency, type }: JournalDocument, { net, tax }: Booked, documents: number): void {
    const none = { net: 0n, tax: 0n, documents: 0 };
    const of = this.#byCurrency.get(currency) ?? { invoice: none, credit_note: none };
    const before = of[type];
    const after = { net: before.net + net, tax: before.tax + tax, documents: before.documents + documents };
    this.#byCurrency.set(currency, { ...of, [type]: after });
  }

  rows(): Row[] {
    return [...this.#byCurrency].sort(([one], [other]) => one < other ? -1 : 1).flatMap(([currency, of]) => {
      const { invoice, credit_note } = of;
      const both: Summed = {
        net: invoice.net + credit_note.net,
        tax: invoice.tax + credit_note.tax,
        documents: invoice.documents + credit_note.documents,
      };
      const row = (type: string, sum: Summed): Row => ({
        ...{ type, currency, documents: String(sum.documents) },
        ...texts(currency, sum),
      });
      return [row("total_invoices", invoice), row("total_credit_notes", credit_note), row("total", both)];
    });
  }
}

const lineOf = (row: Row): string =>
  csvLine(journalColumns.map((column) => guarded(column, row[column] ?? "")));

const csvLine = (fields: readonly string[]): string => `${fields.map(quoted).join(",")}\r\n`;

const quoted = (field: string): string => /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

const chosenByOthers: readonly string[] = ["channel", "order_number"];

/** A spreadsheet would run what begins so as a formula: whoever places an order may not choose what a bookkeeper's machine does. */
function guarded(column: string, field: string): string {
  return chosenByOthers.includes(column) && /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
}
