import { type OrderStatus, orderStatuses } from "../../actors/order/order_view.ts";
import { asking, type Sql } from "../database.ts";

/** Orders as they come in and wait. */
export interface OrdersNow {
  /** Of the last hour, oldest first, one for each whole minute; the last one is not over. */
  readonly perMinute: readonly { readonly minute: Date; readonly orders: number }[];
  /** Counted up to `countedMax`. */
  readonly statuses: readonly { readonly status: string; readonly orders: number }[];
  /** What the newest orders of the last hour are of, without those that came to nothing. */
  readonly hottest: readonly { readonly sku: string; readonly orders: number; readonly units: number }[];
  /** The longest first, some of each status that somebody or something has to end. */
  readonly waiting: readonly { readonly orderId: string; readonly status: string; readonly since: Date }[];
}

/** A count that comes to this says "so many or more": counting on would read the whole table. */
export const countedMax = 10_000;
const minutes = 60, hottestMax = 10, hottestOf = 5_000, hottestAmong = 50_000, waitingMax = 5;

const waitingStatuses: readonly OrderStatus[] = ["reserving", "awaiting_payment", "backordered", "on_hold"];

/** Counts by minute; what is long over is not counted again by whoever keeps this. */
export function ordersNow(sql: Sql): (now: Date) => Promise<OrdersNow> {
  const counted = new Map<number, number>();
  return (now) =>
    asking("read orders", async () => ({
      perMinute: await perMinute(sql, now, counted),
      statuses: await byStatus(sql),
      hottest: await hottest(sql, now),
      waiting: await longestWaiting(sql),
    }));
}

const minuteMs = 60_000;
/** Rows of a minute come as late as the projector is behind. */
const settledMinutes = 5;

async function perMinute(sql: Sql, now: Date, counted: Map<number, number>): Promise<OrdersNow["perMinute"]> {
  const last = Math.floor(now.getTime() / minuteMs), first = last - minutes + 1;
  for (const minute of counted.keys()) if (minute < first) counted.delete(minute);
  const from = counted.size === 0 ? first : Math.max(first, last - settledMinutes);
  const rows = await sql<{ minute: Date; orders: number }[]>`
    select date_trunc('minute', created_at) as minute, count(*) as orders from orders_v2.orders
    where created_at >= ${new Date(from * minuteMs)} group by 1`;
  for (let minute = from; minute <= last; minute++) counted.set(minute, 0);
  for (const { minute, orders } of rows) counted.set(minute.getTime() / minuteMs, orders);
  return Array.from({ length: minutes }, (_, i) => first + i)
    .map((minute) => ({ minute: new Date(minute * minuteMs), orders: counted.get(minute) ?? 0 }));
}

function byStatus(sql: Sql): Promise<OrdersNow["statuses"]> {
  return sql<OrdersNow["statuses"][number][]>`
    select status, orders from unnest(${
    sql.array([...orderStatuses])
  }::text[]) with ordinality as s(status, place),
      lateral (
        select count(*) as orders from (
          select 1 from orders_v2.orders o where o.status = s.status limit ${countedMax}
        ) counted
      ) counts
    order by place`;
}

/** They claim nothing, or nothing any more. */
const cameToNothing: readonly OrderStatus[] = ["rejected", "cancelled", "expired"];

function hottest(sql: Sql, now: Date): Promise<OrdersNow["hottest"]> {
  return sql<OrdersNow["hottest"][number][]>`
    select line ->> 'sku' as sku, count(distinct order_id) as orders,
      sum((line ->> 'quantity')::bigint)::bigint as units
    from (
      select order_id, state from (
        select order_id, status, state, created_at from orders_v2.orders
        where created_at >= ${new Date(now.getTime() - minutes * minuteMs)}
        order by created_at desc limit ${hottestAmong}
      ) looked_at where status <> all(${sql.array([...cameToNothing])}::text[])
      order by created_at desc limit ${hottestOf}
    ) newest, lateral jsonb_array_elements(state -> 'placed' -> 'lines') as line
    group by 1 order by units desc, sku limit ${hottestMax}`;
}

async function longestWaiting(sql: Sql): Promise<OrdersNow["waiting"]> {
  const rows = await sql<{ order_id: string; status: string; placed_at: Date }[]>`
    select order_id, w.status, placed_at from unnest(${sql.array([...waitingStatuses])}::text[]) as w(status),
      lateral (
        select order_id, placed_at from orders_v2.orders o where o.status = w.status
        order by placed_at, order_id limit ${waitingMax}
      ) oldest
    order by placed_at, order_id`;
  return rows.map(({ order_id, status, placed_at }) => ({ orderId: order_id, status, since: placed_at }));
}
