import { assert, type Json } from "../actors/actor.ts";
import { keyOf, kindOf } from "../actors/ids.ts";
import { type OrderEvent, orderEventVersions } from "../actors/order/events.ts";
import { order } from "../actors/order/order.ts";
import type { OrderView } from "../actors/order/order_view.ts";
import type { KnownOrder, OrderState } from "../actors/order/state.ts";
import { orderView } from "../actors/order/view.ts";
import type { Sql, Tx } from "./database.ts";
import { begunEarlier, type Folded, folded } from "./folding.ts";
import type { LogRecord } from "./log_record.ts";
import type { Projection } from "./projection.ts";

/** An order as far as it was folded. */
export type FoldedOrder = Folded<OrderState>;
export interface ChangedOrder extends FoldedOrder {
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface EventRow {
  readonly order_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly at: string;
  readonly cause: string;
  readonly data: Json;
}
export interface OrderChanges {
  readonly orders: ReadonlyMap<string, ChangedOrder>;
  readonly events: readonly EventRow[];
}

/** Orders that changed, as they are after these records, and every event on the way. `before` holds those placed earlier. */
export function foldOrders(
  before: ReadonlyMap<string, FoldedOrder>,
  records: readonly LogRecord[],
): OrderChanges {
  const orders = new Map<string, ChangedOrder>();
  const events: EventRow[] = [];
  for (const { record } of records) {
    for (const entry of record.entries) {
      if (kindOf(entry.actor) !== "order") continue;
      const id = keyOf(entry.actor);
      const input = record.inputs[entry.cause];
      assert(input !== undefined, `Cannot tell what caused event ${entry.version} of ${entry.actor}`);
      const old = orders.get(id);
      orders.set(id, {
        ...folded(order, old ?? before.get(id), entry, isKnown),
        createdAtMs: old?.createdAtMs ?? record.atMs,
        updatedAtMs: record.atMs,
      });
      events.push({
        order_id: id,
        version: entry.version,
        type: entry.type,
        schema_version: entry.v,
        at: new Date(record.atMs).toISOString(),
        cause: input.id,
        data: entry.data,
      });
    }
  }
  return { orders, events };
}

const isKnown = (type: string, v: number) =>
  Object.hasOwn(orderEventVersions, type) && orderEventVersions[type as OrderEvent["type"]] === v;

/** A row per order, holding the folded actor, and the history of each. */
export const orders: Projection<Sql, Tx> = {
  name: "orders",
  version: 2,
  shape: `2/${order.stateVersion}`,
  project: async (records, sql, schema) => {
    const before = await loadOrders(sql, schema, begunEarlier("order", records));
    const changes = foldOrders(before, records);
    return (tx) => write(tx, schema, changes);
  },
};

async function loadOrders(
  sql: Sql,
  schema: string,
  ids: readonly string[],
): Promise<Map<string, FoldedOrder>> {
  if (ids.length === 0) return new Map();
  const rows = await readOrders(sql, schema, ids);
  return new Map(
    rows.map(({ order_id, version, state }) => [order_id, { version, state: order.decode(state) }]),
  );
}

interface StoredOrder {
  readonly order_id: string;
  readonly version: number;
  readonly state: Json;
}

function readOrders(sql: Sql, schema: string, ids: readonly string[]): Promise<readonly StoredOrder[]> {
  return sql<StoredOrder[]>`
    select order_id, version, state from ${sql(schema)}.orders where order_id = any(${
    sql.array([...ids])
  }::text[])`;
}

/** The order as everyone sees it, from its row: by the same pure function as the answer of the API. */
export function viewOf(state: Json): OrderView {
  return orderView(placed(order.decode(state)));
}

function placed(state: OrderState): KnownOrder {
  assert(state.phase !== "unknown", "Cannot show an order that was never placed");
  return state;
}

async function write(tx: Tx, schema: string, { orders, events }: OrderChanges): Promise<void> {
  if (events.length === 0) return;
  const rows = [...orders].map(([id, changed]) => orderRow(id, changed));
  await tx`
    insert into ${tx(schema)}.orders as o
    select * from jsonb_to_recordset(${tx.json(rows)}) as r(
      order_id text, channel text, order_number text, status text, currency text, placed_at timestamptz,
      created_at timestamptz, updated_at timestamptz, total numeric, version int, state jsonb)
    on conflict (order_id) do update set status = excluded.status, updated_at = excluded.updated_at,
      total = excluded.total, version = excluded.version, state = excluded.state`;
  await tx`
    insert into ${tx(schema)}.order_events (order_id, version, type, schema_version, at, cause, data)
    select * from jsonb_to_recordset(${tx.json(events.map((event) => ({ ...event })))}) as r(
      order_id text, version int, type text, schema_version int, at timestamptz, cause text, data jsonb)`;
}

function orderRow(id: string, { state: folded, version, createdAtMs, updatedAtMs }: ChangedOrder) {
  const state = placed(folded);
  const { channel, orderNumber, currency, placedAt } = state.placed;
  const { status, total } = orderView(state);
  return {
    order_id: id,
    channel,
    order_number: orderNumber,
    status,
    currency,
    // Whole milliseconds: what a cursor can hold exactly.
    placed_at: new Date(placedAt).toISOString(),
    created_at: new Date(createdAtMs).toISOString(),
    updated_at: new Date(updatedAtMs).toISOString(),
    total,
    version,
    state: order.encode(state),
  };
}
