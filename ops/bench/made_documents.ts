import type { OrderId, Sku } from "../../actors/ids.ts";
import { formatMinor } from "../../actors/money/decimal.ts";
import type { DocumentLine, IssuedDocument } from "../../actors/series/document.ts";
import type { Seller } from "../../actors/series/seller.ts";
import type { DocumentView } from "../../http/documents/view.ts";

const seller: Seller = {
  entity: "main",
  name: "Harbour & Heath Ltd",
  address: { line1: "14 Quay Street", city: "Bristol", postalCode: "BS1 4DJ", country: "GB" },
  vatId: "GB123456789",
  email: "accounts@harbour.example",
  phone: "+441174960000",
  legalText: "Registered in England and Wales.",
  language: "en",
  timeZone: "Europe/London",
  fiscalYearStartMonth: 1,
  prefixes: { invoice: "INV", creditNote: "CN" },
};
const adjectives = ["White", "Hanging", "Enamelled", "Vintage", "Retro", "Ivory", "Striped", "Knitted"];
const things = ["T-light holder", "lunch bag", "cake stand", "alarm clock", "bunting", "doormat", "jam jar"];
const pick = <T>(from: readonly T[], index: number) => from[index % from.length]!;
const money = (minor: number) => formatMinor(BigInt(minor), 2);

/** The `n`-th of many invoices, each with other numbers, names and goods. */
export function madeDocument(n: number, lineCount: number): DocumentView {
  const amounts = Array.from({ length: lineCount }, (_, index) => lineAmounts(n, index));
  const lines = amounts.map(({ quantity, price, net, tax }, index): DocumentLine => ({
    line: index + 1,
    sku: `${85_000 + (n * 7 + index * 13) % 4_000}A` as Sku,
    description: `${pick(adjectives, n + index)} ${pick(things, n * 3 + index)} ${(n + index) % 97}`,
    quantity,
    unitPrice: money(price),
    discount: "0.00",
    net: money(net),
    tax: money(tax),
    taxRate: "0.20",
    taxCategory: "S",
  }));
  const net = amounts.reduce((sum, line) => sum + line.net, 0);
  const tax = amounts.reduce((sum, line) => sum + line.tax, 0);
  const sums = { net: money(net), tax: money(tax) };
  const document: IssuedDocument = {
    ...frame(n),
    lines,
    ...sums,
    taxes: [{ category: "S", rate: "0.20", ...sums }],
    total: money(net + tax),
    paid: money(net + tax),
  };
  return { document, seller, buyer: madeBuyer(n) };
}

function lineAmounts(n: number, index: number) {
  const quantity = (n + index) % 12 + 1,
    price = (n * 31 + index * 77) % 5_000 + 5,
    net = quantity * price * 5;
  return { quantity, price: price * 5, net, tax: net / 5 };
}

function frame(n: number) {
  const sequence = String(n + 1).padStart(6, "0");
  return {
    number: `INV-2026-${sequence}`,
    series: "INV-2026",
    fiscalYear: 2026,
    sequence: n + 1,
    issuedOn: "2026-11-22",
    issuedAt: "2026-11-22T10:15:30.000Z",
    seller: { entity: "main", hash: "0".repeat(64) },
    previousHash: "0".repeat(64),
    hash: "0".repeat(64),
    type: "invoice",
    source: `ship:${sequence}`,
    entity: "main",
    channel: "web",
    order: { id: `ord_${sequence}` as OrderId, number: String(500_000 + n), placedOn: "2026-11-20" },
    currency: "GBP",
    pricesIncludeTax: false,
    taxMode: "document",
    suppliedOn: "2026-11-22",
  } as const;
}

function madeBuyer(n: number): NonNullable<DocumentView["buyer"]> {
  return {
    id: `C-${10_000 + n}`,
    name: `${pick(["Ada", "Grace", "Alan", "Edsger"], n)} ${
      pick(["Byron", "Hopper", "Kay", "Dijkstra"], n >> 2)
    } ${n}`,
    email: `buyer${n}@example.org`,
    address: { line1: `${n % 200 + 1} High Street`, city: "Bath", postalCode: "BA1 1AA", country: "GB" },
  };
}
