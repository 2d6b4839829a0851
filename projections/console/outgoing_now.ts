import { asking, type Sql } from "../database.ts";
import { peopleSchema } from "../personal.ts";
import { countedMax } from "./orders_now.ts";

/** What waits to be told outside, and what was given up; each counted up to `countedMax`. */
export interface OutgoingNow {
  readonly milestones: Queue;
  readonly messages: Queue;
  readonly webhooks: Queue;
  /** Messages to customers that were given up: `waybill notifications list`. */
  readonly parked: number;
}
export interface Queue {
  readonly waiting: number;
  readonly oldest?: Date;
}

interface Row {
  readonly queue: "milestones" | "messages" | "webhooks" | "parked";
  readonly waiting: number;
  readonly oldest: Date | null;
}

export function outgoingNow(sql: Sql): Promise<OutgoingNow> {
  return asking("read what waits to be sent", async () => {
    const rows = await sql<Row[]>`
      select 'milestones' as queue, count(*) as waiting, min(at) as oldest from (
        select at from outbox_v1.milestones where state = 'waiting' order by at limit ${countedMax}) m
      union all select 'messages', count(*), min(at) from (
        select at from outbox_v1.deliveries where state = 'waiting' limit ${countedMax}) d
      union all select 'webhooks', count(*), min(created_at) from (
        select created_at from webhooks_v1.deliveries where state = 'pending' limit ${countedMax}) w
      union all select 'parked', count(*), null from (
        select 1 from outbox_v1.deliveries where state = 'parked' limit ${countedMax}) p`;
    const queue = (name: Row["queue"]): Queue => {
      const { waiting = 0, oldest = null } = rows.find((row) => row.queue === name) ?? {};
      return { waiting, ...(oldest && { oldest }) };
    };
    return {
      milestones: queue("milestones"),
      messages: queue("messages"),
      webhooks: queue("webhooks"),
      parked: queue("parked").waiting,
    };
  });
}

/** Carriers that asked to be left alone. */
export function pausedCarriers(sql: Sql, now: Date): Promise<ReadonlyMap<string, Date>> {
  return asking("read which carriers are left alone", async () => {
    const rows = await sql<{ carrier: string; until: Date }[]>`
      select carrier, until from polling_v1.pauses where until > ${now}`;
    return new Map(rows.map(({ carrier, until }) => [carrier, until]));
  });
}

/** How far each reader of EVENTS is in each partition, by the name of its schema. */
export function projectedTo(
  sql: Sql,
): Promise<
  readonly { readonly projection: string; readonly partition: number; readonly sequence: number }[]
> {
  return asking("read positions", () =>
    sql<{ projection: string; partition: number; sequence: number }[]>`
      select projection, partition, sequence from waybill.positions
      where projection <> ${peopleSchema} and projection !~ '_(next|old)$' order by projection, partition`);
}
