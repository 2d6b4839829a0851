import { type RouteConfig, z } from "@hono/zod-openapi";
import { customerRequestKinds } from "../../actors/commands.ts";
import { trackingStatuses } from "../../actors/parcel/status.ts";
import { formSchema } from "../tracking/requests.ts";
import { html, language, notModified, read, refusals } from "./parts.ts";

const instant = z.string().openapi({ format: "date-time" });
const status = z.enum(trackingStatuses);
const subStatus = z.string().optional().openapi({
  description: "An open list; those that mean something to us are those of the carriers' common vocabulary.",
});

const tracking = z.object({
  status,
  subStatus,
  statusAt: instant,
  carrier: z.string(),
  trackingNumber: z.string(),
  estimatedDelivery: z.object({ from: z.string(), to: z.string() }).optional().openapi({
    description:
      "RFC 3339 in UTC, or days where the carrier names only days. One that has passed stays until a newer one is known.",
  }),
  delayed: z.object({ reason: z.string(), since: instant }).optional(),
  events: z.array(z.object({
    status,
    subStatus,
    at: instant,
    location: z.string().optional(),
    description: z.string(),
    carrierCode: z.string().openapi({ description: "The carrier's own, exactly as sent." }),
  })).openapi({ description: "Oldest first." }),
}).openapi("Tracking");

const example = {
  status: "in_transit",
  subStatus: "departed_facility",
  statusAt: "2026-11-20T03:12:00Z",
  carrier: "ups",
  trackingNumber: "1Z999AA10123456784",
  estimatedDelivery: { from: "2026-11-21", to: "2026-11-22" },
  events: [{
    status: "in_transit",
    subStatus: "departed_facility",
    at: "2026-11-20T03:12:00Z",
    location: "Louisville, KY, US",
    description: "Departed from Facility",
    carrierCode: "DP",
  }],
};

const params = z.object({
  token: z.string().openapi({ example: "b8JtRk3vQm2zXw5yLp7sNd", description: "Of the parcel's link." }),
});
const tags = ["Tracking"];
const shared = { method: "get" as const, tags, security: [] };
const requestParams = params.extend({ kind: z.enum(customerRequestKinds) });
const requestForm = z.union(customerRequestKinds.map(formSchema));

/** What everybody with a parcel's link may ask. */
export const trackingOperations: readonly RouteConfig[] = [
  {
    ...shared,
    path: "/v1/tracking/{token}",
    operationId: "tracking",
    summary: "Where a parcel is",
    description: "Without a key: the token is the secret. Names and addresses are never part of it.",
    request: { params, headers: z.object({ "if-none-match": z.string().optional() }) },
    responses: {
      200: read("The parcel with its history.", tracking, example),
      304: notModified,
      ...refusals("unknown-parcel", "unavailable", "defect"),
    },
  },
  {
    ...shared,
    path: "/t/{token}",
    operationId: "trackingPage",
    summary: "The customer's page of a parcel",
    request: { params, query: language },
    responses: {
      200: { description: "The page.", content: html },
      304: notModified,
      404: { description: "A page that says that the link is not valid.", content: html },
      503: { description: "A page that says that nothing can be read now.", content: html },
      ...refusals("defect"),
    },
  },
  {
    ...shared,
    path: "/t/{token}/delivery.ics",
    operationId: "trackingCalendar",
    summary: "When the parcel is expected, for a calendar (RFC 5545)",
    request: { params, query: language },
    responses: {
      200: { description: "One event.", content: { "text/calendar": { schema: z.string() } } },
      ...refusals("unknown-parcel", "not-found", "unavailable", "defect"),
    },
  },
  {
    ...shared,
    path: "/t/{token}/requests/{kind}",
    operationId: "requestForm",
    summary: "The form in which a receiver asks the shop for something",
    request: { params: requestParams, query: language },
    responses: {
      200: { description: "The form.", content: html },
      404: { description: "A page that says that the link is not valid.", content: html },
      409: { description: "A page that says that it is too late.", content: html },
      503: { description: "A page that says that nothing can be read now.", content: html },
      ...refusals("defect"),
    },
  },
  {
    ...shared,
    method: "post",
    path: "/t/{token}/requests/{kind}",
    operationId: "askShop",
    summary: "A receiver asks the shop for something",
    description:
      "The link is all that a receiver needs. Sent twice from one form it counts once: `key` tells forms apart. What was filled in is " +
      "personal data, and is read with the shipment.",
    request: {
      params: requestParams,
      query: language,
      body: { required: true, content: { "application/x-www-form-urlencoded": { schema: requestForm } } },
    },
    responses: {
      303: { description: "The shop has it: go on to the parcel's page." },
      403: { description: "The form, which came from another site's page.", content: html },
      404: { description: "A page that says that the link is not valid.", content: html },
      409: {
        description: "A page that says that it is too late, or that there are too many.",
        content: html,
      },
      422: { description: "The form, with what is wrong in it.", content: html },
      429: { description: "The form, to be sent again later.", content: html },
      503: {
        description:
          "The form, to be sent again: it is not certain that it arrived, or nothing can be changed just now.",
        content: html,
      },
      ...refusals("body-too-large", "unsupported-media-type", "defect"),
    },
  },
  {
    ...shared,
    path: "/t/{token}/events",
    operationId: "trackingEvents",
    summary: "What happens to a parcel, live",
    description:
      "Server-sent events: `update` whenever something changed, at once when the caller has not the present revision. " +
      "Its data is JSON: all that `/v1/tracking/{token}` answers, `revision`, and the page's sections as `html`. " +
      "Its id is the revision: with it as `Last-Event-ID` the stream resumes.",
    request: {
      params,
      query: language.extend({
        revision: z.string().optional().openapi({ description: "What the caller has seen." }),
      }),
      headers: z.object({ "last-event-id": z.string().optional() }),
    },
    responses: {
      200: { description: "The stream.", content: { "text/event-stream": { schema: z.string() } } },
      ...refusals("unknown-parcel", "overloaded", "unavailable", "defect"),
    },
  },
];
