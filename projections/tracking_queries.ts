import type { Json } from "../actors/actor.ts";
import { order } from "../actors/order/order.ts";
import { parcel } from "../actors/parcel/parcel.ts";
import { asking, type Sql } from "./database.ts";
import type { ShipmentRow } from "./parcels.ts";
import { revisionOf, shipmentFound } from "./shipment_found.ts";
import type { ShipmentFound, TrackingQueries } from "./queries.ts";

interface FoundRow extends Omit<ShipmentRow, "handed_over_at"> {
  readonly handed_over_at: Date;
  readonly version: number | null;
  readonly state: Json | null;
  readonly order_state: Json | null;
  readonly language: string | null;
  readonly country: string | null;
  readonly described: { readonly [field: string]: Json } | null;
  readonly said: { readonly [request: string]: Json } | null;
}

/** Reads what became of parcels. */
export function trackingQueries(sql: Sql): TrackingQueries {
  const find = async (by: "shipment_id" | "token", value: string) => {
    const [row] = await sql<FoundRow[]>`
      select s.*, p.version, p.state, o.state as order_state,
        c.customer->>'language' as language, c.customer->'address'->>'country' as country, l.described,
        ${by === "token" ? sql`null` : saidOf(sql)} as said
      from parcels_v1.shipments s
        left join parcels_v1.parcels p on p.parcel = s.parcel
        left join orders_v2.orders o on o.order_id = s.order_id
        left join people_v1.customers c on c.order_id = s.order_id
        left join stock_v1.locations l on l.location = s.location
      where ${sql(`s.${by}`)} = ${value}`;
    return row && foundOf(row);
  };
  return {
    shipment: (id) => asking(`read shipment ${id}`, () => find("shipment_id", id)),
    byToken: (token) => asking("read a parcel", () => find("token", token)),
    revisionsOf: (tokens) => asking("read how parcels are", () => revisions(sql, tokens)),
  };
}

/** Only the shop reads what its customers wrote. */
const saidOf = (sql: Sql) =>
  sql`(select jsonb_object_agg(r.request, r.said) from people_v1.requests r where r.order_id = s.order_id)`;

async function revisions(sql: Sql, tokens: readonly string[]): Promise<Map<string, string>> {
  if (tokens.length === 0) return new Map();
  const rows = await sql<{ token: string; version: number | null }[]>`
    select s.token, p.version from parcels_v1.shipments s left join parcels_v1.parcels p on p.parcel = s.parcel
    where s.token = any(${sql.array([...tokens])}::text[])`;
  return new Map(rows.map(({ token, version }) => [token, revisionOf(version ?? undefined)]));
}

function foundOf(
  { version, state, order_state, language, country, described, said, ...row }: FoundRow,
): ShipmentFound {
  return shipmentFound({
    shipment: { ...row, handed_over_at: row.handed_over_at.toISOString() },
    ...(state !== null && version !== null && { parcel: { state: parcel.decode(state), version } }),
    ...(order_state !== null && { order: order.decode(order_state) }),
    language: language ?? undefined,
    country: country ?? undefined,
    described: described ?? undefined,
    said: said ?? undefined,
  });
}
