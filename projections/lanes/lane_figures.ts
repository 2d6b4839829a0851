import type { LaneFigures } from "../../actors/parcel/lane.ts";
import { asking, type Sql } from "../database.ts";
import { quantileOf, transitBoundMs } from "./buckets.ts";

/** A lane of one carrier. */
export interface CarrierLane {
  readonly carrier: string;
  readonly service: string;
  readonly origin: string;
  readonly destination: string;
}

const dayMs = 86_400_000;
export const figuresLimits = {
  /** Deliveries before that say nothing of how it is now. */
  agoMsMax: 180 * dayMs,
  /** Whole days are taken, newest first, until there are so many parcels. */
  parcelsWanted: 500,
  /** Fewer say nothing. */
  parcelsMin: 20,
} as const;

interface DayRow {
  readonly service: string;
  readonly day: string;
  readonly bucket: number;
  readonly parcels: number;
}

/** How long the carrier took there lately: with this service, or where that is too rare to say, with any. */
export function figuresOf(sql: Sql, lane: CarrierLane, nowMs: number): Promise<LaneFigures | undefined> {
  const { carrier, service, origin, destination } = lane;
  const since = new Date(nowMs - figuresLimits.agoMsMax);
  return asking("read how long parcels take", async () => {
    const rows = await sql<DayRow[]>`
      select service, day::text as day, bucket, parcels from lanes_v1.transits
      where carrier = ${carrier} and origin = ${origin} and destination = ${destination} and day >= ${since}
      order by day desc, service, bucket`;
    return lately(rows.filter((row) => row.service === service)) ?? lately(rows);
  });
}

/** Newest first. */
export function lately(rows: readonly DayRow[]): LaneFigures | undefined {
  const taken: DayRow[] = [];
  let parcels = 0;
  for (const row of rows) {
    if (parcels >= figuresLimits.parcelsWanted && row.day !== taken.at(-1)?.day) break;
    taken.push(row);
    parcels += row.parcels;
  }
  if (parcels < figuresLimits.parcelsMin) return undefined;
  const counts = taken.map((row) => ({ value: transitBoundMs(row.bucket), parcels: row.parcels }));
  return { p50Ms: quantileOf(counts, 0.5)!, p95Ms: quantileOf(counts, 0.95)!, parcels };
}
