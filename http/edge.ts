import type { Context, MiddlewareHandler } from "hono";
import type { Queries, StockView } from "../projections/queries.ts";
import type { Ask } from "../streams/edge/asking.ts";
import type { EdgeLimits } from "./limits.ts";
import type { OwnWrites } from "./own_writes.ts";
import type { Authenticate, Principal } from "./principal.ts";
import type { Sellers } from "./sellers.ts";
import type { CarrierDesk } from "./routes/callbacks.ts";
import type { DevInbox } from "./routes/dev_inbox.ts";
import type { NotificationDesk } from "./routes/notifications.ts";
import type { TrackingShop } from "./tracking/view.ts";
import type { ConsoleDesk } from "./ops/console.ts";
import type { WebhookDesk } from "./webhooks/webhook_desk.ts";

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** What the edge needs from the rest of the system. */
export interface EdgeDeps {
  readonly ask: Ask;
  readonly queries: Queries;
  readonly stock: StockView;
  readonly authenticate: Authenticate;
  readonly nowMs: () => number;
  /** HMAC over the canonical request, so that equal bodies are told from different ones without keeping them. */
  readonly fingerprint: (canonical: string) => string;
  readonly readiness: () => Promise<Readiness>;
  /** Whether a request came from this machine; the argument is what the server gave the app besides the request. */
  readonly isLoopback: (server: unknown) => boolean;
  /** Where customers see the edge, without a path: `https://shop.example`. Left out, it is taken from each request. */
  readonly publicUrl?: string;
  /** Who sells on which channel; without it the main entity does, on all of them. */
  readonly sellers?: Sellers;
  /** How long after its delivery an order's goods may come back; without it for ever, and no order closes. */
  readonly returnWindowMs?: number;
  /** Where carriers call back; without it no carrier is known. */
  readonly carriers?: CarrierDesk;
  /** What receivers of parcels may see; without it no parcel is found. */
  readonly tracking?: TrackingShop;
  /** What people can say of their messages; without it nobody is asked. */
  readonly notifications?: NotificationDesk;
  /** In development: what would have been sent. */
  readonly devInbox?: DevInbox;
  /** Whom we tell what happens; without it there is nobody, and nobody can be added. */
  readonly webhooks?: WebhookDesk;
  /** What operators see and do at `/ops`; without it there is no such page. */
  readonly console?: ConsoleDesk;
  /** True while nothing may be changed; without it, never. */
  readonly isReadOnly?: () => boolean;
  /** Prometheus text; `/metrics` is 404 without it. */
  readonly metrics?: () => Promise<string>;
  /** Told of every error that became a 500 or ended a stream; clients never see it. */
  readonly report: (error: unknown, requestId: string) => void;
  readonly limits?: Partial<EdgeLimits>;
  /** Wraps every request: traces and metrics. */
  readonly telemetry?: MiddlewareHandler;
  /** Aborted when the server stops: live streams end. */
  readonly closing?: AbortSignal;
}

/** What every route works with. */
export interface Edge extends EdgeDeps {
  readonly limits: EdgeLimits;
  readonly sellers: Sellers;
  readonly ownWrites: OwnWrites;
}

export interface EdgeEnv {
  Variables: {
    requestId: string;
    principal: Principal;
    /** What every answer carries; undefined once an answer was made with it. */
    frame: Record<string, string> | undefined;
  };
}
export type EdgeContext = Context<EdgeEnv>;
