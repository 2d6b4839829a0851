import type { WebhookEndpoint } from "../../streams/edge/webhook_endpoints.ts";

/** `order.confirmed`, `order.*`, or `*`. */
export function matches(pattern: string, name: string): boolean {
  if (pattern === "*" || pattern === name) return true;
  return pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -1));
}

export const isActive = ({ disabled, deletedAt }: WebhookEndpoint): boolean =>
  disabled === undefined && deletedAt === undefined;

/** What happened, as far as a subscription asks. */
export interface Happening {
  readonly name: string;
  /** The message of EVENTS that says so. */
  readonly sequence: number;
  /** Absent: it is of no sales channel, and those who want one only are not told. */
  readonly channel?: string | undefined;
}

/** Whether the endpoint is told. One that is disabled is: what happens meanwhile waits for it to be enabled. */
export function wants(endpoint: WebhookEndpoint, { name, sequence, channel }: Happening): boolean {
  if (endpoint.deletedAt !== undefined || sequence <= endpoint.since) return false;
  if (endpoint.channel !== undefined && endpoint.channel !== channel) return false;
  return endpoint.events.some((pattern) => matches(pattern, name));
}
