import type { Json } from "../../actors/actor.ts";
import { asking, type Sql } from "../database.ts";
import { type Channel, type Reachable, reachableOf } from "./recipients.ts";

/** Who holds a link: of a parcel's page, or one that stood in a message. */
export interface Audience {
  readonly orderId: string;
  readonly customer: Reachable;
  /** By which the link was sent; a parcel's page may be anybody's. */
  readonly channel?: Channel;
  /** The way to the customer's page, if a parcel has left. */
  readonly token?: string;
}

interface Row {
  readonly order_id: string;
  readonly channel: Channel | null;
  readonly token: string | null;
  readonly customer: Json | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function findAudience(sql: Sql, key: string): Promise<Audience | undefined> {
  const link = uuid.test(key) ? key : null; // Compared as a text, no index would find it.
  return asking("read who holds a link", async () => {
    const [row] = await sql<Row[]>`
      with held as (
        select order_id, null as channel from parcels_v1.shipments where token = ${key}
        union all select order_id, channel from outbox_v1.deliveries where link = ${link}::uuid)
      select h.order_id, h.channel, p.customer, coalesce(
        (select token from parcels_v1.shipments where token = ${key}),
        (select token from parcels_v1.shipments s where s.order_id = h.order_id
          order by handed_over_at desc limit 1)) as token
      from held h left join people_v1.customers p on p.order_id = h.order_id limit 1`;
    if (row === undefined) return undefined;
    const { order_id: orderId, channel, token, customer } = row;
    return {
      ...{ orderId, customer: reachableOf(customer) },
      ...(channel !== null && { channel }),
      ...(token !== null && { token }),
    };
  });
}
