import type { ActorId } from "../../actors/ids.ts";
import { actorIndex, actorTurns } from "../../projections/actor_index.ts";
import type { Sql } from "../../projections/database.ts";
import { readPositions } from "../../projections/positions.ts";
import { schemaOf } from "../../projections/projection.ts";
import type { StoredPosition } from "../../projections/row_store.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import type { KnownPlaces } from "../../streams/reading/actor_records.ts";
import type { Segment } from "../../streams/reading/segments.ts";
import { streamNames } from "../../streams/record.ts";

/** Rows asked for at a time. */
const rowsMax = 10_000;

/**
 * What the projection `actor_index` knows of the actor, as far as it is about this log: a position that names another record than the
 * log holds there, of a database that was restored or a log that was, is worth nothing.
 */
export async function indexedPlaces(
  { sql, broker }: { readonly sql: Sql; readonly broker: Broker },
  actor: ActorId,
  segments: readonly Segment[],
): Promise<KnownPlaces> {
  const partitions = new Set(segments.map(({ partition }) => partition));
  const stored = (await readPositions(sql, schemaOf(actorIndex))).filter((one) =>
    partitions.has(one.partition)
  );
  const { createdAtMs } = await broker.info(streamNames.events);
  const upTo = new Map<number, number>();
  for (const position of stored) {
    const ours = position.streamCreatedMs === createdAtMs && await holds(broker, position);
    upTo.set(position.partition, ours ? position.mark.sequence : 0);
  }
  return { upTo: (partition) => upTo.get(partition) ?? 0, places: await placesOf(sql, actor) };
}

async function holds(broker: Broker, { mark: { sequence, hash } }: StoredPosition): Promise<boolean> {
  if (sequence === 0) return true;
  const stored = await broker.at(streamNames.events, sequence);
  return stored !== undefined && hashOf(stored.payload) === hash;
}

async function placesOf(sql: Sql, actor: ActorId): Promise<KnownPlaces["places"]> {
  const places: { partition: number; sequence: number }[] = [];
  for (;;) {
    const more = await actorTurns(sql, actor, { after: places.at(-1)?.sequence ?? 0, limit: rowsMax });
    places.push(...more);
    if (more.length < rowsMax) return places;
  }
}
