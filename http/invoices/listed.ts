import type { IssuedDocument } from "../../actors/series/document.ts";
import type { InvoicePayment } from "../../projections/invoices/payment.ts";
import { dueOf } from "../documents/view.ts";

/** A document as it stands in a list: what its own page answers, less what is said of its seller and buyer. `payment`: of an invoice. */
export function listed(document: IssuedDocument, payment?: InvoicePayment) {
  const { order, entity: _, ...rest } = document;
  return {
    ...rest,
    issueDate: document.issuedOn,
    ...(order !== undefined &&
      { orderId: order.id, orderNumber: order.number, orderPlacedOn: order.placedOn }),
    ...(document.type === "invoice" && { due: dueOf(document) }),
    ...payment,
  };
}
