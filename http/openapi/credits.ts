import { type RouteConfig, z } from "@hono/zod-openapi";
import { creditBody, refundBody, settleBody, standAloneCreditBody } from "../schemas/invoice.ts";
import {
  creditAnswer,
  refundAnswer,
  standAloneCreditAnswer,
  standAloneCreditRead,
} from "../schemas/invoice_answers.ts";
import * as story from "./invoice_examples.ts";
import { orderPath, preferHeader, readHeader } from "./parameters.ts";
import {
  accepted,
  always,
  changed,
  intake,
  jsonBody,
  notModified,
  read,
  refusals,
  withBody,
} from "./parts.ts";

const tags = ["Invoices"], security = [{ key: ["invoices:write"] }];
const pending = z.object({
  orderId: z.string().optional(),
  creditId: z.string().optional(),
  pending: z.string(),
}).openapi("AcceptedMoneyChange");
const later = accepted("Durable, and not decided yet: read the `Location`.", pending, story.acceptedCredit);
const changes = [...always, ...withBody, ...intake, "no-answer", "idempotency-mismatch"] as const;

/** The calls that give money back. */
export const creditOperations: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/orders/{orderId}/credits",
    operationId: "creditOrder",
    summary: "Credit what was invoiced",
    description:
      "Whole units of `lines`, an `amount` off them (tax included), or with neither all that is left. It corrects the oldest invoices that have " +
      "some left, and never more than was invoiced. It moves no money: that is a refund. With a `returnId` it is of what that " +
      "return holds and was not credited for it: all that it may still bring or, once it has ended, all that it brought. With neither `lines` nor " +
      "`amount` that is all of it; an `amount` is what is given for those units, once. Shipping is credited without a `returnId`. " +
      "`reference` is the natural key within the order.",
    tags,
    security,
    request: { headers: preferHeader, params: orderPath, body: jsonBody(creditBody, story.creditExample) },
    responses: {
      201: changed("The credit note is issued; `Location` leads to it.", creditAnswer, story.creditAnswer),
      202: later,
      ...refusals(
        ...changes,
        "unknown-order",
        "order-busy",
        "nothing-invoiced",
        "credit-exceeds-invoice",
        "amount-precision",
        "too-many-credits",
      ),
    },
  },
  {
    method: "post",
    path: "/v1/orders/{orderId}/refunds",
    operationId: "refundOrder",
    summary: "Give money back to the customer",
    description:
      "A refund is `pending` until it is settled. All of an order's, but for failed ones, are together no more than what was captured. " +
      "`reference` is the natural key within the order.",
    tags,
    security,
    request: { headers: preferHeader, params: orderPath, body: jsonBody(refundBody, story.refundExample) },
    responses: {
      201: changed("It is asked for.", refundAnswer, story.refundAnswer),
      202: later,
      ...refusals(
        ...changes,
        "unknown-order",
        "order-busy",
        "refund-exceeds-captured",
        "amount-precision",
        "too-many-refunds",
      ),
    },
  },
  {
    method: "post",
    path: "/v1/refunds/{refundId}/settle",
    operationId: "settleRefund",
    summary: "Say what the payment provider made of a refund",
    description: "Once for ever. A failed one frees its amount; ask again under another reference.",
    tags,
    security,
    request: {
      headers: preferHeader,
      params: z.object({ refundId: z.string().openapi({ example: story.refundId }) }),
      body: jsonBody(settleBody, story.settleExample),
    },
    responses: {
      200: changed("As it is now.", refundAnswer, story.settledAnswer),
      202: later,
      ...refusals(...changes, "unknown-refund", "refund-settled"),
    },
  },
  {
    method: "post",
    path: "/v1/credits",
    operationId: "issueCredit",
    summary: "Credit a sale that is not known here",
    description:
      "Lines are priced and taxed as an order's are. The credit note corrects no invoice, and comes from the entity that sells on `channel`. " +
      "`reference` is the natural key within the channel.",
    tags,
    security,
    request: { headers: preferHeader, body: jsonBody(standAloneCreditBody, story.standAloneExample) },
    responses: {
      201: changed("The credit note is issued.", standAloneCreditAnswer, story.standAloneAnswer),
      202: later,
      ...refusals(...changes),
    },
  },
  {
    method: "get",
    path: "/v1/credits/{creditId}",
    operationId: "getCredit",
    summary: "Read what became of a credit without an order",
    description:
      "`issuing` until its credit note has a number, then `issued`: read the note as `/v1/invoices/{number}`.",
    tags,
    security: [{ key: ["invoices:read"] }],
    request: {
      headers: readHeader.pick({ "if-none-match": true }),
      params: z.object({ creditId: z.string().openapi({ example: story.standAloneAnswer.creditId }) }),
    },
    responses: {
      200: read("The credit.", standAloneCreditRead, story.standAloneAnswer),
      304: notModified,
      ...refusals(...always, "unknown-credit", "no-answer", "unavailable"),
    },
  },
];
