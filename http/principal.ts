export const scopes = [
  "orders:read",
  "orders:write",
  "stock:read",
  "stock:write",
  "shipments:read",
  "shipments:write",
  "invoices:read",
  "invoices:write",
  "webhooks",
  "operate",
] as const;
export type Scope = (typeof scopes)[number];

/** Who is asking: what an API key stands for. */
export interface Principal {
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** A storefront's key speaks for one channel only. */
  readonly channel?: string;
  /** Requests a second; null: no limit (the bootstrap key). */
  readonly requestsPerSecondMax: number | null;
}

/** Looks a bearer token up in memory; undefined when there is no such key or it is revoked. */
export type Authenticate = (token: string) => Principal | undefined;

export function isScope(name: string): name is Scope {
  return scopes.some((scope) => scope === name);
}
