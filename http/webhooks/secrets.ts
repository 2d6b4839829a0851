import { randomBytes } from "node:crypto";
import type { KeptSecret, WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";
import type { Sealer } from "./sealing.ts";

const secretBytes = 32, hourMs = 3_600_000;
/** How long the former secret stays good beside a new one. */
export const rotationMs = 24 * hourMs;
/** Good at the same time. */
export const secretsMax = 5;

/** As Standard Webhooks writes secrets. */
export const newSecret = (): string => `whsec_${randomBytes(secretBytes).toString("base64")}`;

export const isGood = ({ expiresAt }: KeptSecret, nowMs: number): boolean =>
  expiresAt === undefined || Date.parse(expiresAt) > nowMs;

/** What the endpoint's messages are signed with now, newest first. Those that do not open were sealed by another installation. */
export function signingSecrets(
  { endpointId, secrets }: WebhookEndpoint,
  sealer: Pick<Sealer, "open">,
  nowMs: number,
): string[] {
  return secrets.filter((secret) => isGood(secret, nowMs))
    .flatMap(({ sealed }) => sealer.open(sealed, endpointId) ?? []);
}

/** A new secret before those that are still good, which end a day from now; undefined when too many are. */
export function rotated(
  { secrets }: WebhookEndpoint,
  sealed: string,
  nowMs: number,
): readonly KeptSecret[] | undefined {
  const good = secrets.filter((secret) => isGood(secret, nowMs));
  if (good.length >= secretsMax) return undefined;
  const expiresAt = new Date(nowMs + rotationMs).toISOString();
  return [{ sealed }, ...good.map((secret) => ({ expiresAt, ...secret }))];
}
