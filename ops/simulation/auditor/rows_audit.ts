import { type ActorId, keyOf } from "../../../actors/ids.ts";
import type { ParcelState } from "../../../actors/parcel/parcel_state.ts";
import type { SkuState } from "../../../actors/sku/sku_state.ts";
import { stockCounters } from "../../../actors/sku/stock_changes.ts";
import { orderEventRows, orderRows } from "../../../projections/model/memory_orders.ts";
import type { MemoryRows } from "../../../projections/model/memory_rows.ts";
import { memoryParcels, parcelRows, shipmentRows } from "../../../projections/model/memory_parcels.ts";
import { levelRows, memoryStock } from "../../../projections/model/memory_stock.ts";
import { schemaOf } from "../../../projections/projection.ts";
import type { ActorsAudit } from "./actors_audit.ts";
import type { LogAudit } from "./log_audit.ts";
import { promised } from "./violation.ts";

/** Orders, stock, parcels. */
const projectionsCount = 3;

/** What readers see, held against the fold of the log at the position that the rows claim. */
export class RowsAudit {
  readonly #rows: MemoryRows;
  readonly #actors: ActorsAudit;
  readonly #logOf: (actor: ActorId) => LogAudit;
  #checked = "";

  constructor(rows: MemoryRows, actors: ActorsAudit, logOf: (actor: ActorId) => LogAudit) {
    this.#rows = rows;
    this.#actors = actors;
    this.#logOf = logOf;
  }

  /** The least position of all projections in the partition. */
  behind(partition: number): number {
    const marks = this.#rows.positions().filter((at) => at.partition === partition);
    return marks.length < projectionsCount ? 0 : Math.min(...marks.map(({ mark }) => mark.sequence));
  }

  /** Checks everything, if any position has moved. */
  look(): void {
    const positions = this.#rows.positions(), now = positions.map(({ mark }) => mark.sequence).join();
    if (now === this.#checked) return;
    this.#checked = now;
    const at = new Map(
      positions.map(({ projection, partition, mark }) => [`${projection} ${partition}`, mark.sequence]),
    );
    const positionOf = (projection: string, { partition, origin }: LogAudit): number => {
      const position = at.get(`${projection} ${partition}`) ?? 0;
      if (position > 0 || origin === undefined) return position;
      // Before its rows begin they are its parent's, as far as that one's go.
      return Math.min(origin.split.sequence, positionOf(projection, origin.parent));
    };
    this.#checkOrders((actor) => positionOf("orders_v2", this.#logOf(actor)));
    this.#checkStock((actor) => positionOf(schemaOf(memoryStock), this.#logOf(actor)));
    this.#checkParcels((actor) => positionOf(schemaOf(memoryParcels), this.#logOf(actor)));
  }

  #checkOrders(positionOf: (actor: ActorId) => number): void {
    const rows = this.#rows.rows(orderRows), events = this.#rows.rows(orderEventRows).size;
    let due = 0;
    for (const id of this.#actors.ids("order")) {
      const position = positionOf(id), row = rows.get(keyOf(id));
      const version = this.#actors.versionAt(id, position);
      due += version;
      promised(
        "rows",
        (row?.version ?? 0) === version,
        () => `the row of ${id} is its version ${row?.version}, at ${position} it is ${version}`,
      );
    }
    promised("rows", events === due, () => `there are ${events} rows of order events, ${due} are due`);
  }

  #checkParcels(positionOf: (actor: ActorId) => number): void {
    const rows = this.#rows.rows(parcelRows), shipments = this.#rows.rows(shipmentRows);
    for (const id of this.#actors.ids("parcel")) {
      const position = positionOf(id), row = rows.get(keyOf(id));
      const version = this.#actors.versionAt(id, position), status = row?.state.standing.status ?? "unknown";
      const due = (this.#actors.statesAt(id, position).at(-1) as ParcelState).standing.status;
      promised(
        "rows",
        (row?.version ?? 0) === version && status === due,
        () => `the row of ${id} is ${status} at ${row?.version}, at ${position} it is ${due} at ${version}`,
      );
    }
    let left = 0;
    for (const [shipment, { order, sequence }] of this.#actors.shipments.left) {
      const due = sequence <= positionOf(order);
      if (due) left += 1;
      promised(
        "rows",
        shipments.has(shipment) === due,
        () => `the row of ${shipment} should be there: ${due}`,
      );
    }
    promised("rows", shipments.size === left, () => `there are ${shipments.size} shipments, ${left} left`);
  }

  #checkStock(positionOf: (actor: ActorId) => number): void {
    const rows = this.#rows.rows(levelRows);
    for (const id of this.#actors.ids("sku")) {
      const position = positionOf(id), state = this.#actors.statesAt(id, position).at(-1) as SkuState;
      for (const stock of state.locations) {
        const row = rows.get(`${keyOf(id)} ${stock.location}`);
        const wrong = stockCounters.find((counter) => (row?.[counter] ?? 0) !== stock[counter]);
        promised(
          "rows",
          wrong === undefined,
          () =>
            `${wrong} of ${id} at ${stock.location} is ${row?.[wrong!]} in its row, ${
              stock[wrong!]
            } at ${position}`,
        );
      }
    }
  }
}
