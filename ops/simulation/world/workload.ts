import type { AdjustStock, CancelOrder, RecordPayment, ShipOrder } from "../../../actors/commands.ts";
import { actorId, type LocationCode, type ShipmentId, type Sku } from "../../../actors/ids.ts";
import type { OrderView } from "../../../actors/order/order_view.ts";
import type { Chance } from "../kernel/chance.ts";
import { type Call, describe, type Lines, linesOf, orderId, place, print, receive } from "./calls.ts";
import { creditCall, refundCall, settleCall, termsOf, windowOf } from "./money_calls.ts";

const goods = ["A", "B", "C"], places = ["LON1", "MAN1"];
const guessed: ReadonlyMap<string, Lines> = new Map([["LON1", [["A", 1]]]]);
const shelvesMax = 12, soldMax = 8;

/** What people want, drawn from chance. Keys are used again now and then, sometimes for something else. */
export class Workload {
  readonly #chance: Chance;
  readonly #hot: readonly string[];
  #orders = 0;
  #references = 0;
  #shipments = 0;
  /** What lay at which place for an order, as somebody was told last. */
  readonly #shelves = new Map<number, ReadonlyMap<string, Lines>>();
  readonly #parcels: string[] = [];
  /** Orders of which a parcel was to leave lately. */
  readonly #sold: number[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#hot = chance.happens(0.3) ? ["A"] : goods;
  }

  /** What comes before anything else. */
  founding(): Call[] {
    return [
      describe("POST", { stocked: false }),
      describe("C", { backorderLimit: 4, safetyStock: { LON1: 1 } }),
      receive("founding", [["A", 8], ["B", 5], ["C", 6]], "LON1"),
      receive("founding", [["A", 4], ["C", 2]], "MAN1"),
    ];
  }

  next(): Call {
    const dice = this.#chance.between(1, 30);
    if (dice <= 8) return this.#buy();
    if (dice <= 12) return this.#pay();
    if (dice <= 14) return this.#cancel();
    if (dice <= 16) return this.#look();
    if (dice <= 18) return receive(this.#reference(), this.#stockLines(), this.#chance.oneOf(places));
    if (dice <= 20) return this.#adjust();
    if (dice <= 25) return this.#ship();
    return this.#giveBack();
  }

  #buy(): Call {
    const again = this.#orders > 0 && this.#chance.happens(0.1);
    const number = again ? this.#known() : ++this.#orders;
    const lines = Array.from({ length: this.#chance.between(1, 3) }, (): [string, number] => [
      this.#chance.happens(0.1) ? "POST" : this.#chance.oneOf(this.#hot),
      this.#chance.between(1, 4),
    ]);
    return place(number, lines, {
      payment: this.#chance.happens(0.5) ? "pending" : "captured",
      stockPolicy: this.#chance.oneOf(["reject", "ship_available", "backorder"]),
      holdMinutes: this.#chance.between(5, 80) / 600,
      ...termsOf(this.#chance),
      ...windowOf(number),
    });
  }
  /** Money goes back: credits and refunds, most of orders of which something was shipped. */
  #giveBack(): Call {
    const chance = this.#chance, paid = this.#sold.length > 0 && chance.happens(0.8);
    const order = orderId(paid ? chance.oneOf(this.#sold) : this.#known());
    if (chance.happens(0.6)) return creditCall(chance, order, this.#hot);
    return chance.happens(0.7) ? refundCall(chance, order) : settleCall(chance, order);
  }
  #pay(): Call {
    const reference = `p${this.#chance.between(1, 2)}`;
    const status = this.#chance.happens(0.75) ? "captured" : "failed";
    const command: RecordPayment = {
      type: "payment",
      status,
      reference,
      fingerprint: print(status, reference),
    };
    return { to: actorId("order", orderId(this.#known())), command };
  }
  #cancel(): Call {
    const request = `c${this.#chance.between(1, 2)}`;
    const lines: Lines | undefined = this.#chance.happens(0.5)
      ? undefined
      : [[this.#chance.oneOf(this.#hot), this.#chance.between(1, 3)]];
    const command: CancelOrder = {
      type: "cancel",
      reason: "changed my mind",
      request,
      fingerprint: print("cancel", lines),
      ...(lines && { lines: linesOf(lines) }),
    };
    return { to: actorId("order", orderId(this.#known())), command };
  }
  /** A parcel leaves: what somebody was told lies there for the order, or what they believe. */
  #ship(): Call {
    const chance = this.#chance, known = this.#shelves.size > 0 && chance.happens(0.8);
    const number = known ? chance.oneOf([...this.#shelves.keys()]) : this.#known();
    const places = this.#shelves.get(number) ?? guessed;
    const [location, there] = chance.oneOf([...places]), some = chance.happens(0.5);
    const lines = there.map(([sku, units]) => ({
      sku: sku as Sku,
      quantity: some ? chance.between(1, units) : units,
    }));
    const reference = `s${chance.between(1, 6)}`, shipment = `shp_${++this.#shipments}` as ShipmentId;
    const trackingNumber = chance.happens(0.1) ? "SHARED" : `P${number}.${reference}`;
    this.#parcels.push(trackingNumber);
    if (this.#sold.push(number) > soldMax) this.#sold.shift();
    const command: ShipOrder = {
      type: "ship",
      shipment,
      token: `token_${shipment}`,
      reference,
      location: location as LocationCode,
      carrier: "dpd",
      trackingNumber,
      lines,
      fingerprint: print("ship", lines, location, trackingNumber),
    };
    return { to: actorId("order", orderId(number)), command };
  }
  /** What an order looks like to whoever asked: the warehouse ships what is allocated. */
  heard(value: unknown): void {
    if (!isOrder(value)) return;
    const { orderId, lines } = value;
    const places = new Map<string, [string, number][]>();
    for (const { sku, allocated } of lines) {
      for (const { location, quantity } of allocated) {
        places.set(location, [...places.get(location) ?? [], [sku, quantity]]);
      }
    }
    const number = Number(orderId.slice("ord_".length));
    this.#shelves.delete(number);
    if (places.size > 0) this.#shelves.set(number, places);
    if (this.#shelves.size > shelvesMax) this.#shelves.delete(this.#shelves.keys().next().value!);
  }
  /** The number of a parcel that left, or soon will. */
  parcelNumber(chance: Chance): string {
    const { length } = this.#parcels;
    return length === 0 ? "P1.s1" : this.#parcels[chance.between(Math.max(0, length - 12), length - 1)]!;
  }
  #look(): Call {
    const number = this.parcelNumber(this.#chance);
    if (this.#chance.happens(0.2)) {
      return { to: actorId("parcel", `dpd:${number}`), command: { type: "read" } };
    }
    const ofOrder = this.#chance.happens(0.6);
    const to = ofOrder
      ? actorId("order", orderId(this.#known()))
      : actorId("sku", this.#chance.oneOf(this.#hot));
    return { to, command: { type: "read" } };
  }
  #adjust(): Call {
    const force = this.#chance.happens(0.4), location = this.#chance.oneOf(places) as LocationCode;
    const lines = this.#stockLines().map(([sku, units]) => ({ sku: sku as Sku, delta: 2 - units }));
    const reference = this.#reference();
    const command: AdjustStock = {
      type: "adjustment",
      location,
      reference,
      reason: "count",
      force,
      lines,
      fingerprint: print("adjustment", lines, force),
    };
    return { to: actorId("stockdoc", `${location}:${reference}`), command };
  }

  /** An order that was placed, or soon will be. */
  #known(): number {
    return this.#chance.between(Math.max(1, this.#orders - 12), this.#orders + 1);
  }
  #reference(): string {
    return this.#chance.happens(0.1) ? "used" : `r${++this.#references}`;
  }
  #stockLines(): [string, number][] {
    const chosen = this.#hot.filter(() => this.#chance.happens(0.5));
    const skus = chosen.length > 0 ? chosen : [this.#hot[0]!];
    return skus.map((sku) => [sku, this.#chance.between(1, 6)]);
  }
}

/** Or whatever else was asked for. */
const isOrder = (value: unknown): value is OrderView =>
  (value as Partial<OrderView>).orderNumber !== undefined;
