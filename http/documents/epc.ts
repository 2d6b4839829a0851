import { parseDecimal } from "../../actors/money/decimal.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { Seller } from "../../actors/series/seller.ts";
import { dueOf } from "./view.ts";

const dueMax = "999999999.99";
const nameCharsMax = 70;

/**
 * What a phone reads to fill in a SEPA credit transfer (European Payments Council, EPC069-12, version 002); undefined where there is
 * nothing to pay, it is not in euros, or the seller has no account.
 */
export function epcCode(document: IssuedDocument, seller: Seller): string | undefined {
  const due = dueOf(document), { bank } = seller;
  if (document.type !== "invoice" || document.currency !== "EUR" || bank === undefined) return undefined;
  if (parseDecimal(due) <= 0n || parseDecimal(due) > parseDecimal(dueMax)) return undefined;
  const name = (bank.accountName ?? seller.name).slice(0, nameCharsMax);
  const iban = bank.iban.replace(/\s/g, "");
  return ["BCD", "002", "1", "SCT", bank.bic ?? "", name, iban, `EUR${due}`, "", "", document.number].join(
    "\n",
  );
}
