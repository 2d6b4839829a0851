import type { TrackingView } from "./view.ts";

/** What GET /v1/tracking/{token} answers: all that the page has, less what only the page needs. */
export function publicTracking(view: TrackingView) {
  const { status, subStatus, statusAt, carrier, trackingNumber, estimatedDelivery, delayed, events } = view;
  return {
    status,
    ...(subStatus !== undefined && { subStatus }),
    statusAt,
    carrier,
    trackingNumber,
    ...(estimatedDelivery &&
      { estimatedDelivery: { from: estimatedDelivery.from, to: estimatedDelivery.to } }),
    ...(delayed && { delayed: { reason: delayed.reason, since: delayed.since } }),
    events: events.map(({ status, subStatus, at, location, description, carrierCode }) => ({
      status,
      ...(subStatus !== undefined && { subStatus }),
      at,
      ...(location !== undefined && { location }),
      description,
      carrierCode,
    })),
  };
}
