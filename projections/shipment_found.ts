import type { Json } from "../actors/actor.ts";
import type { OrderState } from "../actors/order/state.ts";
import { requestsOf } from "../actors/parcel/request_status.ts";
import { type ParcelView, parcelView } from "../actors/parcel/view.ts";
import type { FoldedParcel, ShipmentRow } from "./parcels.ts";
import type { ShipmentFound } from "./queries.ts";

/** What the rows say of one shipment. */
export interface ShipmentParts {
  readonly shipment: ShipmentRow;
  /** Absent while the parcel has not heard of its shipment: that is a moment. */
  readonly parcel?: FoldedParcel | undefined;
  readonly order?: OrderState | undefined;
  readonly language?: string | undefined;
  readonly country?: string | undefined;
  /** Of the location, as it was described. */
  readonly described?: { readonly [field: string]: Json } | undefined;
  /** The receiver's words, by request. */
  readonly said?: { readonly [request: string]: Json } | undefined;
}

export const revisionOf = (parcelVersion: number | undefined): string => String(parcelVersion ?? 0);

/** A shipment and all that readers may want to know beside it. */
export function shipmentFound(parts: ShipmentParts): ShipmentFound {
  const { shipment, parcel, order, language, country, described, said } = parts;
  const { shipment_id, order_id, token, reference, location, service, handed_over_at, lines } = shipment;
  const placed = order === undefined || order.phase === "unknown" ? undefined : order.placed;
  return {
    shipmentId: shipment_id,
    orderId: order_id,
    token,
    reference,
    location,
    ...(service !== null && { service }),
    handedOverAt: handed_over_at,
    lines,
    parcel: parcel && holds(parcel, shipment_id) ? parcelView(parcel.state) : lastHeard(shipment, order),
    requests: parcel ? requestsOf(parcel.state, shipment_id) : [],
    ...(said && { said }),
    revision: revisionOf(parcel?.version),
    ...(placed && {
      channel: placed.channel,
      orderNumber: placed.orderNumber,
      descriptions: lines.map(({ line }) => placed.lines[line - 1]?.description ?? ""),
    }),
    ...(language !== undefined && { language }),
    ...(country !== undefined && { destinationCountry: country }),
    ...(described && { origin: originOf(described, location) }),
  };
}

/** False when the carrier has given the number to another parcel since, or the parcel has not heard of this shipment yet. */
const holds = ({ state }: FoldedParcel, shipmentId: string): boolean =>
  state.shipments.some(({ shipment }) => shipment === shipmentId);

/** Without its parcel: what the order heard of it last. */
function lastHeard(row: ShipmentRow, order: OrderState | undefined): ParcelView {
  const { parcel, shipment_id, handed_over_at } = row, colon = parcel.indexOf(":");
  const shipments = order === undefined || order.phase === "unknown" ? [] : order.shipments;
  const heard = shipments.find(({ shipment }) => shipment === shipment_id)?.parcel;
  return {
    carrier: parcel.slice(0, colon),
    trackingNumber: parcel.slice(colon + 1),
    status: heard?.status ?? "pre_transit",
    ...(heard?.subStatus !== undefined && { subStatus: heard.subStatus }),
    statusAt: heard ? new Date(heard.atMs).toISOString() : handed_over_at,
    events: [],
  };
}

function originOf(
  described: { readonly [field: string]: Json },
  location: string,
): NonNullable<ShipmentFound["origin"]> {
  const { name, country, latitude, longitude } = described;
  return {
    name: typeof name === "string" ? name : location,
    ...(typeof country === "string" && { country }),
    ...(typeof latitude === "number" && typeof longitude === "number" && { latitude, longitude }),
  };
}
