import type { IssuedDocument } from "../../actors/series/document.ts";
import type { Sku } from "../../actors/ids.ts";
import { documentHash, sellerHash } from "../../actors/series/hash.ts";
import { mainEntity, undescribed } from "../../actors/series/seller.ts";
import { invoiceJson } from "../documents/json.ts";
import { listed } from "../invoices/listed.ts";
import { journalColumns } from "../invoices/journal.ts";
import { creditIdOf, refundIdOf } from "../order_id.ts";
import { customerMark, orderAnswer, orderExample, orderId, placedAt, shipmentId } from "./examples.ts";

/** What becomes of the story's money: the parcel is invoiced as it leaves, and one unit of it is credited and refunded. */
const { channel, orderNumber, currency, customer } = orderAnswer, [sold] = orderExample.lines;
const day = placedAt.slice(0, "2026-12-01".length),
  number = "INV-2026-000001",
  creditNumber = "CN-2026-000001";
export const seller = undescribed(mainEntity);
const taxed = { taxRate: "0.20", taxCategory: "S" } as const;

const frozen: Omit<IssuedDocument, "hash"> = {
  type: "invoice",
  source: `ship:${shipmentId}`,
  entity: mainEntity,
  channel,
  order: { id: orderId, number: orderNumber, placedOn: day },
  buyer: { actor: `order:${orderId}`, mark: customerMark },
  suppliedOn: day,
  currency,
  pricesIncludeTax: false,
  taxMode: "document",
  lines: [{
    line: 1,
    ...{ sku: sold!.sku as Sku, description: sold!.description, unitPrice: "2.55", ...taxed },
    ...{ quantity: 5, discount: "0.00", net: "12.75", tax: "2.55" },
  }],
  shipping: { service: orderExample.shipping.service, net: "4.95", tax: "0.99", ...taxed },
  taxes: [{ category: "S", rate: "0.20", net: "17.70", tax: "3.54" }],
  ...{ net: "17.70", tax: "3.54", total: "21.24", paid: "21.24" },
  ...{ number, series: "INV-2026", fiscalYear: 2026, sequence: 1, issuedOn: day, issuedAt: placedAt },
  seller: { entity: mainEntity, hash: sellerHash(seller) },
  previousHash: "",
};
const document: IssuedDocument = { ...frozen, hash: documentHash(frozen) };
export const invoiceNumber = number;
/** A unit was cancelled after it was paid. */
const payment = { status: "overpaid", creditedAmount: "0.00", outstanding: "-3.06" } as const;
export const listedInvoice = listed(document, payment);
export const invoiceAnswer = invoiceJson({ document, seller, buyer: customer, payment });
export const journalExample = [
  journalColumns.join(","),
  `${day},invoice,${number},,,main,INV-2026,${channel},${orderNumber},${orderId},GBP,S,0.20,17.70,3.54,21.24,1`,
  ",total_invoices,,,,,,,,,GBP,,,17.70,3.54,21.24,1",
  ",total_credit_notes,,,,,,,,,GBP,,,0.00,0.00,0.00,0",
  ",total,,,,,,,,,GBP,,,17.70,3.54,21.24,1",
  "",
].join("\r\n");

export const creditExample = {
  reference: "CREDIT-1001",
  reason: "return",
  lines: [{ sku: sold!.sku, quantity: 1 }],
};
export const creditAnswer = {
  number: creditNumber,
  type: "credit_note",
  orderId,
  reference: creditExample.reference,
  reason: "return",
  issuedOn: day,
  currency,
  total: "3.06",
  corrects: [number],
  lines: [{ line: 1, sku: sold!.sku, quantity: 1, units: 1, net: "2.55", tax: "0.51" }],
};

export const refundExample = {
  reference: "REFUND-1001",
  amount: "3.06",
  method: "card",
  creditNote: creditNumber,
};
export const refundId = refundIdOf(orderId, refundExample.reference);
export const refundAnswer = {
  refundId,
  orderId,
  reference: refundExample.reference,
  ...{ amount: "3.06", currency, method: "card", status: "pending", creditNote: creditNumber },
  requestedAt: placedAt,
};
export const settleExample = { status: "succeeded" };
export const settledAnswer = { ...refundAnswer, ...settleExample };

export const standAloneExample = {
  channel,
  reference: "OLD-17",
  reason: "goodwill",
  currency,
  lines: [{ description: "Postage of an older order", quantity: 1, unitPrice: "4.95", taxRate: "0.20" }],
};
export const standAloneAnswer = {
  creditId: creditIdOf(channel, standAloneExample.reference),
  ...{ type: "credit_note", status: "issued", channel },
  ...{ reference: standAloneExample.reference, reason: "goodwill", currency },
  ...{ number: "CN-2026-000002", issuedOn: day, total: "5.94" },
};
export const acceptedCredit = { orderId, pending: "credit" };
