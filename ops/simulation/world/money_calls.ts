import { actorId, type OrderId, type Sku } from "../../../actors/ids.ts";
import type { PlaceOrder } from "../../../actors/commands.ts";
import type { CreditOrder, Invoicing, RefundOrder, SettleRefund } from "../../../actors/money_commands.ts";
import type { Chance } from "../kernel/chance.ts";
import type { Call } from "./calls.ts";

/** References are few, so that some are used again, now and then for something else. */
const reference = (chance: Chance) => `m${chance.between(1, 4)}`;
const amount = (chance: Chance) => (chance.between(1, 400) / 100).toFixed(2);
const by = "key_1";

/** Units of a line, an amount off them or off all, or all that is left. */
export function creditCall(chance: Chance, order: OrderId, goods: readonly string[]): Call {
  const what = {
    ...(chance.happens(0.6) &&
      { lines: [{ sku: chance.oneOf(goods) as Sku, quantity: chance.between(1, 2) }] }),
    ...(chance.happens(0.4) && { amount: amount(chance) }),
  };
  const command: CreditOrder = {
    type: "credit",
    reference: reference(chance),
    reason: chance.oneOf(["return", "price", "goodwill"]),
    by,
    fingerprint: JSON.stringify(["credit", what]),
    ...what,
  };
  return { to: actorId("order", order), command };
}

export function refundCall(chance: Chance, order: OrderId): Call {
  const key = reference(chance), back = amount(chance);
  const command: RefundOrder = {
    type: "refund",
    refund: refundOf(order, key),
    reference: key,
    amount: back,
    method: "card",
    by,
    fingerprint: JSON.stringify(["refund", back]),
  };
  return { to: actorId("order", order), command };
}

/** What the payment provider says of a refund. */
export function settleCall(chance: Chance, order: OrderId): Call {
  const command: SettleRefund = {
    type: "refund.settle",
    refund: refundOf(order, reference(chance)),
    status: chance.oneOf(["succeeded", "failed"]),
    by,
  };
  return { to: actorId("order", order), command };
}

/** How an order is invoiced: by entities that lie in different partitions, and in some with shipping on top. */
export function termsOf(chance: Chance): Pick<PlaceOrder, "invoicing" | "shipping" | "pricesIncludeTax"> {
  const invoicing: Invoicing = {
    entity: chance.oneOf(["main", "main", "de"]),
    on: chance.oneOf(["on_shipment", "on_confirm", "on_delivery"]),
    flatShipping: chance.oneOf(["first", "pro_rata"]),
    taxMode: chance.oneOf(["document", "per_line"]),
  };
  return {
    pricesIncludeTax: chance.happens(0.4),
    ...(chance.happens(0.6) && { invoicing }),
    ...(chance.happens(0.3) && { shipping: { amount: "3.99", taxRate: "0.05" } }),
  };
}

/** So short that some orders close within the time that a world lasts; others never do. No draw: each order has its own. */
export function windowOf(number: number): Pick<PlaceOrder, "returnWindowMs"> {
  const windowMs = [undefined, 1, 1_000, 5_000][number % 4];
  return windowMs === undefined ? {} : { returnWindowMs: windowMs };
}

const refundOf = (order: OrderId, reference: string) => `rfn_${order}_${reference}`;
