import { parseDecimal } from "../../actors/money/decimal.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import { Check } from "./check.ts";

interface Left {
  net: bigint;
  tax: bigint;
}

/** What is left to be credited of every invoice's line, in millionths of its currency. */
export class CreditsAudit {
  readonly #credits = new Check("credits: no line is credited beyond its invoice");
  readonly #left = new Map<string, Left>();

  take(document: IssuedDocument): void {
    if (document.type === "invoice") this.#invoiced(document);
    else this.#credited(document);
  }

  #invoiced({ number, lines, shipping, order }: IssuedDocument): void {
    for (const { line, net, tax } of lines) this.#add(`${number} ${line}`, net, tax);
    if (shipping !== undefined && order !== undefined) {
      this.#add(shippingOf(order.id), shipping.net, shipping.tax);
    }
  }

  #add(key: string, net: string, tax: string): void {
    const { net: netBefore, tax: taxBefore } = this.#left.get(key) ?? { net: 0n, tax: 0n };
    this.#left.set(key, { net: netBefore + parseDecimal(net), tax: taxBefore + parseDecimal(tax) });
  }

  #credited({ number, lines, shipping, order }: IssuedDocument): void {
    if (order === undefined) return; // Its sale is not known here.
    for (const { line, invoice, net, tax } of lines) {
      this.#credits.expect(
        invoice !== undefined,
        () => `line ${line} of ${number} does not name the invoice that it corrects`,
      );
      if (invoice !== undefined) {
        this.#take(`${invoice} ${line}`, { net, tax }, `line ${line} of ${invoice}`, number);
      }
    }
    // A note says one amount of shipping, whichever invoices of the order it was on.
    if (shipping !== undefined) {
      this.#take(shippingOf(order.id), shipping, `the shipping of ${order.id}`, number);
    }
  }

  #take(
    key: string,
    { net, tax }: { readonly net: string; readonly tax: string },
    what: string,
    number: string,
  ): void {
    const left = this.#left.get(key);
    const after = left && { net: left.net - parseDecimal(net), tax: left.tax - parseDecimal(tax) };
    this.#credits.expect(
      after !== undefined && after.net >= 0n && after.tax >= 0n,
      () =>
        after === undefined
          ? `${number} credits ${what}, which was never invoiced`
          : `${number} credits more of ${what} than is left of it`,
    );
    if (after !== undefined) this.#left.set(key, after);
  }

  reports() {
    return [this.#credits.report()];
  }
}

const shippingOf = (order: string) => `${order} shipping`;
