import { begunEarlier } from "../folding.ts";
import { type ChangedParcel, foldParcels, parcels, type ShipmentRow } from "../parcels.ts";
import type { Projection } from "../projection.ts";
import type { MemoryDb, MemoryTx } from "./memory_rows.ts";
import { table } from "./tables.ts";

/** By `<carrier>:<number>`. */
export const parcelRows = table<ChangedParcel>("parcels_v1.parcels");
/** By shipment id. */
export const shipmentRows = table<ShipmentRow>("parcels_v1.shipments");

const { name, version, shape } = parcels;

/** The parcels of Postgres on the model: the same fold, and rows that are written the same way. */
export const memoryParcels: Projection<MemoryDb, MemoryTx> = {
  name,
  version,
  shape,
  project: async (records, db) => {
    const changes = foldParcels(await db.find(parcelRows, begunEarlier("parcel", records)), records);
    return (tx) => {
      for (const row of changes.shipments) tx.insert(shipmentRows, row.shipment_id, row);
      for (const [key, changed] of changes.parcels) tx.put(parcelRows, key, () => changed);
      return Promise.resolve();
    };
  },
};
