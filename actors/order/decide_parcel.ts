import { accept, type Accepted, type Cause, type Message } from "../actor.ts";
import { type ActorId, actorId } from "../ids.ts";
import type { ParcelMoved, RegisterParcel } from "../protocol.ts";
import { bill } from "./bill.ts";
import { begin, finish, record } from "./draft.ts";
import type { OrderEvent } from "./events.ts";
import type { OrderShipped } from "./shipping_events.ts";
import type { KnownOrder } from "./state.ts";

export const parcelOf = (of: { readonly carrier: string; readonly trackingNumber: string }): ActorId =>
  actorId("parcel", `${of.carrier}:${of.trackingNumber}`);

/** Asks the parcel to say whenever its status changes. */
export function registration(state: KnownOrder, shipped: OrderShipped["data"]): Message {
  const { shipment, token, service, atMs } = shipped;
  const { promisedMs = state.placed.promisedMs } = shipped;
  const message: RegisterParcel = {
    type: "register",
    order: state.placed.order,
    shipment,
    token,
    handedOverAtMs: atMs,
    ...(service !== undefined && { service }),
    ...(promisedMs !== undefined && { promisedMs }),
  };
  return { to: parcelOf(shipped), message };
}

/** Never waits for work in progress: it touches no stock. An older word than the last one is none. */
export function hearParcel(
  state: KnownOrder,
  { type: _, ...data }: ParcelMoved,
  cause: Cause,
): Accepted<OrderEvent> {
  const known = state.shipments.find(({ shipment }) => shipment === data.shipment);
  if (known === undefined || data.version <= (known.parcel?.version ?? 0)) return accept();
  const draft = begin(state, cause);
  record(draft, "order.parcel_moved", data);
  bill(draft);
  return finish(draft);
}
