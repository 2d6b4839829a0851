import { type ChangedOrder, type EventRow, foldOrders, orders } from "../orders.ts";
import { begunEarlier } from "../folding.ts";
import type { Projection } from "../projection.ts";
import type { MemoryDb, MemoryTx } from "./memory_rows.ts";
import { table } from "./tables.ts";

/** By order id. */
export const orderRows = table<ChangedOrder>("orders_v2.orders");
/** By order id and version. */
export const orderEventRows = table<EventRow>("orders_v2.order_events");

const { name, version, shape } = orders;

/** The orders of Postgres on the model: the same fold, and rows that are written the same way. */
export const memoryOrders: Projection<MemoryDb, MemoryTx> = {
  name,
  version,
  shape,
  project: async (records, db) => {
    const changes = foldOrders(await db.find(orderRows, begunEarlier("order", records)), records);
    return (tx) => {
      for (const [id, changed] of changes.orders) {
        tx.put(
          orderRows,
          id,
          (before) => ({ ...changed, createdAtMs: before?.createdAtMs ?? changed.createdAtMs }),
        );
      }
      for (const event of changes.events) {
        tx.insert(orderEventRows, `${event.order_id} ${event.version}`, event);
      }
      return Promise.resolve();
    };
  },
};
