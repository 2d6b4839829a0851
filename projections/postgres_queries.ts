import type { Json } from "../actors/actor.ts";
import type { OrderId } from "../actors/ids.ts";
import type { OrderView } from "../actors/order/order_view.ts";
import type { Runtime } from "../streams/runtime.ts";
import { caseQueries } from "./case_queries.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { asking, type Sql } from "./database.ts";
import { invoiceQueries } from "./invoices/invoice_queries.ts";
import { readAccuracy } from "./lanes/accuracy.ts";
import { orders, viewOf } from "./orders.ts";
import { payoutQueries } from "./payout_queries.ts";
import { peopleReach } from "./personal.ts";
import { PositionWatch } from "./position_watch.ts";
import { schemaOf } from "./projection.ts";
import { returnQueries } from "./return_queries.ts";
import { trackingQueries } from "./tracking_queries.ts";
import { cases } from "./cases.ts";
import { invoices } from "./invoices/invoices.ts";
import { lanesProjection } from "./lanes/lanes.ts";
import { parcels } from "./parcels.ts";
import { payouts } from "./payouts.ts";
import type { HistoryEvent, OrderFilter, OrderRow, Page, Queries, RowsRead } from "./queries.ts";
import { returns } from "./returns.ts";

const pageOrdersMax = 1_000;
const historyEventsMax = 10_000;

const schemas: { readonly [Rows in RowsRead]: string } = {
  orders: schemaOf(orders),
  parcels: schemaOf(parcels),
  returns: schemaOf(returns),
  cases: schemaOf(cases),
  lanes: schemaOf(lanesProjection()),
  invoices: schemaOf(invoices),
  payouts: schemaOf(payouts),
};

export interface PostgresQueries extends Queries {
  /** Lets go of those who wait and of the listening connection; the pool stays open. */
  close(): Promise<void>;
}

/** Reads the rows that the projectors write. */
export function postgresQueries(
  sql: Sql,
  runtime: Pick<Runtime, "elapsedMs" | "after">,
): PostgresQueries {
  const watches = new Map(
    Object.entries(schemas).map(([name, schema]) => [name, new PositionWatch(sql, schema, runtime)]),
  );
  const people = new PositionWatch(sql, peopleReach, runtime);
  return {
    order: (id) => asking(`read order ${id}`, () => readOrder(sql, id)),
    orders: (filter) => asking("list orders", () => listOrders(sql, filter)),
    history: (id, after = 0) => asking(`read the history of ${id}`, () => readHistory(sql, id, after)),
    tracking: trackingQueries(sql),
    cases: caseQueries(sql),
    payouts: payoutQueries(sql),
    returns: returnQueries(sql),
    invoices: invoiceQueries(sql),
    accuracy: (filter) => readAccuracy(sql, filter),
    reads: (...rows) => ({
      reached: async (position, waitMsMax) => {
        const reached = rows.map((name) => watches.get(name)?.reached(position, waitMsMax) ?? false);
        return (await Promise.all(reached)).every((one) => one);
      },
    }),
    reachedCustomers: (position, waitMsMax) => people.reached(position, waitMsMax),
    close: async () => {
      await Promise.all([...watches.values(), people].map((watch) => watch.close()));
    },
  };
}

interface OrderSelected {
  readonly version: number;
  readonly state: Json;
  readonly personal: boolean;
  readonly customer: Json | null;
  readonly erased: boolean | null;
}

async function readOrder(sql: Sql, id: OrderId): Promise<OrderRow | undefined> {
  const [row] = await sql<OrderSelected[]>`
    select o.version, o.state, o.state @> '{"placed":{"personal":true}}' as personal,
      c.customer, c.customer ? 'erased' as erased
    from orders_v2.orders o left join people_v1.customers c on c.order_id = o.order_id
    where o.order_id = ${id}`;
  if (row === undefined) return undefined;
  const { version, state, personal, customer, erased } = row;
  const found = { order: viewOf(state), version };
  if (erased) return found; // What is left of a person is there for documents alone.
  if (customer !== null) return { ...found, customer };
  return personal ? { ...found, customerMissing: true } : found;
}

interface ListedRow {
  readonly order_id: string;
  readonly placed_at: Date;
  readonly state: Json;
}

/** Newest first. A page goes on after the last order that was seen, so what is placed meanwhile moves nothing. */
async function listOrders(sql: Sql, filter: OrderFilter): Promise<Page<OrderView>> {
  const limit = Math.max(1, Math.min(filter.limit, pageOrdersMax));
  const cursor = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
  if (filter.cursor !== undefined && cursor === undefined) {
    throw new RangeError("Cannot go on listing orders: the cursor is none of ours");
  }
  const { channel, orderNumber, status, createdFrom } = filter;
  const rows = await sql<ListedRow[]>`
    select order_id, placed_at, state from orders_v2.orders
    where true
      ${channel === undefined ? sql`` : sql`and channel = ${channel}`}
      ${orderNumber === undefined ? sql`` : sql`and order_number = ${orderNumber}`}
      ${status === undefined ? sql`` : sql`and status = ${status}`}
      ${createdFrom === undefined ? sql`` : sql`and placed_at >= ${new Date(createdFrom)}`}
      ${cursor === undefined ? sql`` : sql`and (placed_at, order_id) < (${cursor.at}, ${cursor.id})`}
    order by placed_at desc, order_id desc
    limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const items = page.map(({ state }) => viewOf(state));
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return {
    items,
    next: formatCursor({ at: last.placed_at.toISOString(), id: last.order_id }),
  };
}

interface HistoryRow {
  readonly version: number;
  readonly type: string;
  readonly at: Date;
  readonly cause: string;
  readonly data: Json;
}

async function readHistory(sql: Sql, id: OrderId, after: number): Promise<readonly HistoryEvent[]> {
  const rows = await sql<HistoryRow[]>`
    select version, type, at, cause, data from orders_v2.order_events
    where order_id = ${id} and version > ${after} order by version limit ${historyEventsMax}`;
  return rows.map(({ version, type, at, cause, data }) => ({
    version,
    type,
    at: at.toISOString(),
    data,
    cause,
  }));
}
