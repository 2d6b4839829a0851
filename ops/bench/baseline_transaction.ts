import type { Sql, TransactionSql } from "postgres";
import type { Place, Placed, PricedOrder, Shortage } from "./baseline_order.ts";

/**
 * Baseline (a): the ordinary transaction. The inserts come first, so that the rows of the stock, which others wait for, are locked
 * as briefly as possible; the updates go in the order of the SKUs, so that no two orders wait for each other in a circle.
 */
export const placeByTransaction = (sql: Sql): Place => async (order) => {
  try {
    return await sql.begin((tx) => place(tx, order));
  } catch (error) {
    if (error instanceof Short) return await keepRejection(sql, order, error.shortage);
    throw error;
  }
};

/** Thrown to roll the transaction back. */
class Short extends Error {
  readonly shortage: Shortage;
  constructor(shortage: Shortage) {
    super(`Cannot allocate ${shortage.sku}: not enough`);
    this.shortage = shortage;
  }
}

async function place(tx: TransactionSql, order: PricedOrder): Promise<Placed> {
  const inserted = await insertOrder(tx, order, "confirmed", null);
  if (!inserted) return await repeat(tx, order);
  await tx`insert into order_lines ${
    tx(order.lines.map((line) => ({
      order_id: order.orderId,
      line: line.line,
      sku: line.sku,
      quantity: line.quantity,
      unit_price: line.unitPrice,
      tax_rate: line.taxRate,
      net: line.net,
    })))
  }`;
  for (const { sku, quantity } of order.demand) {
    const updated = await tx`update stock set allocated = allocated + ${quantity}
      where sku = ${sku} and on_hand - allocated >= ${quantity}`;
    if (updated.count === 0) throw new Short({ sku, requested: quantity });
  }
  return { kind: "confirmed", orderId: order.orderId };
}

async function insertOrder(
  sql: Sql | TransactionSql,
  order: PricedOrder,
  status: "confirmed" | "rejected",
  shortages: readonly Shortage[] | null,
): Promise<boolean> {
  const { orderId, channel, orderNumber, fingerprint, placedAt, currency, net, tax, total } = order;
  const { count } = await sql`insert into orders
      (order_id, channel, order_number, fingerprint, status, placed_at, currency, net, tax, total, shortages)
    values (${orderId}, ${channel}, ${orderNumber}, ${fingerprint}, ${status}, ${placedAt}, ${currency},
      ${net}, ${tax}, ${total}, ${shortages === null ? null : JSON.stringify(shortages)}::jsonb)
    on conflict (channel, order_number) do nothing`;
  return count === 1;
}

async function keepRejection(sql: Sql, order: PricedOrder, shortage: Shortage): Promise<Placed> {
  const kept = await insertOrder(sql, order, "rejected", [shortage]);
  return kept ? { kind: "short", shortages: [shortage], replayed: false } : await repeat(sql, order);
}

async function repeat(sql: Sql | TransactionSql, order: PricedOrder): Promise<Placed> {
  const [row] = await sql<{ order_id: string; fingerprint: string; shortages: Shortage[] | null }[]>`
    select order_id, fingerprint, shortages from orders
    where channel = ${order.channel} and order_number = ${order.orderNumber}`;
  if (row === undefined) throw new Error(`Cannot repeat order ${order.orderNumber}: it is gone`);
  if (row.fingerprint !== order.fingerprint) return { kind: "other_body" };
  if (row.shortages !== null) return { kind: "short", shortages: row.shortages, replayed: true };
  return { kind: "replayed", orderId: row.order_id };
}
