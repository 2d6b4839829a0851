import { type DocumentView, dueOf } from "./view.ts";

/** What `GET /v1/invoices/{number}` answers as JSON. Amounts are decimal strings in the currency's own exponent. */
export function invoiceJson({ document, seller, buyer, payment }: DocumentView) {
  const { order, buyer: reference, seller: soldBy, entity: _, ...rest } = document;
  return {
    ...rest,
    issueDate: document.issuedOn,
    ...(order !== undefined &&
      { orderId: order.id, orderNumber: order.number, orderPlacedOn: order.placedOn }),
    ...(document.type === "invoice" && { due: dueOf(document) }),
    ...payment,
    seller: { ...sellerJson(seller), hash: soldBy.hash },
    ...(reference !== undefined && { buyer: { ...reference, ...buyer } }),
  };
}

/** How it numbers and dates is nobody else's matter. */
function sellerJson(seller: DocumentView["seller"]) {
  const { prefixes: _, fiscalYearStartMonth: __, timeZone: ___, language: ____, ...said } = seller;
  return said;
}
