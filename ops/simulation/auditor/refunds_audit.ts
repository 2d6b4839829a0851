import type { ActorId } from "../../../actors/ids.ts";
import type { OrderPlaced } from "../../../actors/order/events.ts";
import type { OrderRefundRequested, OrderRefundSettled } from "../../../actors/order/money_events.ts";
import { minor } from "./amounts.ts";
import { promised } from "./violation.ts";

type Placed = OrderPlaced["data"];
interface Purse {
  readonly placed: Placed;
  captured: boolean;
  back: bigint;
}

/** What goes back to customers is never more than came in. */
export class RefundsAudit {
  readonly #purses = new Map<ActorId, Purse>();
  readonly #refunds = new Map<string, OrderRefundRequested["data"]>();

  note(where: string, order: ActorId, type: string, data: unknown): void {
    switch (type) {
      case "order.placed": {
        const placed = data as Placed;
        this.#purses.set(order, { placed, captured: placed.payment === "captured", back: 0n });
        return;
      }
      case "order.payment_captured":
        this.#purses.get(order)!.captured = true;
        return;
      case "order.refund_requested":
        return this.#requested(where, order, data as OrderRefundRequested["data"]);
      case "order.refund_settled":
        return this.#settled(order, data as OrderRefundSettled["data"]);
    }
  }

  #requested(where: string, order: ActorId, requested: OrderRefundRequested["data"]): void {
    const purse = this.#purses.get(order)!, { refund, amount } = requested;
    promised("money", !this.#refunds.has(refund), () => `${where}: a second ${refund}`);
    this.#refunds.set(refund, requested);
    purse.back += minor(amount);
    const came = purse.captured ? worthAtMost(purse.placed) : 0;
    const right = Number(purse.back) <= came;
    promised("money", right, () => `${where}: ${purse.back} of ${order} go back, ${came} at most came in`);
  }
  #settled(order: ActorId, { refund, status }: OrderRefundSettled["data"]): void {
    if (status === "failed") this.#purses.get(order)!.back -= minor(this.#refunds.get(refund)!.amount);
  }
}

/** What the whole order comes to, in minor units, with all that rounding can add: half of one a line, and the same for tax. */
function worthAtMost({ lines, shipping, pricesIncludeTax }: Placed): number {
  const worth = (amount: number, rate: string) => 100 * amount * (pricesIncludeTax ? 1 : 1 + Number(rate));
  const goods = lines.reduce(
    (sum, { quantity, unitPrice, discount, taxRate }) =>
      sum + worth(quantity * Number(unitPrice) - Number(discount), taxRate),
    0,
  );
  const charge = shipping ? worth(Number(shipping.amount), shipping.taxRate) : 0;
  return Math.ceil(goods + charge) + lines.length + 1;
}
