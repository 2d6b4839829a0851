import { z } from "zod";
import type { LocationEvent } from "../../actors/location/location_events.ts";
import { eventsOf, fields, priority, sku, text } from "./shape.ts";

/** The events of a location: what it is, and which SKUs ever lay there. */
export const locationEventSchemas = eventsOf<LocationEvent>()({
  "location.described@1": fields("The location is described anew.", {
    name: text,
    country: text,
    postalCode: text.optional(),
    latitude: z.number().optional(),
    longitude: z.number().optional(),
    priority,
  }),
  "location.stocked@1": fields("SKUs lie there for the first time.", { skus: z.array(sku) }),
});
