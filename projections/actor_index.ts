import type { ActorId } from "../actors/ids.ts";
import { asking, type Sql, type Tx } from "./database.ts";
import type { Projection } from "./projection.ts";

/** Which turn records say something about an actor, so that its history is a few records to read and not the partition. */
export const actorIndex: Projection<Sql, Tx> = {
  name: "actor_index",
  version: 1,
  shape: "1",
  project: (records, _sql, schema) => {
    const actors: string[] = [], partitions: number[] = [], sequences: number[] = [];
    for (const { sequence, record } of records) {
      for (const actor of new Set(record.entries.map((entry) => entry.actor))) {
        actors.push(actor);
        partitions.push(record.partition);
        sequences.push(sequence);
      }
    }
    return Promise.resolve(async (tx) => {
      if (actors.length === 0) return;
      await tx`
        insert into ${tx(schema)}.actor_turns
        select * from unnest(${actors}::text[], ${partitions}::int[], ${sequences}::bigint[])`;
    });
  },
};

export interface ActorTurn {
  readonly partition: number;
  readonly sequence: number;
}

/** The turn records that say something about the actor, oldest first; at most `limit` above `after`. */
export async function actorTurns(
  sql: Sql,
  actor: ActorId,
  { after = 0, limit }: { readonly after?: number; readonly limit: number },
): Promise<readonly ActorTurn[]> {
  return await asking(`list the turns of ${actor}`, async () => {
    const rows = await sql<ActorTurn[]>`
      select partition, sequence from actor_index_v1.actor_turns
      where actor = ${actor} and sequence > ${after} order by sequence limit ${limit}`;
    return rows.map(({ partition, sequence }) => ({ partition, sequence }));
  });
}
