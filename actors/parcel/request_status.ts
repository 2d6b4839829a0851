import type { CustomerRequestKind } from "../commands.ts";
import type { ParcelCustomerAnswered, ParcelCustomerAsked } from "./parcel_events.ts";
import type { CustomerRequest, ParcelState } from "./parcel_state.ts";
import type { TrackingStatus } from "./status.ts";

const kindsByStatus: { readonly [S in TrackingStatus]?: readonly CustomerRequestKind[] } = {
  unknown: ["address_change"],
  pre_transit: ["address_change"],
  in_transit: ["pickup_point"],
  delivery_attempted: ["pickup_point"],
  available_for_pickup: ["pickup_point"],
};

/**
 * What a parcel's receiver may still ask the shop for: another address until the carrier has it, a collection point while it is on its
 * way to one or to the door, and a word at any time.
 */
export function kindsAt(status: TrackingStatus): readonly CustomerRequestKind[] {
  return [...kindsByStatus[status] ?? [], "contact"];
}

/** What a request is by now. `replaced`: by a newer one of the kind. `lapsed`: nobody answered before it was too late. */
export type RequestStatus = "open" | "done" | "declined" | "replaced" | "lapsed";

export interface RequestView {
  readonly request: string;
  readonly kind: CustomerRequestKind;
  readonly status: RequestStatus;
  /** RFC 3339 in UTC. */
  readonly askedAt: string;
}

/** What the receiver of one shipment has asked for, oldest first. */
export function requestsOf(state: ParcelState, shipment: string): readonly RequestView[] {
  return requestsFor(state, shipment).map((asked) => ({
    request: asked.request,
    kind: asked.kind,
    status: statusOf(state, asked),
    askedAt: new Date(asked.atMs).toISOString(),
  }));
}

export const requestsFor = ({ requests = [] }: ParcelState, shipment: string) =>
  requests.filter((one) => one.shipment === shipment);

function statusOf(state: ParcelState, { outcome, kind, shipment, request }: CustomerRequest): RequestStatus {
  if (outcome !== undefined) return outcome;
  if (kind === "contact") return "open";
  const newest = requestsFor(state, shipment).findLast((one) => one.kind === kind);
  if (newest?.request !== request) return "replaced";
  return kindsAt(state.standing.status).includes(kind) ? "open" : "lapsed";
}

/** What nobody has answered, and is not too late. */
export const openRequests = (state: ParcelState): readonly CustomerRequest[] =>
  (state.requests ?? []).filter((asked) => statusOf(state, asked) === "open");

/** The requests, once this has happened to them. */
export function requestsAfter(
  requests: readonly CustomerRequest[] = [],
  { type, data }: ParcelCustomerAsked | ParcelCustomerAnswered,
): readonly CustomerRequest[] {
  if (type === "parcel.customer_asked") {
    const { request, shipment, kind, atMs } = data;
    return [...requests, { request, shipment, kind, atMs }];
  }
  const { request, outcome } = data;
  return requests.map((one) => one.request === request ? { ...one, outcome } : one);
}
