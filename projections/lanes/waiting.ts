import { asking, type Sql } from "../database.ts";

/** A parcel that has not been told of its lane. */
export interface WaitingParcel {
  readonly parcel: string;
  readonly registeredAtMs: number;
  readonly service?: string;
  /** ISO 3166-1 alpha-2; absent where the shop has not described the location. */
  readonly origin?: string;
  /** Absent where the customer gave none, or is erased. */
  readonly destination?: string;
  /** The customer's data, or the order itself, may still be on its way to the rows. */
  readonly incomplete: boolean;
}

interface WaitingRow {
  readonly parcel: string;
  readonly registered_at: Date;
  readonly service: string | null;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly personal: boolean | null;
}

/** The newest first: one that nobody can tell holds up no other. */
export function waitingParcels(sql: Sql, parcelsMax: number): Promise<readonly WaitingParcel[]> {
  return asking("read which parcels wait for their lane", async () => {
    const rows = await sql<WaitingRow[]>`
      select j.parcel, j.registered_at, s.service, l.described->>'country' as origin,
        c.customer->'address'->>'country' as destination,
        o.state @> '{"placed":{"personal":true}}' as personal
      from lanes_v1.journeys j
        left join parcels_v1.shipments s on s.shipment_id = j.shipment_id
        left join orders_v2.orders o on o.order_id = s.order_id
        left join people_v1.customers c on c.order_id = s.order_id
        left join stock_v1.locations l on l.location = s.location
      where j.waits order by j.registered_at desc limit ${parcelsMax}`;
    return rows.map(({ parcel, registered_at, service, origin, destination, personal }) => ({
      parcel,
      registeredAtMs: registered_at.getTime(),
      ...(service !== null && { service }),
      ...(origin !== null && { origin }),
      ...(destination !== null && { destination }),
      incomplete: destination === null && personal !== false,
    }));
  });
}
