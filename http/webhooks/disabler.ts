import type { Sql } from "../../projections/database.ts";
import { noteHealth } from "../../projections/webhooks/claims.ts";
import { publicEvent } from "../../projections/webhooks/catalogue.ts";
import { frozen } from "../../projections/webhooks/cloud_event.ts";
import { tellOfOther } from "../../projections/webhooks/outbox.ts";
import { isActive } from "../../projections/webhooks/subscription.ts";
import type {
  Disabled,
  WebhookDirectory,
  WebhookEndpoint,
  WebhookEndpoints,
} from "../../streams/edge/webhook_endpoints.ts";

export interface DisablerOptions {
  readonly sql: Sql;
  readonly directory: Pick<WebhookDirectory, "all">;
  readonly endpoints: Pick<WebhookEndpoints, "change">;
  /** Who says it; absent: `urn:waybill`. */
  readonly source: string | undefined;
  disabled(endpoint: WebhookEndpoint, why: Disabled): void;
}

/** Ends the telling of an endpoint, once, and says so to the operator and to the other endpoints that want to know. */
export function disabler({ sql, directory, endpoints, source, disabled }: DisablerOptions) {
  return async (endpoint: WebhookEndpoint, why: Disabled): Promise<void> => {
    const { endpointId, url, channel } = endpoint;
    let isOurs = false;
    await endpoints.change(endpointId, (found) => {
      isOurs = isActive(found) || found.disabled?.at === why.at; // What follows may have been interrupted.
      return isActive(found) ? { ...found, disabled: why } : undefined;
    });
    if (!isOurs) return;
    disabled(endpoint, why);
    await noteHealth(sql, endpointId, true); // Once it is enabled, its days are counted from there.
    const event = publicEvent("webhook.disabled");
    const telling = frozen({
      ...{ event, channel, place: ["disabled", endpointId, why.at], source: source ?? "urn:waybill" },
      ...{ subject: endpointId, atMs: Date.parse(why.at) },
      data: { endpointId, url, reason: why.reason, detail: why.detail },
    });
    await tellOfOther(sql, telling, directory.all().values());
  };
}
