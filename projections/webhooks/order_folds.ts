import type { Json } from "../../actors/actor.ts";
import { actorId, type OrderId } from "../../actors/ids.ts";
import { type OrderEvent, orderEventVersions } from "../../actors/order/events.ts";
import { order } from "../../actors/order/order.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { Fault } from "../../streams/faults.ts";
import type { Entry } from "../../streams/record.ts";
import type { Sql } from "../database.ts";
import { type Folded, folded } from "../folding.ts";

export type FoldedOrder = Folded<OrderState>;

/** Orders are asked for again and again in their first minutes; beyond these they are read. */
const ordersMax = 2_000;

export const isKnownOrderEvent = (type: string, v: number): boolean =>
  Object.hasOwn(orderEventVersions, type) && orderEventVersions[type as OrderEvent["type"]] === v;

/**
 * Orders as they were at a version, folded from their history. What is told of an event is how the order stood then, however far its
 * rows are by now; nothing of it is kept, so that it does not depend on the shape of an actor's state.
 */
export class OrderFolds {
  readonly #recent = new Map<string, FoldedOrder>();

  /** The order at this version. Throws the `Fault` "projection.early" while the history does not reach so far. */
  async before(sql: Sql, firsts: ReadonlyMap<string, number>): Promise<Map<string, FoldedOrder>> {
    const found = new Map<string, FoldedOrder>(), missing = new Map<string, number>();
    for (const [id, first] of firsts) {
      const recent = this.#recent.get(id);
      if (recent?.version === first - 1) found.set(id, recent);
      else if (first > 1) missing.set(id, first - 1);
    }
    for (const [id, fold] of await foldHistories(sql, missing)) found.set(id, fold);
    return found;
  }

  keep(id: string, fold: FoldedOrder): void {
    this.#recent.delete(id); // A Map keeps insertion order: deleting first makes this order the youngest.
    this.#recent.set(id, fold);
    if (this.#recent.size <= ordersMax) return;
    const oldest = this.#recent.keys().next();
    if (!oldest.done) this.#recent.delete(oldest.value);
  }
}

interface HistoryRow {
  readonly order_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: Json;
}

async function foldHistories(
  sql: Sql,
  versions: ReadonlyMap<string, number>,
): Promise<Map<string, FoldedOrder>> {
  const folds = new Map<string, FoldedOrder>();
  if (versions.size === 0) return folds;
  const rows = await sql<HistoryRow[]>`
    select e.order_id, e.version, e.type, e.schema_version, e.data
    from unnest(${sql.array([...versions.keys()])}::text[], ${
    sql.array([...versions.values()])
  }::int[]) as w(order_id, upto)
      join orders_v2.order_events e on e.order_id = w.order_id and e.version <= w.upto
    order by e.order_id, e.version`;
  for (const { order_id, version, type, schema_version, data } of rows) {
    const entry: Entry = {
      actor: actorId("order", order_id as OrderId),
      ...{ version, type, v: schema_version, data, cause: 0 },
    };
    folds.set(order_id, folded(order, folds.get(order_id), entry, isKnownOrderEvent));
  }
  for (const [id, version] of versions) {
    const reached = folds.get(id)?.version ?? 0;
    if (reached < version) {
      throw new Fault(
        "projection.early",
        `Cannot tell of order ${id} at ${version}: its rows end at ${reached}`,
      );
    }
  }
  return folds;
}
