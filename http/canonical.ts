import { canonicalDecimal } from "./decimal.ts";
import type { OrderBody } from "./schemas/order.ts";
import { instantOf } from "./schemas/time.ts";

/**
 * The one spelling of an order's body that its fingerprint is taken of: fixed order of members, one spelling per number and time, what
 * is absent left out; `placedAt` is the body's in UTC, and not the time of arrival. It must not change for bodies that were accepted before: a member that is new to the API joins only when present.
 */
export function canonicalOrder(
  body: OrderBody,
  placedAt: string | undefined,
  customer = body.customer && canonicalJson(body.customer),
): string {
  return JSON.stringify({
    channel: body.channel,
    orderNumber: body.orderNumber,
    placedAt,
    currency: body.currency,
    customer,
    lines: body.lines.map((line) => [
      line.sku,
      line.quantity,
      canonicalDecimal(line.unitPrice),
      canonicalDecimal(line.discount),
      canonicalDecimal(line.taxRate),
      line.description ?? null,
    ]),
    shipping: body.shipping && [
      canonicalDecimal(body.shipping.amount),
      canonicalDecimal(body.shipping.taxRate),
      body.shipping.service ?? null,
    ],
    pricesIncludeTax: body.pricesIncludeTax,
    payment: body.payment,
    holdMinutes: body.holdMinutes,
    stockPolicy: body.stockPolicy,
    promisedBy: body.promisedBy && instantOf(body.promisedBy),
  });
}

/** JSON with its members in order and absent ones left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => {
    if (typeof held !== "object" || held === null || Array.isArray(held)) return held;
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
