import { type CancelledRow, cancelledRow, type Fee, feeOf } from "./cancelled.ts";
import { countryCode, noCountry } from "./countries.ts";
import { serviceOf } from "./codes.ts";
import { amountOf, type Micro, parseMicro, roundToPence } from "./decimal.ts";
import { grouped } from "./grouped.ts";
import { londonToUtc } from "./london_time.ts";

/** A file of sales as the demo sends it: what is sold, written off, and set aside. */
export interface Sales {
  /** SHA-256 of the file's content (unpacked), hex. */
  readonly hash: string;
  /** In the order of the file. */
  readonly orders: readonly Sale[];
  readonly writeOffs: readonly WriteOff[];
  /** Invoices with a leading C. */
  readonly cancellations: number;
  /** Their rows that give money back, in the order of the file. */
  readonly cancelled: readonly CancelledRow[];
  /** What a bank or a marketplace kept. */
  readonly fees: readonly Fee[];
  /** Rows that are none of all these, in pence and signed. */
  readonly otherPence: bigint;
  /** Lines that are neither sold nor written off, as bad-debt adjustments at a negative price. */
  readonly setAside: number;
  /** Names in the column Country that are no country. */
  readonly unknownCountries: readonly string[];
}
export interface Sale {
  readonly invoice: string;
  /** RFC 3339, UTC. */
  readonly placedAt: string;
  readonly customerId?: string;
  readonly country?: string;
  readonly lines: readonly SaleLine[];
}
export interface SaleLine {
  readonly sku: string;
  readonly description?: string;
  readonly quantity: number;
  readonly unitPrice: string;
}
export interface WriteOff {
  readonly invoice: string;
  /** Goods only, each SKU once; the quantity is positive. */
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

export interface Row {
  readonly invoice: string;
  readonly sku: string;
  readonly description: string;
  readonly quantity: number;
  /** London's wall clock, as the file has it. */
  readonly date: string;
  readonly unitPrice: string;
  readonly customer: string;
  readonly country: string;
}

const columns = [
  "InvoiceNo",
  "StockCode",
  "Description",
  "Quantity",
  "InvoiceDate",
  "UnitPrice",
  "CustomerID",
  "Country",
] as const;

/** Returns how to read a record of a file with this header. */
export function rowReader(header: readonly string[]): (record: readonly string[], number: number) => Row {
  const places = columns.map((column) => header.findIndex((name) => name.trim() === column));
  const missing = columns.filter((_, index) => places[index] === -1);
  if (missing.length > 0) throw new Error(`Cannot read sales: no column ${missing.join(", ")}`);
  return (record, number) => {
    if (record.length !== header.length) {
      throw new Error(`Cannot read row ${number}: ${record.length} fields, not ${header.length}`);
    }
    const [invoice, sku, description, quantity, date, unitPrice, customer, country] = places.map((place) =>
      record[place]!.trim()
    ) as [string, string, string, string, string, string, string, string];
    if (invoice === "" || sku === "") {
      throw new Error(`Cannot read row ${number}: no invoice or no stock code`);
    }
    if (!/^-?\d{1,9}$/.test(quantity)) {
      throw new Error(`Cannot read row ${number}: quantity "${quantity}" is no whole number`);
    }
    const parsed = { invoice, sku, description, date, unitPrice, customer, country };
    return { ...parsed, quantity: Number(quantity) };
  };
}

/** Sorts rows into orders, write-offs and the rest. */
export function salesOf(hash: string, rows: readonly Row[]): Sales {
  const invoices = grouped(rows, ({ invoice }) => invoice);
  const orders: Sale[] = [], writeOffs: WriteOff[] = [], unknown = new Set<string>();
  const cancelled: CancelledRow[] = [], fees: Fee[] = [];
  let cancellations = 0, setAside = 0, otherPence = 0n;
  for (const [invoice, ofInvoice] of invoices) {
    const isCancellation = invoice.startsWith("C");
    for (const [index, row] of ofInvoice.entries()) {
      const fee = feeOf(row, index + 1);
      if (fee !== undefined) fees.push(fee);
      else if (isCancellation && isGivenBack(row)) cancelled.push(cancelledRow(row, index + 1, partyOf(row)));
      else if (isCancellation || !isSold(row)) otherPence += roundToPence(amountOf(row));
    }
    if (isCancellation) {
      cancellations++;
      continue;
    }
    const sold = ofInvoice.filter(isSold), lost = ofInvoice.filter(isWrittenOff);
    setAside += ofInvoice.length - sold.length - lost.length;
    if (sold.length > 0) orders.push(saleOf(invoice, sold));
    if (lost.length > 0) writeOffs.push(writeOffOf(invoice, lost));
    for (const { country } of ofInvoice) if (isUnknown(country)) unknown.add(country);
  }
  const givenBack = { cancellations, cancelled, fees, otherPence };
  return { hash, orders, writeOffs, ...givenBack, setAside, unknownCountries: [...unknown] };
}

const isSold = (row: Row) => row.quantity > 0 && parseMicro(row.unitPrice) >= 0n;
const isGivenBack = (row: Row) => row.quantity < 0 && parseMicro(row.unitPrice) >= 0n;
const isWrittenOff = (row: Row) => row.quantity < 0 && parseMicro(row.unitPrice) === 0n;
const isUnknown = (country: string) => countryCode(country) === undefined && !noCountry.has(country);

/** Who bought, as far as the file says. */
function partyOf({ customer, country }: Row): { readonly customerId?: string; readonly country?: string } {
  const code = countryCode(country);
  return {
    ...(customer === "" ? {} : { customerId: customer.replace(/\.0+$/, "") }), // A float of some spreadsheet's.
    ...(code === undefined ? {} : { country: code }),
  };
}

function saleOf(invoice: string, rows: readonly Row[]): Sale {
  return {
    invoice,
    placedAt: londonToUtc(rows[0]!.date),
    ...partyOf(rows[0]!),
    lines: rows.map(({ sku, description, quantity, unitPrice }) => ({
      sku,
      ...(description === "" ? {} : { description }),
      quantity,
      unitPrice,
    })),
  };
}

function writeOffOf(invoice: string, rows: readonly Row[]): WriteOff {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of rows) {
    if (serviceOf(sku) === undefined) quantities.set(sku, (quantities.get(sku) ?? 0) - quantity);
  }
  return { invoice, lines: Array.from(quantities, ([sku, quantity]) => ({ sku, quantity })) };
}

/** The units of each SKU of goods that the file sells or writes off, in the order of first mention. */
export function goodsOf({ orders, writeOffs }: Sales): Map<string, number> {
  const goods = new Map<string, number>();
  for (const { lines } of [...orders, ...writeOffs]) {
    for (const { sku, quantity } of lines) {
      if (serviceOf(sku) === undefined) goods.set(sku, (goods.get(sku) ?? 0) + quantity);
    }
  }
  return goods;
}

/** Codes that are no goods, with what they stand for. */
export function servicesOf({ orders }: Sales): Map<string, string> {
  const services = new Map<string, string>();
  for (const { sku } of orders.flatMap(({ lines }) => lines)) {
    const service = serviceOf(sku);
    if (service !== undefined) services.set(sku, service);
  }
  return services;
}

/** The positive sales, unrounded. */
export function exactSales(orders: readonly Sale[]): Micro {
  return orders.flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + amountOf(line), 0n);
}
