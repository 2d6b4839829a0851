import { exponentOf } from "../../../actors/money/currency.ts";
import { parseDecimal } from "../../../actors/money/decimal.ts";
import { countries } from "../../schemas/countries.ts";
import { oneLine } from "../parties.ts";
import type { DocumentView } from "../view.ts";

/** BR-DEC-*: amounts of EN 16931 have at most two decimals. */
const decimalsMax = 2;

/** Currencies younger than the list of codes that documents are checked by; `einvoice.test.ts` compares them. */
const unlisted: ReadonlySet<string> = new Set(["XCG"]);

/**
 * What keeps the document from being an e-invoice by EN 16931, as the end of "…, because"; undefined when nothing does. None of it can be
 * mended by rendering: a number would have to change, or something be said that was not issued.
 */
export function whyNoEinvoice({ document, seller }: DocumentView): string | undefined {
  const { currency, lines, shipping, taxes } = document, categories = taxes.map(({ category }) => category);
  if (exponentOf(currency) > decimalsMax) {
    return `EN 16931 has no amounts of more than ${decimalsMax} decimal places, and those in ${currency} have ${
      exponentOf(currency)
    }`;
  }
  if (unlisted.has(currency)) {
    return `${currency} is too new for the list of currencies that e-invoices go by (BR-CL-4)`;
  }
  if (lines.length === 0 && shipping === undefined) return "it has no line (BR-16)";
  if (!countries.has(seller.address.country)) return "its seller's country is not known (BR-09)";
  if (oneLine(seller.name) === "") return "its seller's name is not known (BR-06)";
  const outside = categories.includes("O");
  if (outside && categories.some((category) => category !== "O")) {
    return "what is not subject to VAT cannot stand beside what is (BR-O-11)";
  }
  const taxed = categories.some((category) => category !== "O");
  if (taxed && !seller.vatId && !seller.taxId) {
    return "its seller has neither a VAT identifier nor a tax number (BR-S-02)";
  }
  if (!seller.vatId && !seller.taxId && !seller.registration) {
    return "nothing identifies its seller: neither a registration nor a tax number (BR-CO-26)";
  }
  if (categories.some((category) => category === "AE" || category === "K")) {
    return "reverse charge and intra-Community supply need the buyer's VAT identifier, which orders do not hold (BR-AE-02, BR-IC-02)";
  }
  if (categories.includes("G") && !seller.vatId) {
    return "an export needs its seller's VAT identifier (BR-G-02)";
  }
  const untaxedAtRate = taxes.find(({ category, rate }) => (category === "S") !== (parseDecimal(rate) > 0n));
  if (untaxedAtRate) {
    return `category ${untaxedAtRate.category} does not go with rate ${untaxedAtRate.rate} (BR-S-05)`;
  }
  return undefined;
}
