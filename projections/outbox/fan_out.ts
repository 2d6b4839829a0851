import { createHash } from "node:crypto";
import type { Json } from "../../actors/actor.ts";
import { parcel } from "../../actors/parcel/parcel.ts";
import { asking, type Sql, type Tx } from "../database.ts";
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
const milestonesMax = 50;

interface Waiting extends Omit<MilestoneRow, "at"> {
  readonly at: Date;
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
    sql.begin(async (tx) => {
      const waiting = await tx<Waiting[]>`
        select m.*, m.at < now() - make_interval(secs => ${ageMsMax / 1000}) as too_old
        from outbox_v1.milestones m
        where m.state = 'waiting' and (
          m.at < now() - make_interval(secs => ${ageMsMax / 1000}) or
          ${reached.length} = (select count(*) from waybill.positions p where p.partition = m.partition
            and p.projection = any(${reached}::text[]) and p.sequence >= m.sequence))
        order by m.at limit ${milestonesMax} for update skip locked`;
      for (const one of waiting) await settle(tx, one, options);
      return waiting.length;
    }));
}

async function settle(tx: Tx, milestone: Waiting, options: FanOutOptions): Promise<void> {
  const told = milestone.too_old ? 0 : await deliver(tx, milestone, options);
  const state = milestone.too_old ? "too_old" : told > 0 ? "told" : "nobody";
  await tx`
    update outbox_v1.milestones set state = ${state} where milestone_key = ${milestone.milestone_key}`;
}

async function deliver(tx: Tx, milestone: Waiting, { targetsOf }: FanOutOptions): Promise<number> {
  const rows: Record<string, Json>[] = [];
  for (const { orderId, subject, shipment } of await ordersOf(tx, milestone)) {
    const [person] = await tx<{ customer: Json }[]>`
      select customer from people_v1.customers where order_id = ${orderId}`;
    for (const { channel, address } of await targetsOf(orderId, reachableOf(person?.customer))) {
      const recipient = recipientOf(channel, address), { milestone: what, detail } = milestone;
      const key = { subject, milestone: what, detail, channel, recipient, version: messageVersion };
      const facts = { ...milestone.facts, ...(shipment !== undefined && { shipment }) };
      const at = milestone.at.toISOString();
      rows.push({ delivery_id: idOf(Object.values(key)), ...key, order_id: orderId, facts, at });
    }
  }
  if (rows.length === 0) return 0;
  await tx`
    insert into outbox_v1.deliveries
      (delivery_id, subject, milestone, detail, channel, recipient, version, order_id, facts, at)
    select * from jsonb_to_recordset(${tx.json(rows)}) as r(
      delivery_id text, subject text, milestone text, detail text, channel text, recipient text, version int,
      order_id text, facts jsonb, at timestamptz)
    on conflict do nothing`;
  return rows.length;
}

const idOf = (key: readonly (string | number)[]) =>
  createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32);

interface About {
  readonly orderId: string;
  /** What it is news of, to that order's customer: the same parcel is one, however many shipments of the order are in it. */
  readonly subject: string;
  readonly shipment: string | undefined;
}

async function ordersOf(tx: Tx, { order_id, subject, facts, milestone }: Waiting): Promise<readonly About[]> {
  if (order_id === null) return await ordersIn(tx, subject);
  if (milestone === "confirmed" || milestone === "shipped" || facts.shipment === undefined) {
    return [{ orderId: order_id, subject, shipment: facts.shipment }];
  }
  const [row] = await tx<{ parcel: string }[]>`
    select parcel from parcels_v1.shipments where shipment_id = ${facts.shipment}`;
  const ofParcel = row === undefined ? subject : `${row.parcel} ${order_id}`;
  return [{ orderId: order_id, subject: ofParcel, shipment: facts.shipment }];
}

/** The orders that the parcel says it carries: not those whose number it had before. */
async function ordersIn(tx: Tx, key: string): Promise<readonly About[]> {
  const [row] = await tx<{ state: Json }[]>`select state from parcels_v1.parcels where parcel = ${key}`;
  const found = new Map<string, About>();
  for (const { order, shipment } of row === undefined ? [] : parcel.decode(row.state).shipments) {
    found.set(order, { orderId: order, subject: `${key} ${order}`, shipment });
  }
  return [...found.values()];
}
