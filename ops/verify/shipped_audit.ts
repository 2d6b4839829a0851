import { type ActorId, actorId, keyOf, type OrderId } from "../../actors/ids.ts";
import type { OrderShipped } from "../../actors/order/shipping_events.ts";
import { holdId } from "../../actors/order/state.ts";
import type { ParcelHandedOver } from "../../actors/sku/sku_events.ts";
import { Check, type CheckReport } from "../invoices/check.ts";
import { type Difference, Differences } from "./differences.ts";
import { awaits } from "./on_the_way.ts";
import { counted } from "../cli/counted.ts";

interface Left {
  readonly order: string;
  readonly sku: ActorId;
  readonly hold: string;
  readonly location: string;
  readonly shipment: string;
}

/** What left: an order says it once all its SKUs have bound their units, and from then on each of them hands over (`decide_ship.ts`). */
export class ShippedAudit {
  readonly #left = new Differences<Left>();
  #looked = 0;

  order(order: OrderId, { shipment, location, lines }: OrderShipped["data"], record: number): void {
    for (const { sku, from } of lines) {
      for (const { attempt, quantity } of from) {
        const hold = holdId(order, attempt);
        this.#add({ order, sku: actorId("sku", sku), hold, location, shipment }, quantity, record);
      }
    }
  }

  sku(sku: ActorId, data: ParcelHandedOver["data"], record: number): void {
    const { order, hold, location, quantity, parcel: shipment } = data;
    this.#add({ order, sku, hold, location, shipment }, -quantity, record);
  }

  #add(about: Left, units: number, record: number): void {
    const { sku, hold, location, shipment } = about;
    this.#looked++;
    this.#left.add(`${sku}\n${hold}\n${location}\n${shipment}`, units, record, () => about);
  }

  *awaited(): Generator<string> {
    for (const { units, about } of this.#left.all()) if (units > 0) yield awaitedBy(about);
  }

  report(explained: ReadonlySet<string>): CheckReport {
    const check = new Check("conserved: what orders say left is what their SKUs handed over");
    check.look(this.#looked);
    for (const open of this.#left.all()) {
      if (open.units < 0 || !explained.has(awaitedBy(open.about))) check.found(textOf(open));
    }
    return check.report();
  }
}

const awaitedBy = ({ sku, hold, shipment }: Left) => awaits.handOver(sku, hold, shipment);

function textOf({ units, record, about: { order, sku, location, shipment } }: Difference<Left>): string {
  const what = (one: number) => `${counted(one, "unit")} of ${keyOf(sku)} at ${location} left in ${shipment}`;
  return units > 0
    ? `order:${order} says ${what(units)} (record ${record}), and ${sku} did not hand them over`
    : `${sku} says ${what(-units)} (record ${record}), and order:${order} does not`;
}
