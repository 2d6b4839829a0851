import { keyOf, kindOf } from "../../actors/ids.ts";
import type { OrderPlaced } from "../../actors/order/events.ts";
import type { OrderParcelMoved, OrderShipped } from "../../actors/order/shipping_events.ts";
import type { ParcelDelayed } from "../../actors/parcel/parcel_events.ts";
import type { TrackingStatus } from "../../actors/parcel/status.ts";
import { requestBehind } from "../../streams/host/trace_headers.ts";
import type { Entry } from "../../streams/record.ts";
import type { Happened } from "../../streams/record_text.ts";
import type { LogRecord } from "../log_record.ts";

export const milestones = [
  "confirmed",
  "shipped",
  "out_for_delivery",
  "delivered",
  "delayed",
  "exception",
  "attempt_failed",
  "ready_for_pickup",
] as const;
export type Milestone = (typeof milestones)[number];

/** What is known of a milestone from its event. */
export interface MilestoneFacts {
  readonly shipment?: string;
  readonly status?: TrackingStatus;
  readonly subStatus?: string;
  readonly atMs: number;
  /** Of a delay. */
  readonly reason?: string;
  /** `YYYY-MM-DD`. */
  readonly revised?: string;
}
export interface MilestoneRow {
  readonly milestone_key: string;
  readonly subject: string;
  /** null: the orders are found by the parcel, which is the subject. */
  readonly order_id: string | null;
  readonly milestone: Milestone;
  readonly detail: string;
  readonly facts: MilestoneFacts;
  readonly partition: number;
  readonly sequence: number;
  readonly at: string;
  /** W3C trace context of the request behind it; absent when nobody traces that. */
  readonly traceparent?: string;
}

type News = Pick<MilestoneRow, "subject" | "order_id" | "milestone" | "detail" | "facts">;

const ofStatus: { readonly [S in TrackingStatus]?: Milestone } = {
  out_for_delivery: "out_for_delivery",
  delivered: "delivered",
  exception: "exception",
  delivery_attempted: "attempt_failed",
  available_for_pickup: "ready_for_pickup",
};

/** What these records have that customers are told of. Reads events alone, whose versions are for ever. */
export function milestonesOf(records: readonly LogRecord<Happened>[]): MilestoneRow[] {
  const nobodys = new Set(
    records.flatMap(({ record }) => record.entries.filter(isNobodys).map(({ actor }) => actor)),
  );
  return records.flatMap(({ sequence, headers, record }) => {
    const { partition, atMs } = record, at = new Date(atMs).toISOString();
    return record.entries.flatMap((entry) => {
      if (entry.type === "order.confirmed" && nobodys.has(entry.actor)) return [];
      const news = newsOf(entry, atMs);
      if (news === undefined) return [];
      const { subject, milestone, detail } = news;
      const milestone_key = [subject, milestone, ...(detail === "" ? [] : [detail])].join("/");
      const traceparent = requestBehind(headers, entry.cause);
      return [{ milestone_key, ...news, partition, sequence, at, ...(traceparent && { traceparent }) }];
    });
  });
}

/** Without a customer block; nobody can have asked for word of it before a parcel's page exists. */
const isNobodys = ({ type, data }: Entry): boolean =>
  type === "order.placed" && (data as unknown as OrderPlaced["data"]).personal === false;

function newsOf(entry: Entry, atMs: number): News | undefined {
  const kind = kindOf(entry.actor), key = keyOf(entry.actor);
  if (kind === "parcel" && entry.type === "parcel.delayed") {
    return delay(key, entry.data as unknown as ParcelDelayed["data"]);
  }
  if (kind !== "order") return undefined;
  switch (entry.type) {
    case "order.confirmed":
      return { subject: key, order_id: key, milestone: "confirmed", detail: "", facts: { atMs } };
    case "order.shipped":
      return shipped(key, entry.data as unknown as OrderShipped["data"]);
    case "order.parcel_moved":
      return moved(key, entry.data as unknown as OrderParcelMoved["data"], atMs);
    default:
      return undefined;
  }
}

function shipped(order_id: string, { shipment, atMs }: OrderShipped["data"]): News {
  return { subject: shipment, order_id, milestone: "shipped", detail: "", facts: { shipment, atMs } };
}

/** "It comes today" is no news of a scan that is heard of later than that. */
const sameDayMs = 16 * 3_600_000;

/** Another thing that goes wrong is other news; being out for delivery a second time is not. */
function moved(
  order_id: string,
  { shipment, status, subStatus, atMs }: OrderParcelMoved["data"],
  heardAtMs: number,
): News | undefined {
  const milestone = ofStatus[status];
  if (milestone === undefined) return undefined;
  if (milestone === "out_for_delivery" && heardAtMs - atMs > sameDayMs) return undefined;
  const facts = { shipment, status, atMs, ...(subStatus !== undefined && { subStatus }) };
  return {
    subject: shipment,
    order_id,
    milestone,
    detail: status === "exception" ? subStatus ?? "" : "",
    facts,
  };
}

/** One for each parcel, reason and revised date (DOMAIN 4). */
function delay(parcel: string, { reason, sinceMs, revised }: ParcelDelayed["data"]): News {
  const facts = { reason, atMs: sinceMs, ...(revised !== undefined && { revised }) };
  const detail = revised === undefined ? reason : `${reason} ${revised}`;
  return { subject: parcel, order_id: null, milestone: "delayed", detail, facts };
}
