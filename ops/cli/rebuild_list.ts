import { allProjections } from "../../projections/all.ts";
import { asking, type Sql } from "../../projections/database.ts";
import { readPositions } from "../../projections/positions.ts";
import { schemaOf } from "../../projections/projection.ts";
import { nextOf, oldOf, readRowSet } from "../../projections/rebuild/row_sets.ts";
import type { StoredPosition } from "../../projections/row_store.ts";

export type PositionsListed = { readonly [partition: string]: number };
export interface RowsListed {
  readonly schema: string;
  readonly positions: PositionsListed;
}
interface Beside extends RowsListed {
  readonly code: string;
  readonly begunAt: string;
  readonly swappedAt?: string;
}
/** A projection with its rows: those that are read, that are being built, that were read before. */
export interface Listed {
  readonly projection: string;
  readonly live: RowsListed;
  readonly next?: Beside;
  readonly old?: Beside;
}

export const positionsOf = (positions: readonly StoredPosition[]): PositionsListed =>
  Object.fromEntries(positions.map(({ partition, mark }) => [partition, mark.sequence]));

export function listRows(sql: Sql): Promise<readonly Listed[]> {
  return asking("list the rows of projections", async () => {
    const listed: Listed[] = [];
    for (const projection of allProjections()) {
      const schema = schemaOf(projection);
      const [next, old] = [await besideOf(sql, nextOf(schema)), await besideOf(sql, oldOf(schema))];
      const live = { schema, positions: positionsOf(await readPositions(sql, schema)) };
      listed.push({ projection: projection.name, live, ...(next && { next }), ...(old && { old }) });
    }
    return listed;
  });
}

async function besideOf(sql: Sql, schema: string): Promise<Beside | undefined> {
  const found = await readRowSet(sql, schema);
  if (found === undefined) return undefined;
  const { code, begunAt, swappedAt, positions } = found;
  return {
    ...{ schema, code, begunAt: begunAt.toISOString(), positions: positionsOf(positions) },
    ...(swappedAt && { swappedAt: swappedAt.toISOString() }),
  };
}
