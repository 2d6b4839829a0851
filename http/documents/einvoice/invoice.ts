import { exponentOf } from "../../../actors/money/currency.ts";
import { parseDecimal } from "../../../actors/money/decimal.ts";
import type { IssuedDocument } from "../../../actors/series/document.ts";
import { textsOf } from "../texts/in_language.ts";
import type { DocumentTexts } from "../texts/texts.ts";
import { amountOf, type DocumentView, dueOf, languageOf, minus } from "../view.ts";
import { amount, invoiceLine, shippingCharge, shippingLine, taxSubtotals } from "./lines.ts";
import { customer, endpointsOf, supplier, xmlText } from "./parties.ts";

const en16931 = "urn:cen.eu:en16931:2017";
const peppol = `${en16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0`;
const billing = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
/** UNCL1001. */
const typeCodes = { invoice: "380", credit_note: "381" } as const;
/** UNCL4461. */
const means = { sepaTransfer: "58", transfer: "30", notDefined: "1" } as const;

/** The document by the terms of EN 16931, in the UBL words that `@e-invoice-eu/core` takes; amounts are those that were issued. */
export function einvoice(view: DocumentView, profile: "peppol" | "en16931") {
  const { seller } = view, texts = textsOf[languageOf(view)];
  const document = withLine(view.document, texts), { currency, shipping, order } = document;
  const outsideTax = document.taxes.some(({ category }) => category === "O");
  const endpoints = endpointsOf(view);
  return {
    "ubl:Invoice": {
      "cbc:CustomizationID": profile === "peppol" && endpoints.peppol ? peppol : en16931,
      "cbc:ProfileID": billing,
      "cbc:ID": document.number,
      "cbc:IssueDate": document.issuedOn,
      "cbc:InvoiceTypeCode": typeCodes[document.type],
      ...noted(view, texts),
      "cbc:DocumentCurrencyCode": currency,
      // One of both must be there (Peppol R003).
      ...(order
        ? { "cac:OrderReference": { "cbc:ID": xmlText(order.number) } }
        : { "cbc:BuyerReference": xmlText(view.buyer?.id ?? document.source) }),
      ...((document.corrects ?? []).length > 0 && {
        "cac:BillingReference": document.corrects!.map(({ number, issuedOn }) => ({
          "cac:InvoiceDocumentReference": { "cbc:ID": number, "cbc:IssueDate": issuedOn },
        })),
      }),
      "cac:AccountingSupplierParty": { "cac:Party": supplier(seller, outsideTax, endpoints.seller) },
      "cac:AccountingCustomerParty": { "cac:Party": customer(view, endpoints.buyer) },
      ...(document.suppliedOn && { "cac:Delivery": { "cbc:ActualDeliveryDate": document.suppliedOn } }),
      "cac:PaymentMeans": [paymentMeans(view)],
      "cac:PaymentTerms": { "cbc:Note": texts.terms[document.type] },
      ...(shipping && { "cac:AllowanceCharge": [shippingCharge(shipping, currency, texts)] }),
      "cac:TaxTotal": [{
        ...amount("cbc:TaxAmount", document.tax, currency),
        "cac:TaxSubtotal": taxSubtotals(document, seller, texts),
      }],
      "cac:LegalMonetaryTotal": monetaryTotal(document),
      "cac:InvoiceLine": document.lines.map((line, index) => invoiceLine(line, index, document, texts)),
    },
  };
}

function withLine(document: IssuedDocument, texts: DocumentTexts): IssuedDocument {
  const { shipping, ...rest } = document;
  if (document.lines.length > 0 || shipping === undefined) return document;
  return { ...rest, lines: [shippingLine(shipping, texts)] };
}

/** BT-22, once: Peppol allows no more (R002). */
function noted({ document, seller }: DocumentView, texts: DocumentTexts) {
  const reason = document.reason && texts.creditWithoutInvoice(texts.reasons[document.reason]);
  const note = xmlText([reason, seller.legalText].filter(Boolean).join(" "));
  return note === "" ? {} : { "cbc:Note": [note] };
}

/** BG-16: to which account what is due goes; of anything else the document does not know how it was paid. */
function paymentMeans({ document, seller }: DocumentView) {
  const { bank } = seller;
  const transferred = document.type === "invoice" && parseDecimal(dueOf(document)) > 0n;
  if (!transferred || bank === undefined) return { "cbc:PaymentMeansCode": means.notDefined };
  return {
    "cbc:PaymentMeansCode": document.currency === "EUR" ? means.sepaTransfer : means.transfer,
    "cbc:PaymentID": document.number,
    "cac:PayeeFinancialAccount": {
      "cbc:ID": bank.iban.replace(/\s/g, ""),
      "cbc:Name": xmlText(bank.accountName ?? seller.name),
      ...(bank.bic && { "cac:FinancialInstitutionBranch": { "cbc:ID": bank.bic } }),
    },
  };
}

/** BG-22. */
function monetaryTotal(document: IssuedDocument) {
  const { currency, net, total, shipping, paid } = document;
  const lines = document.lines.reduce((sum, line) => sum + parseDecimal(line.net), 0n);
  return {
    ...amount("cbc:LineExtensionAmount", amountOf(lines, exponentOf(currency)), currency),
    ...amount("cbc:TaxExclusiveAmount", net, currency),
    ...amount("cbc:TaxInclusiveAmount", total, currency),
    ...(shipping && amount("cbc:ChargeTotalAmount", shipping.net, currency)),
    ...(paid !== undefined && amount("cbc:PrepaidAmount", paid, currency)),
    ...amount("cbc:PayableAmount", minus(total, paid ?? "0", currency), currency),
  };
}
