import type { WebhookAttempt } from "../../http/webhooks/errand.ts";
import type { Disabled, WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import type { Logger } from "../logging.ts";
import type { Instruments } from "./instruments.ts";
import type { Telemetry } from "./sdk.ts";
import { traceSending } from "./sending_trace.ts";

/** Watches what endpoints are told. */
export function observeWebhooks(telemetry: Telemetry, measure: Instruments, log: Logger) {
  const attempted = (what: WebhookAttempt) => {
    const { result, ms } = what;
    measure.count("waybill.webhook.attempts", 1, { result });
    measure.record("waybill.webhook.duration", ms / 1_000, { result });
    const { traceparent } = what.delivery;
    if (traceparent !== undefined && telemetry.tracing) traceAttempt(telemetry, what, traceparent);
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

function traceAttempt(
  telemetry: Telemetry,
  { delivery: { name, attempt }, result, atMs, ms }: WebhookAttempt,
  traceparent: string,
): void {
  traceSending(telemetry, "send webhook", {
    ...{ traceparent, attempt, outcome: result, failed: result !== "taken", atMs, endMs: atMs + ms },
    about: { "waybill.event": name },
  });
}
