import { expect } from "vitest";
import { type ActorId, actorId } from "../ids.ts";
import { parcelOf } from "../order/decide_parcel.ts";
import { order } from "../order/order.ts";
import type { OrderShipped } from "../order/shipping_events.ts";
import { holdId, type KnownOrder, type OrderState, shippedUnits } from "../order/state.ts";
import { orderStatus } from "../order/view.ts";
import { parcel } from "../parcel/parcel.ts";
import type { ParcelState } from "../parcel/parcel_state.ts";
import type { ParcelHandedOver } from "../sku/sku_events.ts";
import type { Audited } from "./audit.ts";

type Units = Map<string, number>;
const add = (to: Units, key: string, units: number) => to.set(key, (to.get(key) ?? 0) + units);
const sorted = (units: Units) => Object.fromEntries([...units].sort());

/** What orders say has left is what SKUs let go, each unit once; and an order is where its parcels are. */
export function auditShipments(town: Audited): void {
  const left: Units = new Map(), shipped: Units = new Map();
  for (const id of town.actors("sku")) {
    for (
      const { hold, parcel, location, quantity } of eventsOf<ParcelHandedOver>(town, id, "parcel.handed_over")
    ) {
      const key = `${id} ${hold} ${location} ${parcel}`;
      expect(left.has(key), `${key} left once`).toBe(false);
      add(left, key, quantity);
    }
  }
  for (const id of town.actors("order")) {
    const state = town.state<OrderState>(order, id);
    if (state.phase === "unknown") continue;
    const shipments = eventsOf<OrderShipped>(town, id, "order.shipped");
    for (const { shipment, location, lines } of shipments) {
      for (const { sku, from } of lines) {
        for (const { attempt, quantity } of from) {
          const hold = holdId(state.placed.order, attempt);
          add(shipped, `${actorId("sku", sku)} ${hold} ${location} ${shipment}`, quantity);
        }
      }
    }
    auditOrder(town, state, shipments);
  }
  expect(sorted(left)).toEqual(sorted(shipped));
}

function auditOrder(town: Audited, state: KnownOrder, shipments: readonly OrderShipped["data"][]): void {
  const { order } = state.placed;
  expect(shipments.map(({ shipment }) => shipment)).toEqual(state.shipments.map(({ shipment }) => shipment));
  const sums = state.lines.map(() => 0);
  for (const { lines } of shipments) {
    for (const { line, quantity, shipped } of lines) {
      sums[line - 1]! += quantity;
      expect(sums[line - 1], `${order}, line ${line}: cumulative`).toBe(shipped);
    }
  }
  expect(sums, `${order} shipped = the sum of its shipments`).toEqual(
    state.lines.map(({ shipped }) => shipped),
  );
  for (const shipment of state.shipments) {
    const { standing } = town.state<ParcelState>(parcel, parcelOf(shipment));
    expect(shipment.parcel?.status, `${shipment.shipment} of ${order}`).toBe(standing.status);
  }
  const delivered = state.shipments.every(({ parcel }) => parcel?.status === "delivered");
  if (orderStatus(state) === "delivered") expect([delivered, shippedUnits(state) > 0]).toEqual([true, true]);
}

function eventsOf<E extends { readonly type: string; readonly data: unknown }>(
  town: Audited,
  id: ActorId,
  type: E["type"],
): E["data"][] {
  return (town.events.get(id) ?? []).filter((event) => event.type === type).map(({ data }) =>
    data as E["data"]
  );
}
