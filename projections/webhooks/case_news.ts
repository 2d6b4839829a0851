import type { Json } from "../../actors/actor.ts";
import { keyOf } from "../../actors/ids.ts";
import type { ParcelCaseClosed, ParcelCaseOpened } from "../../actors/parcel/case_events.ts";
import { Fault } from "../../streams/faults.ts";
import type { Entry } from "../../streams/record.ts";
import type { Sql } from "../database.ts";

export type CaseEntry = { readonly type: "parcel.case_opened" | "parcel.case_closed" };

export const isCaseNews = (entry: Entry): entry is Entry & CaseEntry =>
  entry.type === "parcel.case_opened" || entry.type === "parcel.case_closed";

export interface CaseNews {
  readonly caseId: string;
  readonly channel: string;
  readonly data: { readonly [field: string]: Json };
}

/** What a case is about was settled when it was opened, and nothing that people wrote is told. */
interface Opened {
  readonly problem: string;
  readonly description: string;
  readonly order_id: string;
  readonly shipment_id: string;
  readonly opened_at: Date;
}
interface Named {
  readonly channel: string;
  readonly order_number: string;
}

/** Throws the `Fault` "projection.early" while rows that it needs are missing. */
export async function caseNews(sql: Sql, entry: Entry & CaseEntry): Promise<CaseNews> {
  const { case: caseId } = entry.data as unknown as ParcelCaseOpened["data"] | ParcelCaseClosed["data"];
  const opened = entry.type === "parcel.case_opened" ? openedBy(entry) : await openedBefore(sql, caseId);
  const [order] = opened
    ? await sql<
      Named[]
    >`select channel, order_number from orders_v2.orders where order_id = ${opened.order_id}`
    : [];
  if (opened === undefined || order === undefined) {
    throw new Fault("projection.early", `Cannot tell of ${caseId}: the rows of its parcel are not there yet`);
  }
  const key = keyOf(entry.actor), colon = key.indexOf(":");
  return {
    caseId,
    channel: order.channel,
    data: {
      ...{ caseId, problem: opened.problem, description: opened.description, ...newsOf(entry) },
      ...{ orderId: opened.order_id, channel: order.channel, orderNumber: order.order_number },
      ...{ shipmentId: opened.shipment_id, carrier: key.slice(0, colon) },
      ...{ trackingNumber: key.slice(colon + 1), openedAt: opened.opened_at.toISOString() },
    },
  };
}

function openedBy({ data }: Entry): Opened {
  const { problem, description, order, shipment, atMs } = data as unknown as ParcelCaseOpened["data"];
  return { problem, description, order_id: order, shipment_id: shipment, opened_at: new Date(atMs) };
}

async function openedBefore(sql: Sql, caseId: string): Promise<Opened | undefined> {
  const [row] = await sql<Opened[]>`
    select problem, description, order_id, shipment_id, opened_at from cases_v1.cases where case_id = ${caseId}`;
  return row;
}

function newsOf({ type, data }: Entry): CaseNews["data"] {
  const time = (ms: number) => new Date(ms).toISOString();
  if (type === "parcel.case_closed") {
    const { reason, atMs } = data as unknown as ParcelCaseClosed["data"];
    return { state: "closed", closeReason: reason, closedAt: time(atMs) };
  }
  const { team, priority, dueAtMs } = data as unknown as ParcelCaseOpened["data"];
  return { state: "open", team, priority, dueAt: time(dueAtMs) };
}
