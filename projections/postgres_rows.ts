import { Fault } from "../streams/faults.ts";
import { asking, type Sql, tookTooLong, transaction, type Tx } from "./database.ts";
import { movePosition, openPosition } from "./positions.ts";
import type { RowStore } from "./row_store.ts";
import { forgetUnprojected, noteUnprojected, unprojectedIn } from "./unprojected_rows.ts";

/** Rows and positions in Postgres. */
export function postgresRows(sql: Sql): RowStore<Sql, Tx> {
  return {
    openPosition: (wanted) =>
      asking(`open the position of ${wanted.projection}`, () => openPosition(sql, wanted)),
    read: (ask) => askingInTime("read rows", () => ask(sql)),
    transact: (work) =>
      askingInTime("write rows", async () => {
        await transaction(sql, async (tx) => {
          // Rows are derived and their position is lost with them, so a power cut costs a little work done twice, never a difference.
          await tx`set local synchronous_commit = off`;
          await work(tx);
        });
      }),
    movePosition,
    unprojected: (partition) =>
      asking("read what could not be projected", () => unprojectedIn(sql, partition)),
    noteUnprojected: (what) => asking("note what could not be projected", () => noteUnprojected(sql, what)),
    forgetUnprojected,
  };
}

/** As `asking`; a statement that takes too long is a fault of its own, because it may be one projection's alone. */
async function askingInTime<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await asking(what, ask);
  } catch (error) {
    if (!(error instanceof Fault) || !tookTooLong(error.cause)) throw error;
    const problem = `Cannot ${what}: the database ended a statement that took longer than it may`;
    throw new Fault("database.slow", problem, error.cause);
  }
}
