import { type ActorId, actorId, keyOf, type OrderId, type Sku } from "../../../actors/ids.ts";
import { parcelOf } from "../../../actors/order/decide_parcel.ts";
import type { OrderShipped } from "../../../actors/order/shipping_events.ts";
import { holdId, type OrderState } from "../../../actors/order/state.ts";
import { orderStatus } from "../../../actors/order/view.ts";
import { standingOf } from "../../../actors/parcel/fold.ts";
import type { ParcelState } from "../../../actors/parcel/parcel_state.ts";
import type { ParcelHandedOver } from "../../../actors/sku/sku_events.ts";
import type { Entry } from "../../../streams/record.ts";
import type { ActorsAudit } from "./actors_audit.ts";
import type { CallbacksAudit } from "./callbacks_audit.ts";
import { promised } from "./violation.ts";

/** What has left: each parcel whole, each unit once, and orders know what becomes of it. */
export class ShipmentsAudit {
  /** Units that orders have shipped and SKUs have not let go yet. */
  readonly #due = new Map<string, number>();
  readonly #shippedOf = new Map<string, number>();
  /** The record in which each shipment left, and whose it is. */
  readonly left = new Map<string, { readonly order: ActorId; readonly sequence: number }>();

  note(where: string, sequence: number, { actor, type, data }: Entry): void {
    if (type === "order.shipped") {
      this.#shipped(where, actor, data as unknown as OrderShipped["data"]);
      this.left.set((data as { readonly shipment: string }).shipment, { order: actor, sequence });
    } else if (type === "parcel.handed_over") {
      this.#handedOver(where, actor, data as unknown as ParcelHandedOver["data"]);
    }
  }

  #shipped(where: string, order: ActorId, { shipment, location, lines }: OrderShipped["data"]): void {
    for (const { line, sku, quantity, shipped, from } of lines) {
      const key = `${order} line ${line}`, sum = (this.#shippedOf.get(key) ?? 0) + quantity;
      promised("shipped", sum === shipped, () => `${where}: of ${key} ${sum} have left, it says ${shipped}`);
      this.#shippedOf.set(key, sum);
      for (const { attempt, quantity } of from) {
        const unit = unitsOf(sku, holdId(keyOf(order) as OrderId, attempt), location, shipment);
        this.#due.set(unit, (this.#due.get(unit) ?? 0) + quantity);
      }
    }
  }
  /** Only what its order has shipped, which is sure by then that all the others' units are bound, too. */
  #handedOver(where: string, actor: ActorId, handed: ParcelHandedOver["data"]): void {
    const { hold, location, parcel, quantity } = handed;
    const key = unitsOf(keyOf(actor) as Sku, hold, location, parcel), due = this.#due.get(key);
    promised("shipped", due === quantity, () => `${where}: ${quantity} of ${key} leave, ${due} are shipped`);
    this.#due.delete(key);
  }

  /** Nothing is under way any more. */
  end(actors: ActorsAudit, callbacks: CallbacksAudit): void {
    const [late] = this.#due;
    promised("shipped", late === undefined, () => `${late} units are shipped, and have not left`);
    for (const id of actors.ids("parcel")) auditParcel(actors.state<ParcelState>(id), callbacks.scansOf(id));
    for (const id of actors.ids("order")) this.#auditOrder(actors, actors.state<OrderState>(id));
  }

  #auditOrder(actors: ActorsAudit, state: OrderState): void {
    if (state.phase === "unknown") return;
    const { order } = state.placed, delivered: boolean[] = [];
    for (const { shipment, parcel, ...rest } of state.shipments) {
      const { standing } = actors.state<ParcelState>(parcelOf(rest));
      promised("shipped", this.left.has(shipment), () => `${shipment} of ${order} never left`);
      promised(
        "shipped",
        parcel?.status === standing.status,
        () => `${shipment} of ${order} is ${parcel?.status}, its parcel ${standing.status}`,
      );
      delivered.push(standing.status === "delivered");
    }
    const status = orderStatus(state), all = delivered.length > 0 && delivered.every((one) => one);
    const right = status === "delivered" ? all : status !== "shipped" || !all;
    promised("shipped", right, () => `${order} is ${status}, delivered are ${delivered}`);
    state.lines.forEach(({ shipped }, i) => {
      const left = this.#shippedOf.get(`${actorId("order", order)} line ${i + 1}`) ?? 0;
      promised("shipped", shipped === left, () => `line ${i + 1} of ${order} says ${shipped}, ${left} left`);
    });
  }
}

/** A parcel is what its scans say together, in whichever sequence it heard them. */
function auditParcel(
  { key, standing, shipments, expiredAtMs }: ParcelState,
  scans: ReturnType<CallbacksAudit["scansOf"]>,
): void {
  const { status } = standingOf(scans);
  const announced = status === "unknown" && shipments.length > 0 ? "pre_transit" : status;
  const gaveUp = expiredAtMs !== undefined && standing.status === "expired";
  promised(
    "told",
    standing.status === announced || gaveUp,
    () => `${key} is ${standing.status}, its scans say ${announced}`,
  );
}

const unitsOf = (sku: Sku, hold: string, location: string, shipment: string) =>
  `${sku} under ${hold} at ${location} in ${shipment}`;
