import type { DeliveryLog } from "../../projections/webhooks/delivery_log.ts";
import type { EndpointDesk } from "./endpoint_desk.ts";

/** What the edge needs for webhooks. */
export interface WebhookDesk {
  readonly endpoints: EndpointDesk;
  readonly deliveries: DeliveryLog;
  /** For development: endpoints may be `http:`, and in our own network. */
  readonly allowPrivate: boolean;
}
