import type {
  DocumentCharge,
  DocumentLine,
  IssuedDocument,
  TaxCategory,
} from "../../../actors/series/document.ts";
import type { Seller } from "../../../actors/series/seller.ts";
import { exemptionOf } from "../exemptions.ts";
import { percentOf } from "../numbers.ts";
import { itemName } from "../parties.ts";
import type { DocumentTexts } from "../texts/texts.ts";
import { xmlText } from "./parties.ts";

/** UN/ECE Recommendation 20: piece. */
const piece = "H87";
/** UNCL7161: freight service. */
const freight = "FC";

/** Names the amount and, as the formats want it of each, its currency. */
export function amount<Name extends string>(name: Name, value: string, currency: string) {
  return { [name]: value, [`${name}@currencyID`]: currency };
}

/** BG-25. The price is that of all units together (BT-149 = BT-129), so that it times the quantity is the net amount to the minor unit. */
export function invoiceLine(
  line: DocumentLine,
  index: number,
  document: IssuedDocument,
  texts: DocumentTexts,
) {
  const quantity = String(line.quantity), { currency } = document;
  return {
    "cbc:ID": String(index + 1),
    ...(line.invoice !== undefined && { "cbc:Note": texts.ofInvoice(line.invoice) }),
    "cbc:InvoicedQuantity": quantity,
    "cbc:InvoicedQuantity@unitCode": piece,
    ...amount("cbc:LineExtensionAmount", line.net, currency),
    ...(document.order && { "cac:OrderLineReference": { "cbc:LineID": String(line.line) } }),
    "cac:Item": {
      "cbc:Name": xmlText(itemName(line)),
      ...(line.sku && { "cac:SellersItemIdentification": { "cbc:ID": xmlText(line.sku) } }),
      "cac:ClassifiedTaxCategory": taxCategory(line.taxCategory, line.taxRate),
    },
    "cac:Price": {
      ...amount("cbc:PriceAmount", line.net, currency),
      "cbc:BaseQuantity": quantity,
      "cbc:BaseQuantity@unitCode": piece,
    },
  };
}

/** BG-21: shipping, as a charge on the whole document. */
export function shippingCharge(shipping: DocumentCharge, currency: string, texts: DocumentTexts) {
  return {
    "cbc:ChargeIndicator": "true",
    "cbc:AllowanceChargeReasonCode": freight,
    "cbc:AllowanceChargeReason": xmlText(shippingName(shipping, texts)),
    ...amount("cbc:Amount", shipping.net, currency),
    "cac:TaxCategory": taxCategory(shipping.taxCategory, shipping.taxRate),
  };
}

/** A document must have a line (BR-16): what is about shipping alone has it as one. */
export function shippingLine(shipping: DocumentCharge, texts: DocumentTexts): DocumentLine {
  const description = shippingName(shipping, texts);
  return { ...shipping, line: 1, description, quantity: 1, unitPrice: shipping.net, discount: "0" };
}

const shippingName = ({ service }: DocumentCharge, texts: DocumentTexts) =>
  service ? `${texts.shipping} (${service})` : texts.shipping;

function taxCategory(category: TaxCategory, rate: string) {
  return {
    "cbc:ID": category,
    // BR-O-05: what is not subject to VAT has no rate.
    ...(category !== "O" && { "cbc:Percent": percentOf(rate) }),
    "cac:TaxScheme": { "cbc:ID": "VAT" },
  };
}

/** BG-23: one for each category and rate. */
export function taxSubtotals({ taxes, currency }: IssuedDocument, seller: Seller, texts: DocumentTexts) {
  return taxes.map(({ category, rate, net, tax }) => ({
    ...amount("cbc:TaxableAmount", net, currency),
    ...amount("cbc:TaxAmount", tax, currency),
    "cac:TaxCategory": {
      ...taxCategory(category, rate),
      // S and Z must not have a reason (BR-S-10, BR-Z-10), all others must (BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
      ...(category !== "S" && category !== "Z" &&
        { "cbc:TaxExemptionReason": xmlText(exemptionOf(category, seller, texts)) }),
    },
  }));
}
