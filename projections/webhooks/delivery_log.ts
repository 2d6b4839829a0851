import type { Json } from "../../actors/actor.ts";
import { formatCursor, parseCursor } from "../cursor.ts";
import { asking, type Sql, transaction, type Tx } from "../database.ts";
import type { Page } from "../queries.ts";
import type { FrozenEvent } from "./cloud_event.ts";
import { deliveryIdOf, writeDeliveries } from "./outbox.ts";

export const deliveryStates = ["pending", "delivered", "failed"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface AttemptView {
  readonly attempt: number;
  readonly at: string;
  readonly ms: number;
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  readonly error?: string;
  /** How the answer's body begins. */
  readonly response?: string;
}
export interface DeliveryView {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly type: string;
  readonly subject: string;
  readonly happenedAt: string;
  readonly createdAt: string;
  readonly status: DeliveryState;
  /** While pending. */
  readonly nextAttemptAt?: string;
  /** Oldest first, the last ones. */
  readonly attempts: readonly AttemptView[];
}
export interface DeliveryFilter {
  readonly endpointId: string;
  readonly status?: DeliveryState;
  readonly limit: number;
  readonly cursor?: string;
}

/** A change that is made once, however often it is asked for. */
export interface Once {
  /** Names it among all requests ever made. */
  readonly request: string;
  readonly fingerprint: string;
}
export type Replay =
  & { readonly endpointId: string }
  & (
    | { readonly deliveryId: string }
    /** Those of events that happened then or later, that are in one of these states. */
    | { readonly sinceMs: number; readonly states: readonly DeliveryState[] }
  );
export type OnceDone =
  | { readonly kind: "done"; readonly answer: Json; readonly replayed: boolean }
  /** The same request with another body. */
  | { readonly kind: "mismatch" };

/** What was told to endpoints, and telling it again. Throws `Fault("database.unavailable")` when it cannot be asked. */
export interface DeliveryLog {
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<Page<DeliveryView>>;
  /** How many deliveries a replay is about. */
  count(replay: Replay): Promise<number>;
  /** Answers with `{ matched, replayed }`: at most `replayedMax` of them, the oldest, are due again. */
  replay(replay: Replay, once: Once): Promise<OnceDone>;
  /** Tells one endpoint this. Answers with `{ deliveryId, eventId }`. */
  tell(endpointId: string, event: FrozenEvent, once: Once): Promise<OnceDone>;
}

const attemptsShownMax = 50;
export const replayedMax = 10_000;

export function deliveryLog(sql: Sql): DeliveryLog {
  return {
    list: (filter) => asking("list deliveries", () => list(sql, filter)),
    count: (replay) => asking("count deliveries", () => countOf(sql, replay)),
    replay: (replay, once) =>
      asking("replay deliveries", () => doOnce(sql, once, (tx) => replayIn(tx, replay))),
    tell: (endpointId, event, once) =>
      asking("tell an endpoint", () =>
        doOnce(sql, once, async (tx) => {
          await writeDeliveries(tx, [event], [{ endpointId, eventId: event.eventId }]);
          return { deliveryId: deliveryIdOf(endpointId, event.eventId), eventId: event.eventId };
        })),
  };
}

interface ListedRow {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly type: string;
  readonly subject: string;
  readonly happened_at: Date;
  readonly created_at: Date;
  readonly state: DeliveryState;
  readonly due_at: Date;
  readonly attempts: readonly (AttemptView & { readonly [field: string]: unknown })[];
}

async function list(sql: Sql, filter: DeliveryFilter): Promise<Page<DeliveryView>> {
  const { endpointId, status, limit } = filter;
  const after = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
  const rows = await sql<ListedRow[]>`
    select d.delivery_id, d.event_id, e.type, e.subject, e.happened_at,
      date_trunc('milliseconds', d.created_at) as created_at, d.state, d.due_at,
      coalesce((select jsonb_agg(to_jsonb(a) - 'delivery_id' order by a.attempt) from (
        select * from webhooks_v1.attempts where delivery_id = d.delivery_id
        order by attempt desc limit ${attemptsShownMax}) a), '[]') as attempts
    from webhooks_v1.deliveries d join webhooks_v1.events e using (event_id)
    where d.endpoint_id = ${endpointId}
      ${status === undefined ? sql`` : sql`and d.state = ${status}`}
      ${
    after === undefined ? sql`` : sql`
      and (date_trunc('milliseconds', d.created_at), d.delivery_id) < (${after.at}, ${after.id})`
  }
    order by date_trunc('milliseconds', d.created_at) desc, d.delivery_id desc
    limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(viewOf), last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: formatCursor({ at: last.createdAt, id: last.deliveryId }) };
}

function viewOf(row: ListedRow): DeliveryView {
  return {
    ...{ deliveryId: row.delivery_id, eventId: row.event_id, type: row.type, subject: row.subject },
    ...{
      happenedAt: row.happened_at.toISOString(),
      createdAt: row.created_at.toISOString(),
      status: row.state,
    },
    ...(row.state === "pending" && { nextAttemptAt: row.due_at.toISOString() }),
    attempts: row.attempts.map(({ attempt, at, ms, status, error, response }) => ({
      ...{ attempt, at: new Date(at).toISOString(), ms },
      ...(typeof status === "number" && { status }),
      ...(typeof error === "string" && { error }),
      ...(typeof response === "string" && { response }),
    })),
  };
}

const chosen = (sql: Sql | Tx, replay: Replay) =>
  "deliveryId" in replay
    ? sql`d.endpoint_id = ${replay.endpointId} and d.delivery_id = ${replay.deliveryId}`
    : sql`d.endpoint_id = ${replay.endpointId} and e.happened_at >= ${new Date(replay.sinceMs)}
        and d.state = any(${sql.array([...replay.states])}::text[])`;

async function countOf(sql: Sql | Tx, replay: Replay): Promise<number> {
  const [row] = await sql<{ matched: number }[]>`
    select count(*) as matched from webhooks_v1.deliveries d join webhooks_v1.events e using (event_id)
    where ${chosen(sql, replay)}`;
  return row?.matched ?? 0;
}

async function replayIn(tx: Tx, replay: Replay): Promise<Json> {
  const matched = await countOf(tx, replay);
  const { count } = await tx`
    update webhooks_v1.deliveries set state = 'pending', due_at = now(), tries = 0
    where delivery_id in (
      select d.delivery_id from webhooks_v1.deliveries d join webhooks_v1.events e using (event_id)
      where ${chosen(tx, replay)} order by e.happened_at, d.delivery_id limit ${replayedMax})`;
  return { matched, replayed: count };
}

/** One of several that ask at once does it; the others wait for its answer. */
function doOnce(
  sql: Sql,
  { request, fingerprint }: Once,
  work: (tx: Tx) => Promise<Json>,
): Promise<OnceDone> {
  return transaction(sql, async (tx): Promise<OnceDone> => {
    const { count: isFirst } = await tx`
      insert into webhooks_v1.requests (request, fingerprint, answer) values (${request}, ${fingerprint}, 'null')
      on conflict do nothing`;
    if (isFirst === 0) {
      const [before] = await tx<{ fingerprint: string; answer: Json }[]>`
        select fingerprint, answer from webhooks_v1.requests where request = ${request}`;
      if (before?.fingerprint !== fingerprint) return { kind: "mismatch" };
      return { kind: "done", answer: before.answer, replayed: true };
    }
    const answer = await work(tx);
    await tx`update webhooks_v1.requests set answer = ${tx.json(answer)} where request = ${request}`;
    return { kind: "done", answer, replayed: false };
  });
}

/** Forgets what was told longer ago, some of it at a time; how many events went. */
export async function forgetOld(
  sql: Sql,
  { keptMs, countMax }: { keptMs: number; countMax: number },
): Promise<number> {
  return await asking("forget old deliveries", async () => {
    const before = sql`now() - ${keptMs} * interval '1 millisecond'`;
    await sql`delete from webhooks_v1.requests where at < ${before}`;
    const { count } = await sql`
      delete from webhooks_v1.events where event_id in (
        select event_id from webhooks_v1.events where kept_at < ${before} limit ${countMax})`;
    return count;
  });
}
