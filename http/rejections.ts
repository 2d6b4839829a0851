import type { CreditRejection } from "../actors/credit/credit.ts";
import type { LocationRejection } from "../actors/location/location.ts";
import type { OrderRejection } from "../actors/order/rejections.ts";
import type { CaseRejection } from "../actors/parcel/case_changes.ts";
import type { RequestRejection } from "../actors/parcel/requests.ts";
import type { PayoutRejection } from "../actors/payout/payout.ts";
import type { ReturnRejection } from "../actors/return/return_state.ts";
import type { SkuRejection } from "../actors/sku/sku_commands.ts";
import type { StockDocRejection } from "../actors/stockdoc/stockdoc_state.ts";
import { moneyRejections, returnRejections } from "./money_rejections.ts";
import type { ProblemKind } from "./problem_kind.ts";

type Reason = (
  | CaseRejection
  | CreditRejection
  | LocationRejection
  | OrderRejection
  | PayoutRejection
  | RequestRejection
  | ReturnRejection
  | SkuRejection
  | StockDocRejection
)["reason"];

/** What the actors refuse: their rejections' reasons. A new reason does not compile until it has a status. */
export const rejectionProblems = {
  ...moneyRejections,
  ...returnRejections,
  "insufficient-stock": {
    status: 409,
    title: "Not enough stock",
    about:
      "The order's stock policy is all or nothing and some lines cannot be had; `errors[]` names each of them with `requested` and `available`. " +
      "Nothing stays reserved. The order number is spent: asking again gives the same answer.",
  },
  "idempotency-mismatch": {
    status: 422,
    title: "The same key with another body",
    about:
      "This natural key or Idempotency-Key was used before with a different body. Nothing was done. Repeat the first body to get the first answer, or use a new key.",
  },
  "unknown-order": {
    status: 404,
    title: "There is no such order",
    about: "No order with this id was ever accepted.",
  },
  "unknown-shipment": {
    status: 404,
    title: "There is no such shipment",
    about: "No shipment with this id was ever made, or it belongs to another channel than the API key's.",
  },
  "unknown-sku": {
    status: 404,
    title: "There is no such SKU",
    about: "Nothing was ever said about this SKU: it was neither described, nor received, nor ordered.",
  },
  "unknown-location": {
    status: 404,
    title: "There is no such location",
    about: "Nothing was ever said about this location.",
  },
  "unknown-document": {
    status: 404,
    title: "There is no such stock document",
    about: "No receipt or adjustment with this location and reference was ever accepted.",
  },
  "unknown-case": {
    status: 404,
    title: "There is no such case",
    about:
      "No case with this id was ever opened, it was closed so long ago that it is history, or it belongs to another channel than the API key's.",
  },
  "case-closed": {
    status: 409,
    title: "The case is closed",
    about: "A case that is closed is given to nobody. Nothing was done; a note can still be added.",
  },
  "order-closed": {
    status: 409,
    title: "The order is closed to this change",
    about:
      "The order is cancelled or rejected, and a payment cannot open it again; or a parcel of it, or of an expired one, was to ship. Nothing was done.",
  },
  "payment-captured": {
    status: 409,
    title: "The payment is already captured",
    about: "A captured payment cannot become a failed one. Cancel the order and refund the money instead.",
  },
  "already-shipped": {
    status: 409,
    title: "It is already shipped",
    about:
      "Nothing is left to cancel, or a line asks for more than what is not shipped yet. Nothing was cancelled.",
  },
  "too-many-payments": {
    status: 409,
    title: "The order has too many payments",
    about: "The order remembers every payment reference for ever, and takes no more of them.",
  },
  "too-many-shipments": {
    status: 409,
    title: "The order has too many shipments",
    about: "The order remembers every shipment reference for ever, and takes no more of them.",
  },
  "too-many-operations": {
    status: 409,
    title: "The return has had too many requests",
    about: "A return remembers every request, refused ones included, and takes no more of them.",
  },
  "order-busy": {
    status: 409,
    title: "The order is in the middle of another change",
    about: "An earlier change to this order is not settled yet. Repeat the request in a moment.",
  },
  "stock-claimed": {
    status: 409,
    title: "The stock is promised to orders",
    about:
      "The adjustment would take away units that orders claim. Nothing was adjusted. With `force: true` the claims are released by the shortfall rule.",
  },
  "stock-below-zero": {
    status: 409,
    title: "The stock would fall below zero",
    about:
      "The adjustment takes away more than there is, and not even `force` can do that. Nothing was adjusted.",
  },
  "document-in-progress": {
    status: 409,
    title: "Another document is at work there",
    about:
      "An earlier stock document on this SKU and location is not settled yet. Repeat the request in a moment.",
  },
  "not-allocated": {
    status: 409,
    title: "It is not allocated there",
    about:
      "Fewer units of the order are allocated at that location than the request names: it has too few, it waits for stock, or it is not " +
      "paid, and what is held for it is only reserved until then. Nothing was done. This answer stands for its reference: " +
      "once there is more, ask under another.",
  },
  "not-picked": {
    status: 409,
    title: "It is not picked",
    about: "Fewer units are picked than the request names. Nothing was done.",
  },
  "not-packed": {
    status: 409,
    title: "It is not packed",
    about: "Fewer units are packed than the request names. Nothing was done.",
  },
  "not-in-bucket": {
    status: 409,
    title: "There are not so many units",
    about: "The stock that the request takes from has fewer units than it names. Nothing was done.",
  },
  "location-differs": {
    status: 409,
    title: "The location differs",
    about: "The reference was used before with another location. Nothing was done.",
  },
  "unknown-hold": {
    status: 404,
    title: "There is no such hold",
    about: "The SKU has no hold of that name.",
  },
  "unknown-transfer": {
    status: 404,
    title: "There is no such transfer",
    about: "The SKU has no transfer of that name.",
  },
  "more-than-dispatched": {
    status: 409,
    title: "More than was dispatched",
    about: "The transfer carries fewer units than the request names. Nothing was done.",
  },
  "unknown-request": {
    status: 404,
    title: "There is no such request of a customer",
    about: "The parcel's receiver has not asked for that, or the shipment is not in the parcel any more.",
  },
  "request-too-late": {
    status: 409,
    title: "It is too late for that request",
    about:
      "An address can be changed until the carrier has the parcel, and a collection point be asked for while it is on its way.",
  },
  "too-many-customer-requests": {
    status: 409,
    title: "The customer has asked too often",
    about: "A shipment remembers every request of its receiver for ever, and takes no more of them.",
  },
  "unknown-payout": {
    status: 404,
    title: "There is no such payout",
    about: "No statement with this id was ever taken, or it belongs to another channel than the API key's.",
  },
  "unknown-payout-line": {
    status: 404,
    title: "The payout has no such line",
    about: "Lines are counted from 1, as the statement has them.",
  },
  "payout-line-matched": {
    status: 409,
    title: "There is nothing to write off",
    about:
      "The line is just what the books expect. Nothing was done. Look again: it may have been matched meanwhile.",
  },
  "statement-line-known": {
    status: 409,
    title: "An earlier payout has the line",
    about:
      "A line is named by its type and reference within all statements of its source, and `errors[]` names the payout that has it. Nothing was done.",
  },
  "refused": {
    status: 409,
    title: "The request was refused",
    about: "The request was refused for the reason in the detail, which is newer than this edge.",
  },
} as const satisfies Record<Reason | "refused", ProblemKind>;
