import { asking, type Sql } from "../database.ts";
import { estimateFigures, invoiceFigures, refundFigures, stockFigures } from "./other_figures.ts";

export interface FiguresAsked {
  /** How many, with today. */
  readonly days: number;
  readonly now: Date;
}
/** What a figure is of: all of it, or one day (of the event that is counted, UTC), carrier, or lane. */
export interface Of {
  readonly by: "all" | "day" | "carrier" | "lane";
  /** Empty for all. */
  readonly key: string;
}

/** Of parcels that were handed over in the period; durations in hours. */
export interface ShipmentFigures extends Of {
  readonly shipments: number;
  readonly orders: number;
  /** From when the order was placed until the parcel was handed over. */
  readonly handOverP50: number | null;
  readonly handOverP90: number | null;
  /** Until it was delivered: of those that are. */
  readonly delivered: number;
  readonly deliveryP50: number | null;
  readonly deliveryP90: number | null;
  /** With a promise that is over or kept. */
  readonly promised: number;
  /** Delivered by then. */
  readonly onTime: number;
  /** Orders of which a carrier has told something. */
  readonly tracked: number;
}
/** So many of so many. */
export interface Share extends Of {
  readonly of: number;
  readonly good: number;
}
export interface InvoiceFigures extends Share {
  /** Matched, with a difference. */
  readonly different: number;
}
/** Durations in hours. */
export interface RefundFigures extends Of {
  readonly refunds: number;
  readonly p50: number | null;
  readonly p90: number | null;
}

export interface Figures {
  /** Days in UTC, both included. */
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
  readonly shipments: readonly ShipmentFigures[];
  /** More parcels left than are looked at: these are the newest. */
  readonly isCut: boolean;
  readonly estimates: readonly Share[];
  readonly invoices: readonly InvoiceFigures[];
  readonly refunds: readonly RefundFigures[];
  readonly stock: readonly Share[];
}
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

const dayMs = 86_400_000, dayChars = "2026-01-01".length;
/** Of the newest that left in the period: what three joins can look at within the pool's statement timeout. */
const shipmentsMax = 100_000;
/** For sorting them four times over without the disk; on one connection, for one statement. */
const workMemory = "64MB";

/** Every figure of a period, one statement each, from rows alone. */
export async function readFigures(sql: Sql, { days, now }: FiguresAsked): Promise<Figures> {
  const today = Math.floor(now.getTime() / dayMs);
  const period = { from: new Date((today - days + 1) * dayMs), to: now };
  const shipments = await shipmentFigures(sql, period, now);
  const all = shipments.find(({ by }) => by === "all");
  return {
    from: period.from.toISOString().slice(0, dayChars),
    to: now.toISOString().slice(0, dayChars),
    atMs: now.getTime(),
    shipments,
    isCut: (all?.shipments ?? 0) >= shipmentsMax,
    estimates: await estimateFigures(sql, period),
    invoices: await invoiceFigures(sql, period),
    refunds: await refundFigures(sql, period),
    stock: await stockFigures(sql, period),
  };
}

function shipmentFigures(sql: Sql, { from, to }: Period, now: Date): Promise<readonly ShipmentFigures[]> {
  return asking("read figures of shipments", async () => {
    const rows = await sql.begin("read only", async (tx) => {
      await tx`select set_config('work_mem', ${workMemory}, true)`;
      return await tx<ShipmentFigures[]>`
      with left_then as materialized (
        select shipment_id, order_id, parcel, handed_over_at from parcels_v1.shipments
        where handed_over_at between ${from} and ${to} order by handed_over_at desc limit ${shipmentsMax}
      ), facts as (
        select l.order_id collate "C" as order_id, to_char(l.handed_over_at, 'YYYY-MM-DD') collate "C" as day,
          split_part(l.parcel, ':', 1) collate "C" as carrier,
          (coalesce(j.state -> 'lane' ->> 'from', 'ZZ') || ' → ' || coalesce(j.state -> 'lane' ->> 'to', 'ZZ')) collate "C" as lane,
          extract(epoch from l.handed_over_at - o.placed_at)::float8 / 3600 as hand_over,
          to_timestamp((j.state ->> 'deliveredAtMs')::float8 / 1000) as delivered_at, o.placed_at,
          to_timestamp((jsonb_path_query_first(p.state, '$.shipments[*] ? (@.shipment == $id).promisedMs',
            jsonb_build_object('id', l.shipment_id)) #>> '{}')::float8 / 1000) as promised_at,
          p.status not in ('unknown', 'pre_transit') as tracked
        from left_then l
          join orders_v2.orders o on o.order_id = l.order_id
          left join parcels_v1.parcels p on p.parcel = l.parcel
          left join lanes_v1.journeys j on j.parcel = l.parcel
      ), measured as (
        select *, extract(epoch from delivered_at - placed_at)::float8 / 3600 as delivery,
          promised_at is not null and (delivered_at is not null or promised_at < ${now}) as promised
        from facts
      )
      select
        case when grouping(day) = 0 then 'day' when grouping(carrier) = 0 then 'carrier'
          when grouping(lane) = 0 then 'lane' else 'all' end as "by",
        coalesce(day, carrier, lane, '') as key,
        count(*) as shipments, count(distinct order_id) as orders,
        percentile_cont(0.5) within group (order by hand_over) as "handOverP50",
        percentile_cont(0.9) within group (order by hand_over) as "handOverP90",
        count(delivered_at) as delivered,
        percentile_cont(0.5) within group (order by delivery) as "deliveryP50",
        percentile_cont(0.9) within group (order by delivery) as "deliveryP90",
        count(*) filter (where promised) as promised,
        count(*) filter (where promised and delivered_at <= promised_at) as "onTime",
        count(distinct order_id) filter (where tracked) as tracked
      from measured group by grouping sets ((), (day), (carrier), (lane))
      order by 1, 2`;
    });
    return rows.map((row) => ({ ...row }));
  });
}
