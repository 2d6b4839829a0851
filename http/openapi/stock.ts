import { type RouteConfig, z } from "@hono/zod-openapi";
import { stockAnswer } from "../schemas/answers.ts";
import { stockQuery } from "../schemas/queries.ts";
import { adjustmentBody, locationBody, receiptBody, skuBody } from "../schemas/stock.ts";
import { locationCode, sku } from "../schemas/text.ts";
import * as story from "./examples.ts";
import { preferHeader, readHeader } from "./parameters.ts";
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

const tags = ["Stock"];
const security = (scope: string) => [{ key: [scope] }];
const described = z.looseObject({}).openapi("Described");
const recorded = z.looseObject({}).openapi("StockDocument");
const undecided = accepted(
  "Durable, and not decided yet: repeat the request to hear the decision.",
  z.looseObject({}),
);

const descriptions: readonly RouteConfig[] = [
  {
    method: "put",
    path: "/v1/locations/{location}",
    operationId: "describeLocation",
    summary: "Describe a location",
    tags,
    security: security("stock:write"),
    request: {
      headers: preferHeader,
      params: z.object({ location: locationCode }),
      body: jsonBody(locationBody, story.locationExample),
    },
    responses: {
      200: changed("The location as it is kept.", described, story.locationAnswer),
      202: undecided,
      ...refusals(...always, ...withBody, ...intake),
    },
  },
  {
    method: "put",
    path: "/v1/skus/{sku}",
    operationId: "describeSku",
    summary: "Describe a SKU",
    tags,
    security: security("stock:write"),
    request: { headers: preferHeader, params: z.object({ sku }), body: jsonBody(skuBody, story.skuExample) },
    responses: {
      200: changed("The SKU as it is kept.", described, story.skuAnswer),
      202: undecided,
      ...refusals(...always, ...withBody, ...intake),
    },
  },
];

const naturalKey = "(`location`, `reference`) is the natural key, for ever.";

const documents: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/stock/receipts",
    operationId: "receiveGoods",
    summary: "Receive goods",
    description: naturalKey,
    tags,
    security: security("stock:write"),
    request: { headers: preferHeader, body: jsonBody(receiptBody, story.receiptExample) },
    responses: {
      201: changed("Every SKU has it.", recorded, story.receiptAnswer),
      202: undecided,
      ...refusals(...always, ...withBody, ...intake, "idempotency-mismatch"),
    },
  },
  {
    method: "post",
    path: "/v1/stock/adjustments",
    operationId: "adjustStock",
    summary: "Adjust stock",
    description: `All or nothing. ${naturalKey}`,
    tags,
    security: security("stock:write"),
    request: { headers: preferHeader, body: jsonBody(adjustmentBody, story.adjustmentExample) },
    responses: {
      201: changed("Every SKU has it.", recorded, story.adjustmentAnswer),
      202: undecided,
      ...refusals(
        ...always,
        ...withBody,
        ...intake,
        "idempotency-mismatch",
        "stock-claimed",
        "stock-below-zero",
      ),
    },
  },
];

const levels: readonly RouteConfig[] = [
  {
    method: "get",
    path: "/v1/stock/{sku}",
    operationId: "getStock",
    summary: "The stock of one SKU",
    tags,
    security: security("stock:read"),
    request: { headers: readHeader, params: z.object({ sku }) },
    responses: {
      200: read("Its counters, by location.", stockAnswer, story.stockAnswer),
      304: notModified,
      ...refusals(...always, "malformed-header", "invalid-request", "unknown-sku"),
    },
  },
  {
    method: "get",
    path: "/v1/stock",
    operationId: "listStock",
    summary: "The stock of several SKUs",
    description: "Up to 200; SKUs that nothing was ever said about are left out.",
    tags,
    security: security("stock:read"),
    request: { headers: readHeader, query: stockQuery },
    responses: {
      200: read("Those that are known.", z.object({ items: z.array(stockAnswer) }).openapi("StockList"), {
        items: [story.stockAnswer],
      }),
      304: notModified,
      ...refusals(...always, "malformed-header", "invalid-request"),
    },
  },
];

export const stockOperations: readonly RouteConfig[] = [...descriptions, ...documents, ...levels];
