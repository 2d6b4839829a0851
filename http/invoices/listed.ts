import type { IssuedDocument } from "../../actors/series/document.ts";
import { dueOf } from "../documents/view.ts";

/** A document as it stands in a list: what its own page answers, less what is said of its seller and buyer. */
export function listed(document: IssuedDocument) {
  const { order, entity: _, ...rest } = document;
  return {
    ...rest,
    issueDate: document.issuedOn,
    ...(order !== undefined &&
      { orderId: order.id, orderNumber: order.number, orderPlacedOn: order.placedOn }),
    ...(document.type === "invoice" && { due: dueOf(document) }),
  };
}
