import { accept, type Actor, type Event, type Rejection } from "../../actors/actor.ts";
import { actorId, type OrderId, type Sku } from "../../actors/ids.ts";
import { exponentOf } from "../../actors/money/currency.ts";
import { decimalUnit, formatMinor, parseDecimal } from "../../actors/money/decimal.ts";
import type {
  DocumentDraft,
  DocumentLine,
  IssuedDocument,
  TaxSubtotal,
} from "../../actors/series/document.ts";
import { documentHash, sellerHash } from "../../actors/series/hash.ts";
import { type Seller, undescribed } from "../../actors/series/seller.ts";
import type { TownCommand } from "./town_log.ts";

/** An actor that says what it is told to: for logs that the real one would not write. */
export const parrot: Actor<null, { readonly type: string }, Event, Rejection> = {
  kind: "series",
  stateVersion: 1,
  initial: () => null,
  evolve: (state) => state,
  decide: (_state, command) => accept((command as Says).events),
  answer: () => ({ ok: true, value: null }),
  encode: () => null,
  decode: () => null,
  sizeOf: () => 0,
};
interface Says {
  readonly type: "say";
  readonly events: readonly Event[];
}

export const saying = (entity: string, ...events: readonly Event[]): TownCommand => {
  const command: Says = { type: "say", events };
  return { to: actorId("series", entity), command };
};

export const issued = (document: IssuedDocument): Event => ({
  type: "series.document_issued",
  version: 1,
  data: document,
});

export const seller: Seller = { ...undescribed("main"), name: "Example Ltd", address: { country: "GB" } };
export const sellerSaid: Event = {
  type: "series.seller_described",
  version: 1,
  data: { seller, hash: sellerHash(seller) },
};

/** `[net, tax, rate]` of a line. */
type Amounts = readonly [net: string, tax: string, rate?: string];
type Rest = Partial<DocumentDraft> & { readonly issuedOn?: string; readonly order?: DocumentDraft["order"] };

/** Numbers and chains documents as a series does. */
export class Chain {
  readonly #prefix: string;
  readonly #type: DocumentDraft["type"];
  #last: IssuedDocument | undefined;

  constructor(prefix = "INV", type: DocumentDraft["type"] = "invoice") {
    this.#prefix = prefix;
    this.#type = type;
  }

  next(source: string, amounts: readonly Amounts[], rest: Rest = {}): IssuedDocument {
    const { issuedOn = "2026-11-02", ...drafted } = rest, series = `${this.#prefix}-${issuedOn.slice(0, 4)}`;
    const sequence = this.#last?.series === series ? this.#last.sequence + 1 : 1;
    const document = sealed({
      ...draftOf(this.#type, source, amounts, drafted),
      number: `${series}-${String(sequence).padStart(6, "0")}`,
      series,
      fiscalYear: Number(issuedOn.slice(0, 4)),
      sequence,
      issuedOn,
      issuedAt: `${issuedOn}T10:00:00Z`,
      seller: { entity: "main", hash: sellerHash(seller) },
      previousHash: sequence === 1 ? "" : this.#last!.hash,
      hash: "",
    });
    this.#last = document;
    return document;
  }
}

/** With the hash that belongs to what it says. */
export const sealed = (document: IssuedDocument): IssuedDocument => ({
  ...document,
  hash: documentHash(document),
});

function draftOf(
  type: DocumentDraft["type"],
  source: string,
  amounts: readonly Amounts[],
  rest: Partial<DocumentDraft>,
): DocumentDraft {
  const { currency = "GBP" } = rest;
  const sum = (of: readonly string[]) => added(currency, of);
  const lines = amounts.map(([net, tax, taxRate = "0.20"], index): DocumentLine => ({
    ...{ line: index + 1, sku: "A" as Sku, quantity: 1, unitPrice: net, discount: "0", net, tax, taxRate },
    taxCategory: "S",
  }));
  const rates = [...new Set(lines.map(({ taxRate }) => taxRate))];
  const taxes = rates.map((rate): TaxSubtotal => {
    const of = lines.filter(({ taxRate }) => taxRate === rate);
    return { category: "S", rate, net: sum(of.map(({ net }) => net)), tax: sum(of.map(({ tax }) => tax)) };
  });
  const net = sum(lines.map((line) => line.net)), tax = sum(lines.map((line) => line.tax));
  return {
    ...{
      type,
      source,
      entity: "main",
      channel: "web",
      currency,
      pricesIncludeTax: false,
      taxMode: "document",
    },
    order: { id: "ord_1" as OrderId, number: "1", placedOn: "2026-11-01" },
    ...{ lines, taxes, net, tax, total: sum([net, tax]) },
    ...rest,
  };
}

function added(currency: string, amounts: readonly string[]): string {
  const exponent = exponentOf(currency),
    millionths = amounts.reduce((sum, one) => sum + parseDecimal(one), 0n);
  return formatMinor(millionths * 10n ** BigInt(exponent) / decimalUnit, exponent);
}
