import type { Json } from "../../actors/actor.ts";
import { order } from "../../actors/order/order.ts";
import { stockCounters } from "../../actors/sku/stock_changes.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { MemoryRows } from "../model/memory_rows.ts";
import { memoryOrders, orderEventRows, orderRows } from "../model/memory_orders.ts";
import { levelRows, memoryStock } from "../model/memory_stock.ts";
import type { Sql, Tx } from "../database.ts";
import { orders } from "../orders.ts";
import { postgresRows } from "../postgres_rows.ts";
import type { Projection } from "../projection.ts";
import type { RowStore } from "../row_store.ts";
import { stockLevels } from "../stock_levels.ts";
import { askRetry } from "../unprojected_rows.ts";
import { TownLog } from "./town_log.ts";

/** What rows say, however they are kept. */
export interface Told {
  /** By order id: its version and its state as the actor encodes it. */
  readonly orders: Record<string, readonly [version: number, state: Json]>;
  /** By SKU and location: the units of every counter. */
  readonly levels: Record<string, readonly number[]>;
  /** `<order> <version> <type>` of every event. */
  readonly events: readonly string[];
  /** By projection: the sequence that it stands at. */
  readonly positions: Record<string, number>;
}

/** A store that a suite can be run on. */
export interface RowsKit<Db, Tx> {
  readonly rows: RowStore<Db, Tx>;
  readonly orders: Projection<Db, Tx>;
  readonly stock: Projection<Db, Tx>;
  tell(): Promise<Told>;
  /** As an operator does who wants what could not be projected to be tried again. */
  askRetry(projection: string): Promise<void>;
  /** What a crash of the server leaves that had flushed nothing: neither rows nor positions. */
  loseAll(): Promise<void>;
}

export function memoryKit(server = new MemoryRows()) {
  return {
    server,
    rows: server.connect(),
    orders: memoryOrders,
    stock: memoryStock,
    tell: () => Promise.resolve(toldBy(server)),
    askRetry: (projection: string) => Promise.resolve(server.askRetry({ projection, partition: 0 })),
    loseAll: () => Promise.resolve(void server.crash(Infinity)),
  };
}

export function toldBy(server: MemoryRows): Told {
  return {
    orders: Object.fromEntries(
      [...server.rows(orderRows)].map(([id, { version, state }]) => [id, [version, order.encode(state)]]),
    ),
    levels: Object.fromEntries(
      [...server.rows(levelRows)].map(([key, row]) => [key, stockCounters.map((counter) => row[counter])]),
    ),
    events: [...server.rows(orderEventRows)].map(([key, { type }]) => `${key} ${type}`).sort(),
    positions: Object.fromEntries(server.positions().map((at) => [at.projection, at.mark.sequence])),
  };
}

export function postgresKit(sql: Sql, loseAll: () => Promise<void>): RowsKit<Sql, Tx> {
  return {
    ...{ rows: postgresRows(sql), orders, stock: stockLevels, loseAll, tell: () => toldInPostgres(sql) },
    askRetry: async (projection) => void await askRetry(sql, { projection, partition: 0 }),
  };
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

async function toldInPostgres(sql: Sql): Promise<Told> {
  const orders = await sql<{ id: string; version: number; state: Json }[]>`
    select order_id as id, version, state from orders_v2.orders`;
  const levels = await sql<Record<string, number | string>[]>`select * from stock_v1.stock_levels`;
  const events = await sql<{ told: string }[]>`
    select order_id || ' ' || version || ' ' || type as told from orders_v2.order_events`;
  const positions = await sql<{ projection: string; sequence: number }[]>`
    select projection, sequence from waybill.positions`;
  return {
    orders: Object.fromEntries(
      orders.map(({ id, version, state }) => [id, [version, order.encode(order.decode(state))]]),
    ),
    levels: Object.fromEntries(
      levels.map((row) => [
        `${row.sku} ${row.location}`,
        stockCounters.map((counter) => Number(row[snake(counter)])),
      ]),
    ),
    events: events.map(({ told }) => told).sort(),
    positions: Object.fromEntries(positions.map(({ projection, sequence }) => [projection, sequence])),
  };
}

/** What the rows must say once they hold all of the town's log: what its actors are. */
export function expectedOf(town: TownLog): Pick<Told, "orders" | "levels"> {
  return {
    orders: Object.fromEntries(
      [...town.orders()].map(([id, { version, state }]) => [id, [version, order.encode(state)]]),
    ),
    levels: Object.fromEntries(
      [...town.skus()].flatMap(([sku, { state }]) =>
        state.locations.map((stock) =>
          [`${sku} ${stock.location}`, stockCounters.map((counter) => stock[counter])] as const
        )
      ),
    ),
  };
}

export async function openTown() {
  const broker = new MemoryServer().connect();
  await TownLog.streams(broker);
  return { broker, town: new TownLog(broker) };
}
