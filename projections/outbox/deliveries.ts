import type { Json } from "../../actors/actor.ts";
import { asking, type Sql } from "../database.ts";
import type { Milestone, MilestoneFacts } from "./milestones.ts";
import { type Channel, type Reachable, reachableOf } from "./recipients.ts";

/** A delivery that is to be sent now, and whom it concerns. */
export interface DueDelivery {
  readonly deliveryId: string;
  readonly milestone: Milestone;
  readonly channel: Channel;
  /** The hash of the address. */
  readonly recipient: string;
  readonly orderId: string;
  readonly facts: MilestoneFacts;
  readonly link: string;
  /** This one included. */
  readonly attempts: number;
  /** Since the milestone's record. */
  readonly ageMs: number;
  /** Empty when the person has been erased. */
  readonly customer: Reachable;
  /** W3C trace context of the request behind the milestone; absent when nobody traces that. */
  readonly traceparent?: string;
}

/** How it ended, or when it is tried again. */
export type Settling =
  | { readonly state: "sent" | "opted_out" }
  | { readonly state: "gone" | "parked"; readonly problem: string }
  | {
    readonly state: "waiting";
    readonly afterMs: number;
    readonly problem: string;
    readonly untried?: true;
  };

interface DueRow {
  readonly delivery_id: string;
  readonly milestone: Milestone;
  readonly channel: Channel;
  readonly recipient: string;
  readonly order_id: string;
  readonly facts: MilestoneFacts;
  readonly link: string;
  readonly attempts: number;
  readonly age_ms: number;
  readonly customer: Json | null;
  readonly traceparent: string | null;
}
const problemCharsMax = 300;

/** What is to be sent, shared by all couriers; Postgres' clock is the only one. */
export function openDeliveries(sql: Sql) {
  return {
    /** Takes due ones, oldest first, for as long as `claimMs`: whoever dies with them leaves them to others. */
    claim: (channel: Channel, { max, claimMs }: { readonly max: number; readonly claimMs: number }) =>
      asking("claim deliveries", async () => {
        const rows = await sql<DueRow[]>`
          with due as (
            select delivery_id from outbox_v1.deliveries
            where channel = ${channel} and state = 'waiting' and due_at <= now()
            order by due_at limit ${max} for update skip locked),
          claimed as (
            update outbox_v1.deliveries d set attempts = d.attempts + 1,
              due_at = now() + make_interval(secs => ${claimMs / 1000})
            from due where d.delivery_id = due.delivery_id
            returning d.*)
          select c.delivery_id, c.milestone, c.channel, c.recipient, c.order_id, c.facts, c.link::text, c.attempts,
            (extract(epoch from now() - c.at) * 1000)::float8 as age_ms, p.customer, c.traceparent
          from claimed c left join people_v1.customers p on p.order_id = c.order_id
          order by c.at`;
        return rows.map(dueOf);
      }),

    /** Those that are still being sent are nobody else's for so long. */
    hold: (ids: readonly string[], claimMs: number) =>
      asking("hold deliveries", async () => {
        await sql`
          update outbox_v1.deliveries set due_at = now() + make_interval(secs => ${claimMs / 1000})
          where state = 'waiting' and delivery_id = any(${sql.array([...ids])}::text[])`;
      }),

    settle: (deliveryId: string, settling: Settling) =>
      asking("settle a delivery", async () => {
        const problem = "problem" in settling ? settling.problem.slice(0, problemCharsMax) : null;
        const afterS = settling.state === "waiting" ? settling.afterMs / 1000 : 0;
        // What another courier has settled meanwhile stays.
        await sql`
          update outbox_v1.deliveries set state = ${settling.state}, problem = ${problem},
            due_at = now() + make_interval(secs => ${afterS}),
            settled_at = case when ${settling.state} = 'waiting' then null else now() end
          where delivery_id = ${deliveryId} and state = 'waiting'`;
      }),

    /** How many wait, and how many were given up, by channel. */
    counts: () =>
      asking(
        "count deliveries",
        () =>
          sql<{ channel: Channel; state: "waiting" | "parked"; count: number }[]>`
        select channel, state, count(*) from outbox_v1.deliveries where state = 'waiting' group by channel, state
        union all
        select channel, state, count(*) from outbox_v1.deliveries where state = 'parked' group by channel, state`,
      ),

    /** Those that were given up, newest first; of one delivery alone, where it is named. */
    parked: ({ limit, deliveryId }: { readonly limit: number; readonly deliveryId?: string }) =>
      asking("list parked deliveries", () =>
        sql<ParkedDelivery[]>`
        select delivery_id, channel, milestone, order_id, attempts, problem, at from outbox_v1.deliveries
        where state = 'parked' ${deliveryId === undefined ? sql`` : sql`and delivery_id = ${deliveryId}`}
        order by at desc limit ${limit}`),

    /** Gives one up for good; false when it was not parked. */
    drop: (deliveryId: string, problem: string) =>
      asking("drop a delivery", async () => {
        const { count } = await sql`
          update outbox_v1.deliveries set state = 'gone', problem = ${problem.slice(0, problemCharsMax)}
          where delivery_id = ${deliveryId} and state = 'parked'`;
        return count > 0;
      }),

    /** Sends them again, however old they are by now; of these, or all. Returns how many. */
    retry: (ids: readonly string[] | "all") =>
      asking("retry deliveries", async () => {
        const which = ids === "all" ? sql`true` : sql`delivery_id = any(${sql.array([...ids])}::text[])`;
        const { count } = await sql`
          update outbox_v1.deliveries set state = 'waiting', attempts = 0, due_at = now(), settled_at = null,
            at = now(), problem = null
          where state = 'parked' and ${which}`;
        return count;
      }),

    /**
     * Forgets what was settled so long ago; an old record makes no message again, because it is too old. True when there may be more.
     * Reads everything: not to be asked for often.
     */
    forget: (keepMs: number, max: number) =>
      asking("forget deliveries", async () => {
        const before = sql`now() - make_interval(secs => ${keepMs / 1000})`;
        const deliveries = await sql`
          delete from outbox_v1.deliveries where delivery_id in (
            select delivery_id from outbox_v1.deliveries
            where state <> 'waiting' and state <> 'parked' and at < ${before} limit ${max})`;
        const milestones = await sql`
          delete from outbox_v1.milestones where milestone_key in (
            select milestone_key from outbox_v1.milestones where state <> 'waiting' and at < ${before} limit ${max})`;
        return Math.max(deliveries.count, milestones.count) >= max;
      }),
  };
}
export type Deliveries = ReturnType<typeof openDeliveries>;
export interface ParkedDelivery {
  readonly delivery_id: string;
  readonly channel: Channel;
  readonly milestone: Milestone;
  readonly order_id: string;
  readonly attempts: number;
  readonly problem: string;
  readonly at: Date;
}

function dueOf(row: DueRow): DueDelivery {
  const { milestone, channel, recipient, facts, link, attempts } = row;
  return {
    ...{ deliveryId: row.delivery_id, orderId: row.order_id, ageMs: row.age_ms },
    ...{ milestone, channel, recipient, facts, link, attempts },
    customer: reachableOf(row.customer),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
  };
}
