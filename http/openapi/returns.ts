import { type RouteConfig, z } from "@hono/zod-openapi";
import {
  acceptedReturn,
  gradingBody,
  returnAnswer,
  returnAuthorised,
  returnBody,
  returnGraded,
  returnReceiptBody,
  returnReceived,
  returnsQuery,
} from "../schemas/return.ts";
import { idempotencyHeader, orderPath, preferHeader, readHeader } from "./parameters.ts";
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
import * as story from "./return_examples.ts";

const tags = ["Returns"];
const pathOf = (example: string) => z.object({ returnId: z.string().openapi({ example }) });
const reader = [{ key: ["orders:read"] }, { key: ["stock:read"] }];
const office = [{ key: ["orders:write"] }];
const warehouse = [...office, { key: ["stock:write"] }];
const later = accepted("Durable, and not decided yet: read the `Location`.", acceptedReturn);

const reading: readonly RouteConfig[] = [
  {
    method: "get",
    path: "/v1/orders/{orderId}/returns",
    operationId: "listReturns",
    summary: "List the returns of an order",
    tags,
    security: reader,
    request: { headers: readHeader, params: orderPath, query: returnsQuery },
    responses: {
      200: read(
        'A page, oldest first; `Link: rel="next"` leads to the next one.',
        z.object({
          items: z.array(returnAnswer),
          next: z.string().optional().openapi({ description: "The next page's `cursor`." }),
        }).openapi("ReturnPage"),
        { items: [story.returnAnswer] },
      ),
      304: notModified,
      ...refusals(
        ...always,
        "malformed-header",
        "invalid-request",
        "unknown-order",
        "no-answer",
        "unavailable",
      ),
    },
  },
  {
    method: "get",
    path: "/v1/returns/{returnId}",
    operationId: "getReturn",
    summary: "Read a return: what was announced, what came, and what was made of it",
    tags,
    security: reader,
    request: { headers: readHeader, params: pathOf(story.returnId) },
    responses: {
      200: read("The return.", returnAnswer, story.returnAnswer),
      304: notModified,
      ...refusals(...always, "malformed-header", "unknown-return", "no-answer", "unavailable"),
    },
  },
];

const announcing: RouteConfig = {
  method: "post",
  path: "/v1/orders/{orderId}/returns",
  operationId: "announceReturn",
  summary: "Say that goods of an order are to come back, or have come unannounced",
  description:
    "Authorised at once, as far as they were shipped and are in no other return. `reference` is the natural key within the order. " +
    "With `parcel` the return is `in_transit` as soon as that carrier says so of it. With `arrived` they are there already: the return begins as `received`, with all of them in quality control. " +
    "No money moves by it: credit and refund are asked for on their own, and may name the `returnId`.",
  tags,
  security: office,
  request: { headers: preferHeader, params: orderPath, body: jsonBody(returnBody, story.returnExample) },
  responses: {
    201: changed(
      "It is authorised; of what has `arrived`, every SKU has its units.",
      returnAuthorised,
      story.authorisedAnswer,
    ),
    202: later,
    ...refusals(
      ...always,
      ...withBody,
      ...intake,
      "unknown-order",
      "unknown-shipment",
      "parcel-not-returned",
      "exceeds-shipped",
      "too-many-returns",
      "idempotency-mismatch",
    ),
  },
};

const changes = [
  ...always,
  ...intake,
  "unknown-return",
  "return-closed",
  "too-many-operations",
  "idempotency-key-required",
  "idempotency-mismatch",
  "malformed-header",
] as const;
const keyed = idempotencyHeader.extend({
  "idempotency-key": idempotencyHeader.shape["idempotency-key"].optional(),
});

const working: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/returns/{returnId}/receive",
    operationId: "receiveReturn",
    summary: "Say that goods of a return have come",
    description:
      "In parts and to several locations, as they come. They wait in quality control, for sale to nobody, until they are graded. " +
      "Needs an Idempotency-Key, or a `reference` in its body.",
    tags,
    security: warehouse,
    request: {
      headers: keyed,
      params: pathOf(story.returnId),
      body: jsonBody(returnReceiptBody, story.receiptExample),
    },
    responses: {
      200: changed("Every SKU has them.", returnReceived, story.receivedAnswer),
      202: later,
      ...refusals(...changes, ...withBody, "exceeds-authorised"),
    },
  },
  {
    method: "post",
    path: "/v1/returns/{returnId}/grade",
    operationId: "gradeReturn",
    summary: "Say how goods are that came back, and what becomes of them",
    description:
      "In parts, too. What is restocked serves the orders that wait for it first. Needs an Idempotency-Key, or a `reference` in its body.",
    tags,
    security: warehouse,
    request: {
      headers: keyed,
      params: pathOf(story.returnId),
      body: jsonBody(gradingBody, story.gradingExample),
    },
    responses: {
      200: changed("Every SKU has done it.", returnGraded, story.gradedAnswer),
      202: later,
      ...refusals(...changes, ...withBody, "exceeds-received", "not-in-quality-control"),
    },
  },
  {
    method: "post",
    path: "/v1/returns/{returnId}/settle",
    operationId: "settleReturn",
    summary: "End a return: nothing more of it is expected",
    description: "Once all that came is graded. What never came may be returned again, under another return.",
    tags,
    security: office,
    request: { headers: idempotencyHeader, params: pathOf(story.returnId) },
    responses: {
      200: changed("The return.", returnAnswer, story.settledAnswer),
      202: later,
      ...refusals(...changes, "return-ungraded", "return-busy"),
    },
  },
  {
    method: "post",
    path: "/v1/returns/{returnId}/cancel",
    operationId: "cancelReturn",
    summary: "Cancel a return of which nothing has come",
    tags,
    security: office,
    request: { headers: idempotencyHeader, params: pathOf(story.lostId) },
    responses: {
      200: changed("The return.", returnAnswer, story.cancelledAnswer),
      202: later,
      ...refusals(...changes, "return-received", "return-busy"),
    },
  },
];

/** The calls about goods that come back. */
export const returnOperations: readonly RouteConfig[] = [announcing, ...working, ...reading];
