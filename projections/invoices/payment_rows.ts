import type { Json } from "../../actors/actor.ts";
import { order } from "../../actors/order/order.ts";
import type { OrderState } from "../../actors/order/state.ts";
import type { IssuedDocument } from "../../actors/series/document.ts";
import type { Sql } from "../database.ts";
import { type InvoicePayment, type PaidLine, paymentsOf } from "./payment.ts";

/** Reads what has become of invoices, from the rows of their orders and of the payouts that name those: it has no rows of its own to lag. */
export async function readPayments(
  sql: Sql,
  documents: readonly IssuedDocument[],
): Promise<ReadonlyMap<string, InvoicePayment>> {
  const ids = ordersOf(documents);
  if (ids.length === 0) return paymentsOf(documents, new Map());
  const [orders, lines] = await Promise.all([
    sql<{ order_id: string; state: Json }[]>`
      select order_id, state from orders_v2.orders where order_id = any(${sql.array([...ids])}::text[])`,
    sql<PaidLine[]>`
      select order_id, type, amount::text as amount, state, refund, credit_note, written_off::text as written_off
      from payouts_v1.lines
      where order_id = any(${sql.array([...ids])}::text[]) and type in ('payment', 'refund', 'chargeback')`,
  ]);
  const money = new Map<string | null, { state: OrderState; lines: PaidLine[] }>();
  for (const { order_id, state } of orders) money.set(order_id, { state: order.decode(state), lines: [] });
  for (const line of lines) money.get(line.order_id)?.lines.push(line);
  return paymentsOf(documents, money);
}

const ordersOf = (documents: readonly IssuedDocument[]): readonly string[] => [
  ...new Set(documents.flatMap(({ type, order }) => type === "invoice" && order ? [order.id] : [])),
];
