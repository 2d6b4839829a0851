import type { TaxCategory } from "../../actors/series/document.ts";
import type { Seller } from "../../actors/series/seller.ts";
import type { DocumentTexts } from "./texts/texts.ts";

/** Why a category of tax is not charged (BT-120): in the seller's words, or in the usual ones. */
export function exemptionOf(
  category: Exclude<TaxCategory, "S">,
  seller: Seller,
  texts: DocumentTexts,
): string {
  return seller.exemptions?.[category] || texts.untaxed[category];
}
