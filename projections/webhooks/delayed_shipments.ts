import type { Json } from "../../actors/actor.ts";
import { keyOf } from "../../actors/ids.ts";
import { order } from "../../actors/order/order.ts";
import type { KnownOrder, Shipment } from "../../actors/order/state.ts";
import { parcel } from "../../actors/parcel/parcel.ts";
import type { ParcelDelayCleared, ParcelDelayed } from "../../actors/parcel/parcel_events.ts";
import { Fault } from "../../streams/faults.ts";
import type { Entry } from "../../streams/record.ts";
import type { Sql } from "../database.ts";

export type Delay = { readonly type: "parcel.delayed" | "parcel.delay_cleared" };

export const isDelay = (entry: Entry): entry is Entry & Delay =>
  entry.type === "parcel.delayed" || entry.type === "parcel.delay_cleared";

export interface DelayedShipment {
  readonly state: KnownOrder;
  readonly shipment: Shipment;
  /** What is told beside the shipment. */
  readonly delay: { readonly [field: string]: Json };
}

/**
 * The shipments in a parcel that is late, from rows: who travels in it and in whose name was settled long before it could be late, and
 * how far it is may be newer than the delay. Throws the `Fault` "projection.early" while rows are missing.
 */
export async function delayedShipments(sql: Sql, entry: Entry & Delay): Promise<DelayedShipment[]> {
  const [row] = await sql<{ state: Json }[]>`
    select state from parcels_v1.parcels where parcel = ${keyOf(entry.actor)}`;
  const travelling = row ? parcel.decode(row.state).shipments : [];
  if (travelling.length === 0) throw early(entry);
  const orders = await sql<{ order_id: string; state: Json }[]>`
    select order_id, state from orders_v2.orders
    where order_id = any(${sql.array([...new Set(travelling.map(({ order: id }) => id))])}::text[])`;
  const states = new Map(orders.map(({ order_id, state }) => [order_id, order.decode(state)]));
  const delay = delayOf(entry);
  return travelling.map(({ order: id, shipment: shipmentId }) => {
    const state = states.get(id);
    const shipment = state === undefined || state.phase === "unknown"
      ? undefined
      : state.shipments.find(({ shipment }) => shipment === shipmentId);
    if (shipment === undefined) throw early(entry);
    return { state: state as KnownOrder, shipment, delay };
  });
}

function delayOf({ type, data }: Entry & Delay): DelayedShipment["delay"] {
  const time = (ms: number) => new Date(ms).toISOString();
  if (type === "parcel.delay_cleared") {
    const { reason, atMs } = data as unknown as ParcelDelayCleared["data"];
    return { delayCleared: { reason, at: time(atMs) } };
  }
  const { reason, sinceMs, revised } = data as unknown as ParcelDelayed["data"];
  return { delayed: { reason, since: time(sinceMs), ...(revised !== undefined && { revised }) } };
}

const early = ({ actor }: Entry) =>
  new Fault("projection.early", `Cannot tell that ${actor} is late: its shipments' rows are not there yet`);
