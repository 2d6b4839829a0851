import type { Json } from "../actors/actor.ts";
import { keyOf, kindOf } from "../actors/ids.ts";
import type { OrderShipped } from "../actors/order/shipping_events.ts";
import { parcel } from "../actors/parcel/parcel.ts";
import { type ParcelEvent, parcelEventVersions } from "../actors/parcel/parcel_events.ts";
import type { ParcelState } from "../actors/parcel/parcel_state.ts";
import type { Sql, Tx } from "./database.ts";
import { begunEarlier, type Folded, folded } from "./folding.ts";
import type { LogRecord } from "./log_record.ts";
import type { Projection } from "./projection.ts";

export type FoldedParcel = Folded<ParcelState>;
export interface ChangedParcel extends FoldedParcel {
  readonly updatedAtMs: number;
}

/** A shipment as the order recorded it; what becomes of its parcel stands in the parcel's own row. */
export interface ShipmentRow {
  readonly shipment_id: string;
  readonly order_id: string;
  /** `<carrier>:<number>`. */
  readonly parcel: string;
  readonly token: string;
  readonly reference: string;
  readonly location: string;
  readonly service: string | null;
  readonly handed_over_at: string;
  readonly lines: readonly { readonly line: number; readonly sku: string; readonly quantity: number }[];
}
export interface ParcelChanges {
  readonly parcels: ReadonlyMap<string, ChangedParcel>;
  readonly shipments: readonly ShipmentRow[];
}

const isKnown = (type: string, v: number) => {
  const versions: readonly number[] | undefined = parcelEventVersions[type as ParcelEvent["type"]];
  return versions?.includes(v) === true;
};

/** What orders shipped in these records, and parcels as they are after them. `before` holds those that were known earlier. */
export function foldParcels(
  before: ReadonlyMap<string, FoldedParcel>,
  records: readonly LogRecord[],
): ParcelChanges {
  const parcels = new Map<string, ChangedParcel>(), shipments: ShipmentRow[] = [];
  for (const { record } of records) {
    for (const entry of record.entries) {
      const kind = kindOf(entry.actor), key = keyOf(entry.actor);
      if (kind === "parcel") {
        const now = folded(parcel, parcels.get(key) ?? before.get(key), entry, isKnown);
        parcels.set(key, { ...now, updatedAtMs: record.atMs });
      } else if (kind === "order" && entry.type === "order.shipped") {
        shipments.push(shipmentRow(key, entry.data as unknown as OrderShipped["data"]));
      }
    }
  }
  return { parcels, shipments };
}

function shipmentRow(orderId: string, shipped: OrderShipped["data"]): ShipmentRow {
  const { shipment, carrier, trackingNumber, token, reference, location, service, atMs, lines } = shipped;
  return {
    shipment_id: shipment,
    order_id: orderId,
    parcel: `${carrier}:${trackingNumber}`,
    token,
    reference,
    location,
    service: service ?? null,
    handed_over_at: new Date(atMs).toISOString(),
    lines: lines.map(({ line, sku, quantity }) => ({ line, sku, quantity })),
  };
}

/** A row per shipment, and one per parcel, holding the folded actor. */
export const parcels: Projection<Sql, Tx> = {
  name: "parcels",
  version: 1,
  shape: `1/${parcel.stateVersion}`,
  project: async (records, sql, schema) => {
    const changes = foldParcels(await loadParcels(sql, schema, begunEarlier("parcel", records)), records);
    return (tx) => write(tx, schema, changes);
  },
};

/** Parcels as their rows have them; those that there are none of are left out. */
export async function loadParcels(
  sql: Sql,
  schema: string,
  keys: readonly string[],
): Promise<Map<string, FoldedParcel>> {
  if (keys.length === 0) return new Map();
  const rows = await sql<{ parcel: string; version: number; state: Json }[]>`
    select parcel, version, state from ${sql(schema)}.parcels where parcel = any(${
    sql.array([...keys])
  }::text[])`;
  return new Map(
    rows.map(({ parcel: key, version, state }) => [key, { version, state: parcel.decode(state) }]),
  );
}

async function write(tx: Tx, schema: string, { parcels, shipments }: ParcelChanges): Promise<void> {
  if (shipments.length > 0) {
    await tx`
      insert into ${tx(schema)}.shipments
      select * from jsonb_to_recordset(${tx.json(shipments.map((row) => ({ ...row })))}) as r(
        shipment_id text, order_id text, parcel text, token text, reference text, location text, service text,
        handed_over_at timestamptz, lines jsonb)`;
  }
  if (parcels.size === 0) return;
  const rows = [...parcels].map(([key, { state, version, updatedAtMs }]) => ({
    parcel: key,
    version,
    status: state.standing.status,
    updated_at: new Date(updatedAtMs).toISOString(),
    state: parcel.encode(state),
  }));
  await tx`
    insert into ${tx(schema)}.parcels
    select * from jsonb_to_recordset(${tx.json(rows)}) as r(
      parcel text, version int, status text, updated_at timestamptz, state jsonb)
    on conflict (parcel) do update set version = excluded.version, status = excluded.status,
      updated_at = excluded.updated_at, state = excluded.state`;
}
