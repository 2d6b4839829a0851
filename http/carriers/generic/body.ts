import { z } from "@hono/zod-openapi";
import { trackingStatuses } from "../../../actors/parcel/status.ts";

export const genericEventsMax = 1000;
const word = (charsMax: number) => z.string().trim().min(1).max(charsMax);
const time = word(40).openapi({
  format: "date-time",
  description: "RFC 3339. Without an offset it is taken for local time.",
});
const estimate = z.union([
  word(40).openapi({ description: "A date, or a time as RFC 3339.", example: "2026-11-24" }),
  z.object({ from: word(40), to: word(40) }),
]);

const news = {
  status: z.enum(trackingStatuses).optional(),
  code: word(100).optional().openapi({
    description:
      "The carrier's own code, where no status is given: WAYBILL_CARRIER_GENERIC_CODES says what it means.",
  }),
  subStatus: word(60).optional().openapi({ example: "not_home" }),
  occurredAt: time.optional(),
  location: word(200).optional().openapi({
    description: "City, region, country; no street.",
    example: "Leeds, GB",
  }),
  description: z.string().max(1000).optional().openapi({ description: "In words, without names of people." }),
  estimatedDelivery: estimate.optional(),
};
const identity = {
  trackingNumber: word(100),
  carrier: word(60).optional().openapi({
    description: "Whose parcel it is; several carriers may share this callback.",
  }),
};

export const genericEvent = z.object({ ...identity, ...news })
  .refine(({ status, code, estimatedDelivery }) => (status ?? code ?? estimatedDelivery) !== undefined, {
    error: "must have a status, a code or an estimatedDelivery",
  })
  .refine(({ status, code, occurredAt }) => (status ?? code) === undefined || occurredAt !== undefined, {
    error: "must say when, as there is a status or a code",
    path: ["occurredAt"],
  })
  .openapi("GenericCarrierEvent");
export type GenericEvent = z.infer<typeof genericEvent>;

export const genericEvents = z.array(genericEvent).min(1).max(genericEventsMax);

/** What a carrier that has no adapter sends, or a script of the shop's own: one event, or several. */
export const genericBody = z.union([
  genericEvent,
  z.object({ events: genericEvents }),
  genericEvents,
]).openapi("GenericCarrierCallback", {
  description: "Signed by `X-Waybill-Signature: sha256=` and the hex HMAC-SHA256 of the body, keyed with " +
    "WAYBILL_CARRIER_GENERIC_SECRET. Parcels and events may be repeated, and come in any order.",
});
