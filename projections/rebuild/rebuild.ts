import { type Sql, transaction, type Tx } from "../database.ts";
import { readPositions } from "../positions.ts";
import { type Projection, schemaOf } from "../projection.ts";
import type { StoredPosition } from "../row_store.ts";
import { tablesOf } from "./catalogue.ts";
import { compareAll, compareSince, isSame, type Sides, type TableComparison } from "./compare.ts";
import { exchange, holdPositions } from "./exchange.ts";
import { fill, type FillOptions } from "./fill.ts";
import { nextOf, openNext } from "./row_sets.ts";

export interface RebuildOptions extends FillOptions {
  /** As it runs: its rows are those that are read. */
  readonly projection: Projection<Sql, Tx>;
  /** The version of the code: rows that another one began to build are not gone on with. */
  readonly code: string;
  /** Begins again, whatever an earlier run built. */
  readonly anew?: boolean;
}

/** Both sides at one position per partition. */
export interface Compared {
  readonly same: boolean;
  readonly tables: readonly TableComparison[];
  readonly positions: readonly StoredPosition[];
  /** What later transactions wrote is not compared yet. */
  readonly horizon: string;
}

/** Rows that differ, and nobody accepted that. */
export class RowsDiffer extends Error {
  override readonly name = "RowsDiffer";
  readonly tables: readonly TableComparison[];
  constructor(tables: readonly TableComparison[]) {
    super("Cannot swap: the rows that were built differ from those that are read");
    this.tables = tables;
  }
}

/** Until a round of catching up takes no longer: the projector waits for the last one. */
const lastRoundMsMax = 1_000;
const roundsMax = 20;
const compareMsMax = 1_800_000;

/** Builds the rows once more beside those that are read, as far as these are; goes on where an earlier run was stopped. */
export async function build(options: RebuildOptions): Promise<{ readonly wentOn: boolean }> {
  const { sql, projection, code, anew = false } = options, schema = schemaOf(projection);
  await expectSameShape(sql, projection);
  const wentOn = await openNext(sql, schema, { code, anew });
  await catchUp(options);
  for (const { name } of await tablesOf(sql, nextOf(schema))) {
    await sql`analyze ${sql(nextOf(schema))}.${sql(name)}`; // Readers' plans are as good from the first query on.
  }
  return { wentOn };
}

/** Readers of today would not understand rows of another shape. */
async function expectSameShape(sql: Sql, projection: Projection<Sql, Tx>): Promise<void> {
  const schema = schemaOf(projection);
  const [other] = await sql<{ shape: string }[]>`
    select shape from waybill.positions where projection = ${schema} and shape <> ${projection.shape} limit 1`;
  if (other === undefined) return;
  throw new Error(
    `Cannot rebuild ${schema}: its rows are of shape ${other.shape}, this code makes ${projection.shape}; ` +
      "raise its version, and the projector builds the new one",
  );
}

const nextOptions = (options: RebuildOptions): FillOptions => ({
  ...options,
  projection: { ...options.projection, schema: nextOf(schemaOf(options.projection)) },
});
const atFullSpeed = (options: FillOptions): FillOptions => ({
  ...options,
  pace: { ...options.pace, busy: () => false },
});

async function catchUp(options: RebuildOptions): Promise<void> {
  const { sql, runtime, projection } = options, paced = nextOptions(options);
  let lastMs = Infinity, next = paced;
  for (let round = 1; round <= roundsMax; round++) {
    const startedMs = runtime.elapsedMs();
    await fill(next, await readPositions(sql, schemaOf(projection)));
    const tookMs = runtime.elapsedMs() - startedMs;
    if (tookMs < lastRoundMsMax) return;
    if (tookMs > lastMs) next = atFullSpeed(paced); // Resting, it would never be there.
    lastMs = tookMs;
  }
  throw new Error(`Cannot catch up with ${schemaOf(projection)}: the log grows faster than rows are built`);
}

/** Holds the projector for a moment, brings the built rows exactly to where it is, and works with both. */
async function atOnePosition<T>(
  options: RebuildOptions,
  work: (tx: Tx, positions: readonly StoredPosition[]) => Promise<T>,
): Promise<T> {
  const { sql, projection } = options;
  return await transaction(sql, async (tx) => {
    const positions = await holdPositions(tx, schemaOf(projection));
    await fill(atFullSpeed(nextOptions(options)), positions);
    return await work(tx, positions);
  });
}

/** Compares all rows at one position; the projector goes on as soon as the database has taken its snapshot of both. */
export async function compare(options: RebuildOptions): Promise<Compared> {
  const { sql } = options, sides = await sidesOf(options);
  const { comparing, positions } = await atOnePosition(options, async (_tx, positions) => {
    const snapshot = comparingSnapshot(sql, sides);
    await Promise.race([snapshot.taken, snapshot.comparing]);
    return { comparing: snapshot.comparing, positions };
  });
  const { tables, horizon } = await comparing;
  return { same: isSame(tables), tables, positions, horizon };
}

function comparingSnapshot(sql: Sql, sides: Sides) {
  let told = () => {};
  const taken = new Promise<void>((resolve) => told = resolve);
  const comparing = transaction(sql, async (tx) => {
    await tx`set local statement_timeout = ${tx.unsafe(String(compareMsMax))}`;
    const [row] = await tx<{ horizon: string }[]>`
      select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`;
    told();
    return { horizon: row!.horizon, tables: await compareAll(tx, sides) };
  }, "isolation level repeatable read read only");
  return { taken, comparing };
}

async function sidesOf({ sql, projection }: RebuildOptions): Promise<Sides> {
  const live = schemaOf(projection), next = nextOf(live);
  return { live, next, tables: await tablesOf(sql, next) };
}

/**
 * Puts the rows that were built and compared in place of those that are read, in one transaction; these are kept. What was written
 * since the comparison is compared first. Throws `RowsDiffer` unless differences are accepted.
 */
export async function swap(
  options: RebuildOptions,
  { same, tables, horizon }: Compared,
  { acceptDifferences }: { readonly acceptDifferences: boolean },
): Promise<readonly StoredPosition[]> {
  if (!same && !acceptDifferences) throw new RowsDiffer(tables);
  const { projection, code } = options, live = schemaOf(projection), sides = await sidesOf(options);
  await catchUp(options);
  return await atOnePosition(options, async (tx, positions) => {
    const since = await compareSince(tx, sides, horizon);
    if (!isSame(since) && !acceptDifferences) throw new RowsDiffer(since);
    await exchange(tx, live, code);
    return positions;
  });
}
