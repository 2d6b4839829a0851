import { asJson } from "../../actors/as_json.ts";
import { keyOf, kindOf } from "../../actors/ids.ts";
import type { Sql, Tx } from "../database.ts";
import { begunEarlier } from "../folding.ts";
import type { LogRecord } from "../log_record.ts";
import type { Projection } from "../projection.ts";
import {
  type EstimateStage,
  type Journey,
  journeyAfter,
  type JourneyEvent,
  journeyEvents,
  measure,
} from "./journey.ts";

/** What is counted of one lane on one day; the key is all but the count. */
interface LaneDay {
  readonly carrier: string;
  readonly service: string;
  readonly origin: string;
  readonly destination: string;
  readonly day: string;
  readonly bucket: number;
}
export interface EstimateDay extends LaneDay {
  readonly stage: EstimateStage;
  readonly source: string;
}
export interface LaneChanges {
  readonly journeys: ReadonlyMap<string, Journey>;
  readonly transits: readonly LaneDay[];
  readonly estimates: readonly EstimateDay[];
}

/** Parcels' ways as they are after these records, and what those that ended add to the counts. */
export function foldLanes(before: ReadonlyMap<string, Journey>, records: readonly LogRecord[]): LaneChanges {
  const journeys = new Map<string, Journey>(), transits: LaneDay[] = [], estimates: EstimateDay[] = [];
  for (const { record } of records) {
    for (const { actor, type, v, data } of record.entries) {
      if (kindOf(actor) !== "parcel" || !Object.hasOwn(journeyEvents, type)) continue;
      const parcel = keyOf(actor), event = { type, version: v, data } as unknown as JourneyEvent;
      const old = journeys.get(parcel) ?? before.get(parcel) ?? {};
      const journey = journeyAfter(old, event, record.atMs), measured = measure(journey);
      journeys.set(parcel, measured ? { ...journey, measured: true } : journey);
      if (!measured) continue;
      const { day, lane: { service = "", from: origin, to: destination } } = measured;
      const of = { carrier: parcel.slice(0, parcel.indexOf(":")), service, origin, destination, day };
      if (measured.transit !== undefined) transits.push({ ...of, bucket: measured.transit });
      estimates.push(...measured.estimates.map((estimate) => ({ ...of, ...estimate })));
    }
  }
  return { journeys, transits, estimates };
}

/** Called with what was written: how estimates compared with what happened. */
export type Compared = (estimates: readonly EstimateDay[]) => void;

/** A row for each parcel's way, and counts by lane and day. */
export function lanesProjection(compared: Compared = () => undefined): Projection<Sql, Tx> {
  return {
    name: "lanes",
    version: 1,
    shape: "1",
    project: async (records, sql, schema) => {
      const changes = foldLanes(await loadJourneys(sql, schema, begunEarlier("parcel", records)), records);
      return async (tx) => {
        await write(tx, schema, changes);
        compared(changes.estimates);
      };
    },
  };
}

async function loadJourneys(
  sql: Sql,
  schema: string,
  keys: readonly string[],
): Promise<Map<string, Journey>> {
  if (keys.length === 0) return new Map();
  const rows = await sql<{ parcel: string; state: Journey }[]>`
    select parcel, state from ${sql(schema)}.journeys where parcel = any(${sql.array([...keys])}::text[])`;
  return new Map(rows.map(({ parcel, state }) => [parcel, state]));
}

async function write(tx: Tx, schema: string, { journeys, transits, estimates }: LaneChanges): Promise<void> {
  if (journeys.size === 0) return;
  const rows = [...journeys].map(([parcel, state]) => ({
    parcel,
    shipment_id: state.shipment ?? null,
    registered_at: state.registeredAtMs === undefined ? null : new Date(state.registeredAtMs).toISOString(),
    waits: state.shipment !== undefined && state.lane === undefined,
    state: asJson(state),
  }));
  await tx`
    insert into ${tx(schema)}.journeys
    select * from jsonb_to_recordset(${tx.json(rows)}) as r(
      parcel text, shipment_id text, registered_at timestamptz, waits boolean, state jsonb)
    on conflict (parcel) do update set shipment_id = excluded.shipment_id,
      registered_at = excluded.registered_at, waits = excluded.waits, state = excluded.state`;
  // Several partitions add to the same rows: all take them in the same order, so that none waits for another in a circle.
  if (transits.length > 0) {
    await tx`
      insert into ${tx(schema)}.transits as t
      select carrier, service, origin, destination, day, bucket, count(*)
      from jsonb_to_recordset(${tx.json(transits.map((row) => ({ ...row })))}) as r(
        carrier text, service text, origin text, destination text, day date, bucket int)
      group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
      on conflict (carrier, origin, destination, day, service, bucket)
        do update set parcels = t.parcels + excluded.parcels`;
  }
  if (estimates.length === 0) return;
  await tx`
    insert into ${tx(schema)}.estimates as e
    select carrier, service, origin, destination, day, stage, source, bucket, count(*)
    from jsonb_to_recordset(${tx.json(estimates.map((row) => ({ ...row })))}) as r(
      carrier text, service text, origin text, destination text, day date, stage text, source text, bucket int)
    group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict (carrier, service, origin, destination, day, stage, source, bucket)
      do update set parcels = e.parcels + excluded.parcels`;
}
