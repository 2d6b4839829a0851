import { type RouteConfig, z } from "@hono/zod-openapi";
import { acceptedOrder, historyAnswer, orderAnswer } from "../schemas/answers.ts";
import { cancelBody, orderBody, paymentBody } from "../schemas/order.ts";
import { ordersQuery } from "../schemas/queries.ts";
import * as story from "./examples.ts";
import { idempotencyHeader, orderPath, preferHeader, readHeader } from "./parameters.ts";
import {
  accepted,
  always,
  changed,
  intake,
  jsonBody,
  notModified,
  page,
  read,
  refusals,
  withBody,
} from "./parts.ts";

const tags = ["Orders"];
const security = (scope: string) => [{ key: [scope] }];
const undecided = accepted(
  "Durable, and not decided yet: read the `Location`.",
  acceptedOrder,
  story.acceptedAnswer,
);

const placing: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/orders",
    operationId: "placeOrder",
    summary: "Place an order",
    description:
      "(`channel`, `orderNumber`) is the natural key, for ever: the same body again gives the first answer again.",
    tags,
    security: security("orders:write"),
    request: { headers: preferHeader, body: jsonBody(orderBody, story.orderExample) },
    responses: {
      201: changed("Decided.", orderAnswer, story.placedAnswer),
      202: undecided,
      ...refusals(...always, ...withBody, ...intake, "insufficient-stock", "idempotency-mismatch"),
    },
  },
  {
    method: "post",
    path: "/v1/orders:bulk",
    operationId: "placeOrders",
    summary: "Place many orders",
    description:
      "One order a line; the answer is streamed, one line each in the same order: `line` and the order, or `line` and the " +
      "problem. A bad line does not stop the rest; empty lines are passed over. Effects come in the order of the lines while one partition serves them.",
    tags,
    security: security("orders:write"),
    request: {
      headers: preferHeader,
      body: {
        required: true,
        content: { "application/x-ndjson": { schema: orderBody, example: story.bulkExample } },
      },
    },
    responses: {
      200: {
        description: "One result a line.",
        content: {
          "application/x-ndjson": {
            schema: z.looseObject({ line: z.int().min(1) }).openapi("BulkResult"),
            example: story.bulkAnswer,
          },
        },
      },
      ...refusals(...always, "unsupported-media-type"),
    },
  },
];

const reading: readonly RouteConfig[] = [
  {
    method: "get",
    path: "/v1/orders",
    operationId: "listOrders",
    summary: "List orders",
    tags,
    security: security("orders:read"),
    request: { headers: readHeader, query: ordersQuery },
    responses: {
      200: page("OrderPage", orderAnswer, [story.placedAnswer]),
      304: notModified,
      ...refusals(...always, "malformed-header", "invalid-request", "unavailable"),
    },
  },
  {
    method: "get",
    path: "/v1/orders/{orderId}",
    operationId: "getOrder",
    summary: "Read an order",
    tags,
    security: security("orders:read"),
    request: { headers: readHeader, params: orderPath },
    responses: {
      200: read(
        "The order.",
        orderAnswer.extend({ customer: z.unknown().optional() }).openapi("OrderWithCustomer"),
        story.orderAnswer,
      ),
      304: notModified,
      ...refusals(...always, "malformed-header", "unknown-order", "no-answer", "overloaded", "unavailable"),
    },
  },
  {
    method: "get",
    path: "/v1/orders/{orderId}/events",
    operationId: "getOrderEvents",
    summary: "An order's history",
    description:
      "Oldest first. With `Accept: text/event-stream` it stays open and sends what happens; `Last-Event-ID` resumes.",
    tags,
    security: security("orders:read"),
    request: {
      headers: readHeader.extend({
        "last-event-id": z.string().optional().openapi({ description: "The `id` that was seen last." }),
      }),
      params: orderPath,
    },
    responses: {
      200: {
        description: "The history.",
        content: {
          "application/json": {
            schema: z.object({ items: z.array(historyAnswer) }).openapi("OrderHistory"),
            example: story.historyAnswer,
          },
          "text/event-stream": { schema: z.string(), example: story.historyStream },
        },
      },
      304: notModified,
      ...refusals(...always, "malformed-header", "unknown-order", "no-answer", "overloaded", "unavailable"),
    },
  },
];

const changes = [
  ...always,
  ...withBody,
  ...intake,
  "unknown-order",
  "order-busy",
  "idempotency-mismatch",
] as const;

const changing: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/orders/{orderId}/payment",
    operationId: "recordPayment",
    summary: "Say what became of the payment",
    description: "`reference` is the natural key within the order.",
    tags,
    security: security("orders:write"),
    request: { headers: preferHeader, params: orderPath, body: jsonBody(paymentBody, story.paymentExample) },
    responses: {
      200: changed("The order afterwards.", orderAnswer, story.placedAnswer),
      202: undecided,
      ...refusals(...changes, "order-closed", "payment-captured"),
    },
  },
  {
    method: "post",
    path: "/v1/orders/{orderId}/cancel",
    operationId: "cancelOrder",
    summary: "Cancel an order, or some of its lines",
    tags,
    security: security("orders:write"),
    request: {
      headers: idempotencyHeader,
      params: orderPath,
      body: jsonBody(cancelBody, story.cancelExample),
    },
    responses: {
      200: changed("The order afterwards.", orderAnswer, story.cancelledAnswer),
      202: undecided,
      ...refusals(...changes, "already-shipped", "idempotency-key-required", "malformed-header"),
    },
  },
];

export const orderOperations: readonly RouteConfig[] = [...placing, ...reading, ...changing];
