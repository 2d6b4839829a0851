import type { OrderId, Sku } from "../../../actors/ids.ts";
import { formatMinor, parseDecimal } from "../../../actors/money/decimal.ts";
import { totalsOf } from "../../../actors/money/totals.ts";
import type { DocumentLine, IssuedDocument, TaxCategory } from "../../../actors/series/document.ts";
import type { Seller } from "../../../actors/series/seller.ts";
import type { Buyer, DocumentView } from "../view.ts";

export const seller: Seller = {
  entity: "main",
  name: "Harbour & Heath Ltd",
  address: { line1: "14 Quay Street", city: "Bristol", postalCode: "BS1 4DJ", country: "GB" },
  vatId: "GB123456789",
  registration: "Companies House 01234567",
  email: "accounts@harbour.example",
  phone: "+441174960000",
  bank: { accountName: "Harbour & Heath Ltd", iban: "GB82WEST12345698765432", bic: "WESTGB2L" },
  legalText: "Registered in England and Wales. Goods remain our property until paid for in full.",
  language: "en",
  timeZone: "Europe/London",
  fiscalYearStartMonth: 1,
  prefixes: { invoice: "INV", creditNote: "CN" },
};

export const germanSeller: Seller = {
  ...seller,
  name: "Küstenhandel Möller GmbH",
  address: { line1: "Große Elbstraße 7", city: "Hamburg", postalCode: "22767", country: "DE" },
  vatId: "DE136695976",
  taxId: "22/815/08154",
  registration: "HRB 98765, Amtsgericht Hamburg",
  email: "rechnung@kueste.example",
  phone: "+4940123456",
  bank: { accountName: "Küstenhandel Möller GmbH", iban: "DE02120300000000202051", bic: "BYLADEM1001" },
  legalText: "Geschäftsführung: Änne Möller. Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.",
  language: "de",
  timeZone: "Europe/Berlin",
};

export const buyer: Buyer = {
  id: "C-1042",
  name: "Ada Løvelace",
  email: "ada@example.org",
  language: "en-GB",
  address: {
    company: "Analytical Engines",
    line1: "12 St James’s Square",
    line2: "2nd floor",
    city: "London",
    postalCode: "SW1Y 4JH",
    country: "GB",
  },
};

export interface SampleLine {
  readonly quantity: number;
  readonly unitPrice: string;
  readonly discount?: string;
  readonly taxRate?: string;
  readonly taxCategory?: TaxCategory;
  readonly description?: string;
  readonly sku?: string;
}
export interface Sample {
  readonly currency?: string;
  readonly pricesIncludeTax?: boolean;
  readonly lines: readonly SampleLine[];
  readonly shipping?: {
    readonly amount: string;
    readonly taxRate?: string;
    readonly taxCategory?: TaxCategory;
    readonly service?: string;
  };
  /** All of it, when left out. */
  readonly paid?: string;
  readonly document?: Partial<IssuedDocument>;
}

const issued = {
  number: "INV-2026-000123",
  series: "INV-2026",
  fiscalYear: 2026,
  sequence: 123,
  issuedOn: "2026-11-22",
  issuedAt: "2026-11-22T10:15:30.000Z",
  seller: { entity: "main", hash: "5e".repeat(32) },
  previousHash: "0f".repeat(32),
  hash: "a1".repeat(32),
  type: "invoice",
  source: "ship:shp_1",
  entity: "main",
  channel: "web",
  order: { id: "ord_01J" as OrderId, number: "1001", placedOn: "2026-11-20" },
  buyer: { actor: "order:ord_01J", mark: "b2".repeat(32) },
  taxMode: "document",
  suppliedOn: "2026-11-22",
} as const satisfies Partial<IssuedDocument>;

/** A document as the order would have drafted it: the same arithmetic (`totalsOf`), and made-up hashes. */
export function documentOf(sample: Sample): IssuedDocument {
  const { currency = "GBP", pricesIncludeTax = false, shipping } = sample;
  const priced = sample.lines.map((line) => ({
    discount: "0",
    taxRate: "0.20",
    ...line,
    live: line.quantity,
  }));
  const charge = shipping && { taxRate: "0.20", ...shipping };
  const totals = totalsOf({ currency, pricesIncludeTax, lines: priced, shipping: charge });
  const text = (amount: bigint) => formatMinor(amount, totals.exponent);
  const lines = priced.map((line, index): DocumentLine => ({
    line: index + 1,
    sku: (line.sku ?? `SKU-${index + 1}`) as Sku,
    description: line.description ?? `Hanging heart T-light holder ${index + 1}`,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    discount: line.discount,
    net: text(totals.lines[index]!.net),
    tax: text(totals.lines[index]!.tax),
    taxRate: line.taxRate,
    taxCategory: line.taxCategory ?? usual(line.taxRate),
  }));
  const ships = charge && {
    ...(charge.service !== undefined && { service: charge.service }),
    net: text(totals.shipping.net),
    tax: text(totals.shipping.tax),
    taxRate: charge.taxRate,
    taxCategory: charge.taxCategory ?? usual(charge.taxRate),
  };
  const total = text(totals.total);
  return {
    ...issued,
    currency,
    pricesIncludeTax,
    lines,
    ...(ships && { shipping: ships }),
    taxes: subtotals([...lines, ...(ships ? [ships] : [])], text, totals.exponent),
    net: text(totals.net),
    tax: text(totals.tax),
    total,
    ...(sample.document?.type !== "credit_note" && { paid: sample.paid ?? total }),
    ...sample.document,
  };
}

const usual = (rate: string): TaxCategory => parseDecimal(rate) === 0n ? "Z" : "S";

type Taxed = Pick<DocumentLine, "net" | "tax" | "taxRate" | "taxCategory">;

function subtotals(rows: readonly Taxed[], text: (amount: bigint) => string, exponent: number) {
  const minor = (amount: string) => parseDecimal(amount) / 10n ** BigInt(6 - exponent);
  const groups = new Map<string, { category: TaxCategory; rate: string; net: bigint; tax: bigint }>();
  for (const { taxCategory: category, taxRate: rate, net, tax } of rows) {
    const key = `${category} ${parseDecimal(rate)}`, group = groups.get(key);
    groups.set(key, {
      category,
      rate: group?.rate ?? rate,
      net: (group?.net ?? 0n) + minor(net),
      tax: (group?.tax ?? 0n) + minor(tax),
    });
  }
  return [...groups.values()].map((group) => ({ ...group, net: text(group.net), tax: text(group.tax) }));
}

export function viewOf(sample: Sample, rest: Partial<DocumentView> = {}): DocumentView {
  return { document: documentOf(sample), seller, buyer, ...rest };
}

/** `n` lines as a shop's orders have them, with two rates. */
export const manyLines = (n: number): SampleLine[] =>
  Array.from({ length: n }, (_, index) => ({
    quantity: index % 7 + 1,
    unitPrice: `${index % 40 + 1}.${String(index * 37 % 100).padStart(2, "0")}`,
    ...(index % 9 === 4 && { discount: "0.50" }),
    ...(index % 5 === 3 && { taxRate: "0.05" }),
  }));

export const creditNote: Partial<IssuedDocument> = {
  type: "credit_note",
  number: "CN-2026-000007",
  series: "CN-2026",
  sequence: 7,
  source: "credit:ord_01J/R-1",
  corrects: [{ number: "INV-2026-000123", issuedOn: "2026-11-22" }],
  reason: "return",
  returnId: "ret_01J",
};
