import type { Standing } from "../../../actors/parcel/status.ts";
import type { ReadEvent } from "../normal.ts";

/**
 * Where the newest event has no code of its own, it is what the message's summary speaks of: without that, an older event that has one
 * would decide. `uncoded` tells the events that have none.
 */
export function withSummary<E extends ReadEvent>(
  events: readonly E[],
  summary: Standing | undefined,
  uncoded: (event: E) => boolean,
): readonly E[] {
  const newest = events.reduce<E | undefined>(
    (best, event) => isLater(event, best) ? event : best,
    undefined,
  );
  if (summary === undefined || newest === undefined || !uncoded(newest)) return events;
  return events.map((event) => event === newest ? { ...event, meaning: summary } : event);
}

const isLater = (one: ReadEvent, other: ReadEvent | undefined): boolean =>
  one.moment !== undefined &&
  (other?.moment === undefined || Date.parse(one.moment.at) > Date.parse(other.moment.at));
