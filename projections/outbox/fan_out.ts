import { createHash } from "node:crypto";
import type { Json } from "../../actors/actor.ts";
import { parcel } from "../../actors/parcel/parcel.ts";
import { asking, type Sql, transaction, type Tx } from "../database.ts";
import { orders } from "../orders.ts";
import { parcels } from "../parcels.ts";
import { peopleReach } from "../personal.ts";
import { schemaOf } from "../projection.ts";
import type { MilestoneRow } from "./milestones.ts";
import { type Channel, type Reachable, reachableOf, recipientOf } from "./recipients.ts";

/** One who is to be told, by an address that goes no further than its hash. */
export interface Target {
  readonly channel: Channel;
  readonly address: string;
}
export interface FanOutOptions {
  readonly sql: Sql;
  /** How this customer can be reached for this order, by the channels that there are. */
  targetsOf(orderId: string, customer: Reachable): Promise<readonly Target[]>;
  /** A milestone whose record is older is news no more. */
  readonly ageMsMax: number;
}
/** Raise it, and what was sent by the version before may be sent once more. */
export const messageVersion = 1;
const milestonesMax = 200;

interface Waiting extends Omit<MilestoneRow, "at" | "traceparent"> {
  readonly at: Date;
  readonly traceparent: string | null;
  readonly too_old: boolean;
}

/**
 * Makes a delivery for each one who is to be told of the milestones that wait, all in one transaction: those whose order, parcel and
 * customer the rows know by now. Returns how many milestones were settled.
 */
export function fanOut(options: FanOutOptions): Promise<number> {
  const { sql, ageMsMax } = options;
  const reached = [schemaOf(orders), schemaOf(parcels), peopleReach];
  return asking("fan out milestones", () =>
    transaction(sql, async (tx) => {
      const waiting = await tx<Waiting[]>`
        with reached as materialized (
          select partition, min(sequence) as sequence from waybill.positions
          where projection = any(${reached}::text[]) group by partition having count(*) = ${reached.length})
        select m.*, m.at < now() - make_interval(secs => ${ageMsMax / 1000}) as too_old
        from outbox_v1.milestones m left join reached r on r.partition = m.partition
        where m.state = 'waiting' and (
          m.at < now() - make_interval(secs => ${ageMsMax / 1000}) or m.sequence <= r.sequence)
        order by m.at limit ${milestonesMax} for update of m skip locked`;
      if (waiting.length === 0) return 0;
      const rows = await deliveriesOf(tx, waiting.filter(({ too_old }) => !too_old), options);
      await insert(tx, rows);
      const told = new Set(rows.map(({ milestone_key }) => milestone_key));
      const states = waiting.map(({ milestone_key, too_old }) => ({
        milestone_key,
        state: too_old ? "too_old" : told.has(milestone_key) ? "told" : "nobody",
      }));
      await tx`
        update outbox_v1.milestones m set state = r.state
        from jsonb_to_recordset(${tx.json(states)}) as r(milestone_key text, state text)
        where m.milestone_key = r.milestone_key`;
      return waiting.length;
    }));
}

type DeliveryRow = Readonly<Record<string, Json>>;

async function deliveriesOf(
  tx: Tx,
  milestones: readonly Waiting[],
  { targetsOf }: FanOutOptions,
): Promise<readonly DeliveryRow[]> {
  const rows: DeliveryRow[] = [], about = await aboutAll(tx, milestones);
  const people = await tx<{ order_id: string; customer: Json }[]>`
    select order_id, customer from people_v1.customers
    where order_id = any(${tx.array(about.map(({ orderId }) => orderId))}::text[])`;
  const customers = new Map(people.map(({ order_id, customer }) => [order_id, customer]));
  for (const { milestone: waiting, orderId, subject, shipment } of about) {
    const { milestone_key, milestone, detail, facts, at, traceparent } = waiting;
    for (const { channel, address } of await targetsOf(orderId, reachableOf(customers.get(orderId)))) {
      const recipient = recipientOf(channel, address);
      const key = { subject, milestone, detail, channel, recipient, version: messageVersion };
      const known = { ...facts, ...(shipment !== undefined && { shipment }) };
      const delivery = { delivery_id: idOf(Object.values(key)), order_id: orderId, facts: known };
      rows.push({ milestone_key, ...key, ...delivery, at: at.toISOString(), traceparent });
    }
  }
  return rows;
}

async function insert(tx: Tx, rows: readonly DeliveryRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into outbox_v1.deliveries
      (delivery_id, subject, milestone, detail, channel, recipient, version, order_id, facts, at, traceparent)
    select * from jsonb_to_recordset(${tx.json(rows)}) as r(
      delivery_id text, subject text, milestone text, detail text, channel text, recipient text, version int,
      order_id text, facts jsonb, at timestamptz, traceparent text)
    on conflict do nothing`;
}

const idOf = (key: readonly (string | number)[]) =>
  createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32);

interface About {
  readonly milestone: Waiting;
  readonly orderId: string;
  /** What it is news of, to that order's customer: the same parcel is one, however many shipments of the order are in it. */
  readonly subject: string;
  readonly shipment: string | undefined;
}

async function aboutAll(tx: Tx, milestones: readonly Waiting[]): Promise<readonly About[]> {
  const ids = milestones.flatMap(({ facts: { shipment } }) => shipment ?? []);
  const shipments = await tx<{ shipment_id: string; parcel: string }[]>`
    select shipment_id, parcel from parcels_v1.shipments where shipment_id = any(${tx.array(ids)}::text[])`;
  const parcels = new Map(shipments.map(({ shipment_id, parcel }) => [shipment_id, parcel]));
  const about: About[] = [];
  for (const milestone of milestones) {
    const { order_id: orderId, milestone: what, subject, facts: { shipment } } = milestone;
    if (orderId === null) about.push(...await aboutParcel(tx, milestone));
    else {
      const parcel = what === "shipped" || shipment === undefined ? undefined : parcels.get(shipment);
      about.push({ milestone, orderId, shipment, subject: parcel ? `${parcel} ${orderId}` : subject });
    }
  }
  return about;
}

/** The orders that the parcel says it carries: not those whose number it had before. */
async function aboutParcel(tx: Tx, milestone: Waiting): Promise<readonly About[]> {
  const key = milestone.subject, found = new Map<string, About>();
  const [row] = await tx<{ state: Json }[]>`select state from parcels_v1.parcels where parcel = ${key}`;
  for (const { order, shipment } of row === undefined ? [] : parcel.decode(row.state).shipments) {
    found.set(order, { milestone, orderId: order, subject: `${key} ${order}`, shipment });
  }
  return [...found.values()];
}
