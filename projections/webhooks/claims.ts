import { asking, type Sql } from "../database.ts";

/** A delivery that is this courier's to send, until its claim ends. */
export interface Claimed {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly body: string;
  /** Counts all that were ever begun: 1, 2, 3 … */
  readonly attempt: number;
  /** The same since it was asked for last. */
  readonly tries: number;
  /** The event, as the catalogue calls it. */
  readonly name: string;
  /** W3C trace context of the request behind the event; absent when nobody traces that. */
  readonly traceparent?: string;
}

/** How many more of an endpoint's deliveries may be sent at once. */
export interface Room {
  readonly endpointId: string;
  readonly free: number;
}

/**
 * Whoever names it in a statement does not wait for the disk: what a crash of the server takes back of claims and records is sent once
 * more, under the same id.
 */
const lazily = (sql: Sql) =>
  sql`lazily as materialized (select set_config('synchronous_commit', 'off', true))`;

/** What came of an attempt. */
export interface Attempted {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly atMs: number;
  readonly ms: number;
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  readonly error?: string;
  /** How the answer's body begins. */
  readonly response?: string;
  readonly then: { readonly state: "delivered" | "failed" } | {
    readonly state: "pending";
    readonly afterMs: number;
  };
}

interface ClaimedRow {
  readonly delivery_id: string;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly body: string;
  readonly attempt: number;
  readonly tries: number;
  readonly name: string;
  readonly traceparent: string | null;
}

/**
 * Takes deliveries that are due: of each endpoint its oldest, at most as many as it has room for, and `countMax` in all, in the order of
 * the endpoints given. What is taken is counted as begun before it is sent and is nobody else's for `claimMs`; whoever dies meanwhile
 * leaves it to the next, as another attempt. Throws `Fault("database.unavailable")`.
 */
export async function claimDue(
  sql: Sql,
  { rooms, countMax, claimMs }: {
    readonly rooms: readonly Room[];
    readonly countMax: number;
    readonly claimMs: number;
  },
): Promise<Claimed[]> {
  const rows = await asking("claim deliveries", () =>
    sql<ClaimedRow[]>`
      with ${lazily(sql)}, room as (
        select * from unnest(${sql.array(rooms.map(({ endpointId }) => endpointId))}::text[], ${
      sql.array(rooms.map(({ free }) => free))
    }::int[]) with ordinality as r(endpoint_id, free, place)
      ), due as (
        select d.delivery_id from room r cross join lateral (
          select delivery_id from webhooks_v1.deliveries
          where endpoint_id = r.endpoint_id and state = 'pending' and due_at <= now()
          order by due_at limit r.free for update skip locked
        ) d order by r.place limit ${countMax}
      )
      update webhooks_v1.deliveries d
      set attempt = d.attempt + 1, tries = d.tries + 1, due_at = now() + ${claimMs} * interval '1 millisecond'
      from lazily, due, webhooks_v1.events e
      where d.delivery_id = due.delivery_id and e.event_id = d.event_id
      returning d.delivery_id, d.endpoint_id, d.event_id, e.body, d.attempt, d.tries, e.name,
        d.traceparent`);
  return rows.map(({ delivery_id, endpoint_id, event_id, traceparent, ...row }) => ({
    ...{ deliveryId: delivery_id, endpointId: endpoint_id, eventId: event_id },
    ...row,
    ...(traceparent !== null && { traceparent }),
  }));
}

/**
 * Ends claims with what came of them, all in one statement; each delivery at most once. What somebody else has claimed since stays his;
 * the attempt stands in the log either way.
 */
export async function recordAttempts(sql: Sql, attempts: readonly Attempted[]): Promise<void> {
  const rows = attempts.map(({ deliveryId, attempt, atMs, ms, then, ...said }) => ({
    ...{ delivery_id: deliveryId, attempt, at: new Date(atMs).toISOString(), ms: Math.round(ms), ...said },
    ...{ state: then.state, after_ms: then.state === "pending" ? then.afterMs : 0 },
  }));
  await asking("record deliveries", () =>
    sql`
      with ${lazily(sql)}, done as (
        select r.* from lazily, jsonb_to_recordset(${sql.json(rows)}) as r(
          delivery_id text, attempt int, at timestamptz, ms int, status int, error text, response text,
          state text, after_ms float8)
      ), moved as (
        update webhooks_v1.deliveries d
        set state = done.state, due_at = now() + done.after_ms * interval '1 millisecond'
        from done where d.delivery_id = done.delivery_id and d.state = 'pending'
          and (d.attempt = done.attempt or done.state = 'delivered')
      )
      insert into webhooks_v1.attempts (delivery_id, attempt, at, ms, status, error, response)
      select done.delivery_id, done.attempt, at, ms, status, error, response
      from done join webhooks_v1.deliveries using (delivery_id)
      on conflict do nothing`);
}

/** Gives back what was claimed and not begun. */
export async function release(sql: Sql, deliveries: readonly Claimed[]): Promise<void> {
  if (deliveries.length === 0) return;
  await asking("release deliveries", () =>
    sql`
      update webhooks_v1.deliveries d set due_at = now(), tries = d.tries - 1
      from unnest(${sql.array(deliveries.map(({ deliveryId }) => deliveryId))}::text[], ${
      sql.array(deliveries.map(({ attempt }) => attempt))
    }::int[]) as r(delivery_id, attempt)
      where d.delivery_id = r.delivery_id and d.attempt = r.attempt and d.state = 'pending'`);
}

/** Since when the endpoint has taken nothing, milliseconds since 1970; undefined: it just took something. */
export async function noteHealth(sql: Sql, endpointId: string, took: boolean): Promise<number | undefined> {
  const [row] = await asking(
    "note how an endpoint is",
    () =>
      took
        ? sql<
          { since: Date }[]
        >`delete from webhooks_v1.failing where endpoint_id = ${endpointId} returning since`
        : sql<{ since: Date }[]>`
        insert into webhooks_v1.failing (endpoint_id, since) values (${endpointId}, now())
        on conflict (endpoint_id) do update set endpoint_id = excluded.endpoint_id returning since`,
  );
  return took ? undefined : row?.since.getTime();
}
