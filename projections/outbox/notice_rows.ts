import type { Json } from "../../actors/actor.ts";
import { order } from "../../actors/order/order.ts";
import { asking, type Sql } from "../database.ts";

/** An order as its messages name it. */
export interface NoticeOrder {
  readonly orderNumber: string;
  readonly lines: readonly { readonly description: string; readonly quantity: number }[];
}

/** Undefined while the rows do not have it: they are being made anew, say. */
export function readNoticeOrder(sql: Sql, orderId: string): Promise<NoticeOrder | undefined> {
  return asking("read an order", async () => {
    const [row] = await sql<
      { state: Json }[]
    >`select state from orders_v2.orders where order_id = ${orderId}`;
    const state = row && order.decode(row.state);
    if (state === undefined || state.phase === "unknown") return undefined;
    const { orderNumber, lines } = state.placed;
    return {
      orderNumber,
      lines: lines.map(({ description, sku, quantity }) => ({ description: description || sku, quantity })),
    };
  });
}
