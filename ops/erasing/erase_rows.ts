import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import type { Sql } from "../../projections/database.ts";
import { invoices } from "../../projections/invoices/invoices.ts";
import { orders } from "../../projections/orders.ts";
import { parcels } from "../../projections/parcels.ts";
import { peopleSchema } from "../../projections/personal.ts";
import { schemaOf } from "../../projections/projection.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import type { Erased } from "../../streams/retention/erased.ts";
import { Failure } from "../cli/failure.ts";

const waitMsMax = 60_000, lookMs = 250;

interface Followed {
  readonly partitions: readonly number[];
  readonly sleep: (ms: number) => Promise<void>;
}

/** Waits until the copy of PERSONAL in the rows says what PERSONAL says now. */
export async function untilRowsFollow(
  broker: Broker,
  sql: Sql,
  { partitions, sleep }: Followed,
): Promise<void> {
  for (const partition of partitions) {
    const last = (await broker.last(streamNames.personal, subjects.personal(partition)))?.sequence ?? 0;
    await untilReached(sql, { projection: peopleSchema, partition, last, sleep });
  }
}

/** Waits until the rows that say what is a person's know all that the log holds now: what they miss would be forgotten, or kept. */
export async function untilRowsKnow(broker: Broker, sql: Sql, followed: Followed): Promise<void> {
  for (const partition of followed.partitions) {
    const last = (await broker.last(streamNames.events, subjects.events(partition)))?.sequence ?? 0;
    for (const projection of [orders, parcels, invoices].map(schemaOf)) {
      await untilReached(sql, { projection, partition, last, sleep: followed.sleep });
    }
  }
  await untilRowsFollow(broker, sql, followed);
}

async function untilReached(
  sql: Sql,
  { projection, partition, last, sleep }: {
    readonly projection: string;
    readonly partition: number;
    readonly last: number;
    readonly sleep: Followed["sleep"];
  },
): Promise<void> {
  for (let waitedMs = 0; await positionOf(sql, projection, partition) < last; waitedMs += lookMs) {
    if (waitedMs >= waitMsMax) {
      throw new Failure(
        `Cannot erase yet: the rows ${projection} are behind the log. Does a projector run, and is the projection ` +
          "neither paused nor stopped (npx waybill inspect, npx waybill dead-letters list)? Run it again then",
      );
    }
    await sleep(lookMs);
  }
}

async function positionOf(sql: Sql, projection: string, partition: number): Promise<number> {
  const [row] = await sql<{ sequence: number }[]>`
    select sequence from waybill.positions where projection = ${projection} and partition = ${partition}`;
  return row?.sequence ?? 0;
}

/**
 * What rows know of a person beside the copy of PERSONAL: hashes of addresses that messages went to, what the development inbox shows.
 * Resolves with how many rows changed; the tables are vacuumed, so that former versions of the rows go, too.
 */
export async function eraseRows(sql: Sql, { actors }: Erased): Promise<number> {
  const orderIds = [...actors].filter((actor) => kindOf(actor as ActorId) === "order").map((actor) =>
    keyOf(actor as ActorId)
  );
  const inbox = await sql`
    delete from inbox_v1.messages where delivery_id in (
      select delivery_id from outbox_v1.deliveries where order_id = any(${orderIds}::text[]))`;
  const told = await sql`
    update outbox_v1.deliveries
    set recipient = 'erased ' || delivery_id, problem = null,
      state = case when state in ('waiting', 'parked') then 'gone' else state end
    where order_id = any(${orderIds}::text[]) and recipient not like 'erased %'`;
  for (const table of ["people_v1.customers", "people_v1.notes", "people_v1.requests", "inbox_v1.messages"]) {
    await sql.unsafe(`vacuum ${table}`);
  }
  return inbox.count + told.count;
}
