import { asking, type Sql } from "../database.ts";
import type { InvoiceFigures, Period, RefundFigures, Share } from "./figures.ts";

/** At most so many rows are looked at: the newest. */
const payoutsMax = 10_000, refundsMax = 50_000;

/** Of parcels delivered then: how many came within what was estimated as their carrier took them over. */
export function estimateFigures(sql: Sql, { from, to }: Period): Promise<readonly Share[]> {
  return asking("read how estimates turned out", async () => {
    const rows = await sql<Share[]>`
      select
        case when grouping(day) = 0 then 'day' when grouping(carrier) = 0 then 'carrier'
          when grouping(lane) = 0 then 'lane' else 'all' end as "by",
        coalesce(day, carrier, lane, '') as key,
        coalesce(sum(parcels), 0)::bigint as "of",
        coalesce(sum(parcels) filter (where bucket = 0), 0)::bigint as good
      from (
        select to_char(day, 'YYYY-MM-DD') as day, carrier, origin || ' → ' || destination as lane, bucket, parcels
        from lanes_v1.estimates where day between ${from}::date and ${to}::date and stage = 'hand_over'
      ) told group by grouping sets ((), (day), (carrier), (lane)) order by 1, 2`;
    return rows.map((row) => ({ ...row }));
  });
}

/** Of the lines of payouts recorded then: how many are matched. */
export function invoiceFigures(sql: Sql, { from, to }: Period): Promise<readonly InvoiceFigures[]> {
  return asking("read how payouts match", async () => {
    const rows = await sql<InvoiceFigures[]>`
      select case when grouping(day) = 0 then 'day' else 'all' end as "by", coalesce(day, '') as key,
        count(*) as "of", count(*) filter (where state = 'matched') as good,
        count(*) filter (where state = 'matched_with_diff') as different
      from (
        select to_char(recorded_at, 'YYYY-MM-DD') as day, l.state
        from (
          select payout_id, recorded_at from payouts_v1.payouts
          where recorded_at between ${from} and ${to} order by recorded_at desc limit ${payoutsMax}
        ) p join payouts_v1.lines l on l.payout_id = p.payout_id
      ) lines group by grouping sets ((), (day)) order by 1, 2`;
    return rows.map((row) => ({ ...row }));
  });
}

/** Of refunds that succeeded then: how long they took since they were asked for. */
export function refundFigures(sql: Sql, { from, to }: Period): Promise<readonly RefundFigures[]> {
  return asking("read how long refunds take", async () => {
    const rows = await sql<RefundFigures[]>`
      select case when grouping(day) = 0 then 'day' else 'all' end as "by", coalesce(day, '') as key,
        count(*) as refunds,
        percentile_cont(0.5) within group (order by hours) as p50,
        percentile_cont(0.9) within group (order by hours) as p90
      from (
        select to_char(settled.at, 'YYYY-MM-DD') as day,
          extract(epoch from settled.at - requested.at)::float8 / 3600 as hours
        from (
          select order_id, at, data ->> 'refund' as refund from orders_v2.order_events
          where type = 'order.refund_settled' and at between ${from} and ${to}
            and data ->> 'status' = 'succeeded'
          order by at desc limit ${refundsMax}
        ) settled join orders_v2.order_events requested on requested.order_id = settled.order_id
          and requested.type = 'order.refund_requested' and requested.data ->> 'refund' = settled.refund
      ) refunds group by grouping sets ((), (day)) order by 1, 2`;
    return rows.map((row) => ({ ...row }));
  });
}

/** Of units counted or moved then: how many a count did not have to correct. */
export function stockFigures(sql: Sql, { from, to }: Period): Promise<readonly Share[]> {
  return asking("read how exact the stock is", async () => {
    const rows = await sql<Share[]>`
      select case when grouping(day) = 0 then 'day' else 'all' end as "by", coalesce(to_char(day, 'YYYY-MM-DD'), '') as key,
        coalesce(sum(counted + moved), 0)::bigint as "of",
        greatest(coalesce(sum(counted + moved - corrected), 0), 0)::bigint as good
      from stock_checks_v1.days where day between ${from}::date and ${to}::date
      group by grouping sets ((), (day)) order by 1, 2`;
    return rows.map((row) => ({ ...row }));
  });
}
