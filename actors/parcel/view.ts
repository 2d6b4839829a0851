import type { DeliveryEstimate } from "../commands.ts";
import type { DelayReason } from "./parcel_events.ts";
import { dayOf, laneEstimate } from "./lane.ts";
import { isOver, type ParcelState } from "./parcel_state.ts";
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

/** Its carrier's own estimate first, else what the lane says, else what the shop promised; later when it is late. */
function expected(state: ParcelState): DeliveryEstimate | undefined {
  const { estimate, promise, delays } = state;
  if (isOver(state)) return estimate;
  const ours = laneEstimate(state) ?? (promise && { from: promise.day, to: promise.day });
  const said = estimate ?? ours;
  const late = delays.findLast(({ reason, revised }) =>
    reason !== "eta_slipped" && revised !== undefined && (!said || revised > said.to)
  );
  return late?.revised === undefined ? said : { from: dayOf(late.sinceMs), to: late.revised };
}

export function parcelView(state: ParcelState): ParcelView {
  const { key, standing, delays, checkpoints } = state, estimate = expected(state);
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
