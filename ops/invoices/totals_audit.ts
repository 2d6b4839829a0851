import { exponentOf } from "../../actors/money/currency.ts";
import { parseDecimal } from "../../actors/money/decimal.ts";
import type { DocumentCharge, IssuedDocument } from "../../actors/series/document.ts";
import { Check } from "./check.ts";

/** Adds every document up again. */
export class TotalsAudit {
  readonly #totals = new Check("totals: lines and shipping add up to what each document says");
  readonly #taxes = new Check("taxes: each rate's subtotal is what its lines come to");

  take(document: IssuedDocument): void {
    const { number, lines, shipping, currency } = document;
    const rows = shipping === undefined ? lines : [...lines, shipping];
    const places = exponentOf(currency),
      wrong = amountsOf(document).find((text) => placesOf(text) !== places);
    this.#totals.expect(
      wrong === undefined,
      () => `${number} says ${wrong}, which is no amount in ${currency}`,
    );
    const net = sum(rows, "net"), tax = sum(rows, "tax");
    this.#expectSame(this.#totals, number, "net", document.net, net);
    this.#expectSame(this.#totals, number, "tax", document.tax, tax);
    this.#expectSame(this.#totals, number, "total", document.total, net + tax);
    this.#checkTaxes(document, rows);
  }

  #checkTaxes({ number, taxes }: IssuedDocument, rows: readonly Row[]): void {
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const key = keyOf(row.taxCategory, row.taxRate);
      groups.set(key, [...groups.get(key) ?? [], row]);
    }
    for (const { category, rate, net, tax } of taxes) {
      const key = keyOf(category, rate), of = groups.get(key) ?? [];
      this.#expectSame(this.#taxes, number, `net at ${rate}`, net, sum(of, "net"));
      this.#expectSame(this.#taxes, number, `tax at ${rate}`, tax, sum(of, "tax"));
      groups.delete(key);
    }
    this.#taxes.expect(
      groups.size === 0,
      () => `${number} has lines at ${[...groups.keys()].join(", ")} and no subtotal`,
    );
  }

  #expectSame(check: Check, number: string, what: string, said: string, is: bigint): void {
    check.expect(
      parseDecimal(said) === is,
      () => `${number} says ${what} ${said}: its lines do not come to that`,
    );
  }

  reports() {
    return [this.#totals, this.#taxes].map((check) => check.report());
  }
}

type Row = Pick<DocumentCharge, "net" | "tax" | "taxRate" | "taxCategory">;

const sum = (rows: readonly Row[], amount: "net" | "tax"): bigint =>
  rows.reduce((total, row) => total + parseDecimal(row[amount]), 0n);

/** 0.2 and 0.20 are one rate. */
const keyOf = (category: string, rate: string) => `${category} ${parseDecimal(rate)}`;

const placesOf = (amount: string): number =>
  amount.includes(".") ? amount.length - amount.indexOf(".") - 1 : 0;

function amountsOf({ net, tax, total, lines, shipping, taxes }: IssuedDocument): string[] {
  const rows = [...lines, ...taxes, ...(shipping === undefined ? [] : [shipping])];
  return [net, tax, total, ...rows.flatMap((row) => [row.net, row.tax])];
}
