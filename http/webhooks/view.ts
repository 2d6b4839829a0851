import type { WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import { isGood } from "./secrets.ts";

/** An endpoint as the API shows it: never a secret. */
export function endpointView(
  { endpointId, url, events, channel, description, createdAt, disabled, secrets }: WebhookEndpoint,
  nowMs: number,
) {
  const ends = secrets.filter((secret) => isGood(secret, nowMs)).flatMap(({ expiresAt }) => expiresAt ?? []);
  const former = ends.toSorted().at(-1);
  return {
    endpointId,
    url,
    events,
    ...(channel !== undefined && { channel }),
    ...(description !== undefined && { description }),
    status: disabled === undefined ? "active" as const : "disabled" as const,
    ...(disabled !== undefined && { disabled }),
    createdAt,
    ...(former !== undefined && { formerSecretUntil: former }),
  };
}
