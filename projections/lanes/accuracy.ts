import { formatCursor, parseCursor } from "../cursor.ts";
import { asking, type Sql } from "../database.ts";
import type { Page } from "../queries.ts";
import { errorBoundHours, quantileOf } from "./buckets.ts";
import type { EstimateStage } from "./journey.ts";

/** How well estimates of parcels that were delivered then have turned out. */
export interface Accuracy {
  readonly carrier: string;
  readonly service?: string;
  readonly origin: string;
  readonly destination: string;
  /** Of the deliveries, in UTC; absent when days are added up. */
  readonly day?: string;
  readonly stage: EstimateStage;
  readonly source: string;
  readonly parcels: number;
  readonly onTime: number;
  readonly early: number;
  readonly late: number;
  /** By how much estimates were wrong, either way; 0 within the window. At most so much: counts are kept by bucket. */
  readonly errorHours: { readonly p50: number; readonly p95: number };
}
export interface AccuracyFilter {
  readonly carrier?: string;
  readonly origin?: string;
  readonly destination?: string;
  readonly stage?: EstimateStage;
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: "lane" | "day";
  readonly limit: number;
  readonly cursor?: string;
}

/** What is counted of one lane and stage, on one day or on several. */
export interface AccuracyCounts {
  readonly carrier: string;
  readonly service: string;
  readonly origin: string;
  readonly destination: string;
  readonly day: Date;
  readonly stage: EstimateStage;
  readonly source: string;
  /** Parcels by bucket. */
  readonly counts: { readonly [bucket: string]: number };
}
interface AccuracyRow extends AccuracyCounts {
  readonly key: string;
}

/** By lane and stage, or by these and day, oldest first. */
export function readAccuracy(sql: Sql, filter: AccuracyFilter): Promise<Page<Accuracy>> {
  const { carrier, origin, destination, stage, from, to, by, limit } = filter;
  const after = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
  const day = by === "day" ? sql`day` : sql`${from}::date`;
  return asking("read how estimates turned out", async () => {
    const rows = await sql<AccuracyRow[]>`
      select key, carrier, service, origin, destination, day, stage, source, jsonb_object_agg(bucket, parcels) as counts
      from (
        select carrier, service, origin, destination, ${day} as day, stage, source, bucket,
          sum(parcels)::bigint as parcels,
          jsonb_build_array(carrier, service, origin, destination, stage, source)::text collate "C" as key
        from lanes_v1.estimates
        where day between ${from} and ${to}
          ${carrier === undefined ? sql`` : sql`and carrier = ${carrier}`}
          ${origin === undefined ? sql`` : sql`and origin = ${origin}`}
          ${destination === undefined ? sql`` : sql`and destination = ${destination}`}
          ${stage === undefined ? sql`` : sql`and stage = ${stage}`}
        group by 1, 2, 3, 4, 5, 6, 7, 8
      ) counted
      ${after === undefined ? sql`` : sql`where (key, day) > (${after.id}, ${after.at}::timestamptz::date)`}
      group by 1, 2, 3, 4, 5, 6, 7, 8
      order by key, day
      limit ${limit + 1}`;
    const page = rows.slice(0, limit), last = page.at(-1), items = page.map((row) => accuracyOf(row, by));
    if (rows.length <= limit || last === undefined) return { items };
    return { items, next: formatCursor({ at: last.day.toISOString(), id: last.key }) };
  });
}

export function accuracyOf(row: AccuracyCounts, by: AccuracyFilter["by"]): Accuracy {
  const { carrier, service, origin, destination, day, stage, source } = row;
  const counts = Object.entries(row.counts).map(([bucket, parcels]) => ({ bucket: Number(bucket), parcels }));
  const sum = (counted: (bucket: number) => boolean) =>
    counts.reduce((total, { bucket, parcels }) => counted(bucket) ? total + parcels : total, 0);
  const errors = counts.map(({ bucket, parcels }) => ({ value: errorBoundHours(bucket), parcels }));
  return {
    carrier,
    ...(service !== "" && { service }),
    origin,
    destination,
    ...(by === "day" && { day: day.toISOString().slice(0, "2026-01-01".length) }),
    ...{ stage, source, parcels: sum(() => true) },
    ...{ onTime: sum((b) => b === 0), early: sum((b) => b < 0), late: sum((b) => b > 0) },
    errorHours: { p50: quantileOf(errors, 0.5) ?? 0, p95: quantileOf(errors, 0.95) ?? 0 },
  };
}
