import { formatCursor, parseCursor } from "../../projections/cursor.ts";
import { type Accuracy, type AccuracyFilter, accuracyOf } from "../../projections/lanes/accuracy.ts";
import type { Journey } from "../../projections/lanes/journey.ts";
import { type EstimateDay, foldLanes } from "../../projections/lanes/lanes.ts";
import type { LogRecord } from "../../projections/log_record.ts";
import type { Page } from "../../projections/queries.ts";

/** The projection of lanes kept in memory: the same fold over the same log. */
export class LogLanes {
  readonly #journeys = new Map<string, Journey>();
  readonly #estimates: EstimateDay[] = [];

  take(records: readonly LogRecord[]): void {
    const { journeys, estimates } = foldLanes(this.#journeys, records);
    for (const [parcel, journey] of journeys) this.#journeys.set(parcel, journey);
    this.#estimates.push(...estimates);
  }

  accuracy({ from, to, by, limit, cursor, ...equal }: AccuracyFilter): Page<Accuracy> {
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    const names = Object.keys(equal) as (keyof typeof equal)[];
    const groups = new Map<string, EstimateDay[]>();
    for (const row of this.#estimates) {
      const { carrier, service, origin, destination, day, stage, source } = row;
      if (day < from || day > to || !names.every((name) => row[name] === equal[name])) continue;
      const lane = JSON.stringify([carrier, service, origin, destination, stage, source]);
      const key = JSON.stringify([lane, by === "day" ? day : from]);
      groups.set(key, [...groups.get(key) ?? [], row]);
    }
    const found = [...groups].map(([key, rows]) => ({ place: JSON.parse(key) as [string, string], rows }))
      .sort((one, other) => one.place.join() < other.place.join() ? -1 : 1)
      .filter(({ place }) => after === undefined || place.join() > [after.id, after.at.slice(0, 10)].join());
    const page = found.slice(0, limit), last = page.at(-1);
    const items = page.map(({ rows, place }) => {
      const counts: Record<string, number> = {};
      for (const { bucket } of rows) counts[bucket] = (counts[bucket] ?? 0) + 1;
      return accuracyOf({ ...rows[0]!, day: new Date(place[1]), counts }, by);
    });
    if (found.length <= limit || last === undefined) return { items };
    return { items, next: formatCursor({ at: last.place[1], id: last.place[0] }) };
  }
}
