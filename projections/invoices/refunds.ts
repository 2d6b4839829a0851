import type { Json } from "../../actors/actor.ts";
import type { OrderId } from "../../actors/ids.ts";
import { type RefundView, refundView } from "../../actors/order/money_view.ts";
import { order } from "../../actors/order/order.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { asking, type Sql } from "../database.ts";

/** The order's refunds, oldest first, from its row. */
export function readRefunds(sql: Sql, id: OrderId): Promise<readonly RefundView[]> {
  return asking(`read the refunds of ${id}`, async () => {
    const [row] = await sql<{ state: Json }[]>`select state from orders_v2.orders where order_id = ${id}`;
    return row === undefined ? [] : refundsOf(order.decode(row.state));
  });
}

export function refundsOf(state: OrderState): readonly RefundView[] {
  if (state.phase === "unknown") return [];
  return (state.books?.refunds ?? []).map((refund) => refundView(state, refund));
}
