import { type RouteConfig, z } from "@hono/zod-openapi";
import { acceptedOrder } from "../schemas/answers.ts";
import {
  requestAnswerBody,
  requestAnswered,
  shipmentAnswer,
  shipmentBody,
  shipmentCreated,
} from "../schemas/shipment.ts";
import * as story from "./examples.ts";
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

const tags = ["Shipments"];

/** The calls about parcels that were handed over. */
export const shipmentOperations: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/orders/{orderId}/shipments",
    operationId: "shipParcel",
    summary: "Say that a parcel was handed to its carrier",
    description:
      "The units leave the stock of the location, once for each parcel. `reference` is the natural key within the order. " +
      "An order may travel in many parcels; services, such as postage, go with the first. " +
      "A refusal is an answer as well, and stands for its reference: a parcel that leaves later, once the order is paid or has its stock, " +
      "names another.",
    tags,
    security: [{ key: ["shipments:write"] }],
    request: {
      headers: preferHeader,
      params: orderPath,
      body: jsonBody(shipmentBody, story.shipmentExample),
    },
    responses: {
      201: changed(
        "It is handed over. `trackingUrl` is the customer's page.",
        shipmentCreated,
        story.shipmentCreated,
      ),
      202: accepted(
        "Durable, and not decided yet: read the `Location`.",
        acceptedOrder,
        story.acceptedAnswer,
      ),
      ...refusals(
        ...always,
        ...withBody,
        ...intake,
        "unknown-order",
        "order-busy",
        "order-closed",
        "not-allocated",
        "too-many-shipments",
        "idempotency-mismatch",
      ),
    },
  },
  {
    method: "get",
    path: "/v1/shipments/{shipmentId}",
    operationId: "getShipment",
    summary: "Read a shipment, and what became of it",
    tags,
    security: [{ key: ["shipments:read"] }],
    request: {
      headers: readHeader,
      params: z.object({ shipmentId: z.string().openapi({ example: story.shipmentId }) }),
    },
    responses: {
      200: read("The shipment.", shipmentAnswer, story.shipmentAnswer),
      304: notModified,
      ...refusals(...always, "malformed-header", "unknown-shipment", "no-answer", "unavailable"),
    },
  },
  {
    method: "post",
    path: "/v1/shipments/{shipmentId}/requests/{request}",
    operationId: "answerRequest",
    summary: "Say what became of a receiver's request",
    description:
      "Receivers ask on the tracking page for another address, a collection point or a word; the shipment lists what they asked. " +
      "What is said here stands on their page at once. Saying it twice is saying it once; saying something else corrects it.",
    tags,
    security: [{ key: ["shipments:write"] }],
    request: {
      headers: preferHeader,
      params: z.object({
        shipmentId: z.string().openapi({ example: story.shipmentId }),
        request: z.string().openapi({ example: story.customerRequest.request }),
      }),
      body: jsonBody(requestAnswerBody, { outcome: "done" }),
    },
    responses: {
      200: changed("It is said.", requestAnswered, { ...story.customerRequest, status: "done" }),
      202: accepted(
        "Durable, and not decided yet: read the `Location`.",
        acceptedOrder,
        story.acceptedAnswer,
      ),
      ...refusals(
        ...always,
        ...withBody,
        ...intake,
        "malformed-header",
        "unknown-shipment",
        "unknown-request",
        "no-answer",
      ),
    },
  },
];
