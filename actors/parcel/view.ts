import type { DeliveryEstimate } from "../commands.ts";
import type { DelayReason } from "./parcel_events.ts";
import type { ParcelState } from "./parcel_state.ts";
import type { TrackingStatus } from "./status.ts";

/** A parcel as everyone sees it (API.md), computed from the actor's state alone. */
export interface ParcelView {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly status: TrackingStatus;
  readonly subStatus?: string;
  readonly statusAt?: string;
  readonly estimatedDelivery?: DeliveryEstimate;
  readonly delayed?: { readonly reason: DelayReason; readonly since: string };
  /** Oldest first. */
  readonly events: readonly {
    readonly status: TrackingStatus;
    readonly subStatus?: string;
    readonly at: string;
    readonly localTime?: string;
    readonly location?: string;
    readonly description: string;
    readonly carrierCode: string;
  }[];
}

export function parcelView({ key, standing, estimate, delays, checkpoints }: ParcelState): ParcelView {
  const { status, subStatus, atMs } = standing, delay = delays.at(-1);
  return {
    carrier: key.slice(0, key.indexOf(":")),
    trackingNumber: key.slice(key.indexOf(":") + 1),
    status,
    ...(subStatus !== undefined && { subStatus }),
    ...(atMs !== undefined && { statusAt: new Date(atMs).toISOString() }),
    ...(estimate && { estimatedDelivery: estimate }),
    ...(delay && { delayed: { reason: delay.reason, since: new Date(delay.sinceMs).toISOString() } }),
    events: checkpoints.map(({ atMs, hash: _, ...scan }) => ({ ...scan, at: new Date(atMs).toISOString() })),
  };
}
