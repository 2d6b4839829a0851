import type { Verdict } from "../../http/webhooks/verdict.ts";
import type { Disabled, WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";

/** Watches what endpoints are told. */
export function observeWebhooks(measure: Instruments, log: Logger) {
  const attempted = (result: Verdict["kind"], ms: number) => {
    measure.count("waybill.webhook.attempts", 1, { result });
    measure.record("waybill.webhook.duration", ms / 1_000, { result });
  };
  const disabled = ({ endpointId, url }: WebhookEndpoint, { reason, detail }: Disabled) => {
    measure.count("waybill.webhook.disabled", 1, { reason });
    log.warn({ endpointId, url, reason, detail }, "a webhook endpoint is disabled");
  };
  const interrupted = (reason: string) => {
    measure.count("waybill.webhook.interrupted", 1, {});
    log.warn({ reason }, "webhooks wait for the database");
  };
  return { attempted, disabled, interrupted };
}
