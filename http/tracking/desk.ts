import type { ShipmentFound, TrackingQueries } from "../../projections/queries.ts";
import type { CarrierAdapter } from "../carriers/adapter.ts";
import type { TrackingDesk, TrackingView } from "./view.ts";

/** The desk that answers from the rows; carriers are named as customers know them. */
export function trackingDesk(
  queries: TrackingQueries,
  carriers: ReadonlyMap<string, Pick<CarrierAdapter, "title" | "trackingUrl">>,
): TrackingDesk {
  return {
    byToken: async (token) => {
      const found = await queries.byToken(token);
      return found && viewOf(found, carriers);
    },
    revisionsOf: (tokens) => queries.revisionsOf(tokens),
  };
}

export function viewOf(
  found: ShipmentFound,
  carriers: ReadonlyMap<string, Pick<CarrierAdapter, "title" | "trackingUrl">>,
): TrackingView {
  const {
    parcel,
    token,
    shipmentId,
    orderId,
    requests,
    handedOverAt,
    orderNumber,
    language,
    destinationCountry,
    origin,
    revision,
  } = found;
  const adapter = carriers.get(parcel.carrier), carrierUrl = adapter?.trackingUrl?.(parcel.trackingNumber);
  const carrierTitle = adapter === undefined ? parcel.carrier : adapter.title;
  const lines = found.lines.map(({ sku, quantity }, i) => ({
    description: found.descriptions?.[i] || sku,
    quantity,
  }));
  return {
    ...parcel,
    token,
    shipmentId,
    orderId,
    requests,
    statusAt: parcel.statusAt ?? handedOverAt,
    ...(carrierTitle !== undefined && { carrierTitle }),
    ...(carrierUrl !== undefined && { carrierUrl }),
    ...(orderNumber !== undefined && { orderNumber }),
    ...(language !== undefined && { language }),
    ...(destinationCountry !== undefined && { destinationCountry }),
    ...(origin && { origin }),
    lines,
    revision,
  };
}
