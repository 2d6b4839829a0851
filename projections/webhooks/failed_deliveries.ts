import { asking, type Sql } from "../database.ts";

/** A delivery that was given up, with how its last try ended. */
export interface FailedDelivery {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly type: string;
  readonly subject: string;
  /** RFC 3339. */
  readonly happenedAt: string;
  readonly attempts: number;
  readonly error: string;
}
interface FailedRow extends Omit<FailedDelivery, "happenedAt" | "error"> {
  readonly happenedAt: Date;
  readonly status: number | null;
  readonly error: string | null;
}

/** Newest first; of one delivery alone, where it is named. */
export function failedDeliveries(
  sql: Sql,
  { limit, deliveryId }: { readonly limit: number; readonly deliveryId?: string },
): Promise<FailedDelivery[]> {
  return asking("list deliveries that were given up", async () => {
    const rows = await sql<FailedRow[]>`
      select d.delivery_id as "deliveryId", d.endpoint_id as "endpointId", e.type, e.subject,
        e.happened_at as "happenedAt", d.attempt as attempts, a.status, a.error
      from webhooks_v1.deliveries d join webhooks_v1.events e using (event_id)
        left join webhooks_v1.attempts a on a.delivery_id = d.delivery_id and a.attempt = d.attempt
      where d.state = 'failed' ${deliveryId === undefined ? sql`` : sql`and d.delivery_id = ${deliveryId}`}
      order by d.created_at desc, d.delivery_id desc limit ${limit}`;
    return rows.map(({ happenedAt, status, error, ...row }) => ({
      ...row,
      happenedAt: happenedAt.toISOString(),
      error: error ?? (status === null ? "no answer" : `answered ${status}`),
    }));
  });
}

/** As if it were news of now; false when it was not given up. */
export function retryFailed(sql: Sql, deliveryId: string): Promise<boolean> {
  return asking("retry a delivery", async () => {
    const { count } = await sql`
      update webhooks_v1.deliveries set state = 'pending', due_at = now(), tries = 0
      where delivery_id = ${deliveryId} and state = 'failed'`;
    return count > 0;
  });
}

/** Forgets that it was ever to be told; false when it was not given up. */
export function dropFailed(sql: Sql, deliveryId: string): Promise<boolean> {
  return asking("drop a delivery", async () => {
    const { count } = await sql`
      delete from webhooks_v1.deliveries where delivery_id = ${deliveryId} and state = 'failed'`;
    return count > 0;
  });
}
