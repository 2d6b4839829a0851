import { Fault } from "../streams/faults.ts";
import type { Mark } from "../streams/record.ts";

/** How far a projection's rows are in one partition. */
export interface StoredPosition {
  readonly projection: string;
  readonly partition: number;
  readonly mark: Mark;
  /** When the stream was made that the mark is in. */
  readonly streamCreatedMs: number;
}
export interface PositionWanted {
  readonly projection: string;
  readonly partition: number;
  readonly streamCreatedMs: number;
  /** Of the rows that this code makes. */
  readonly shape: string;
}

/**
 * Where rows and positions are kept: Postgres, or a model of it in memory (`model/memory_rows.ts`) that simulation runs on. Both pass
 * one contract suite. Everything here throws `Fault("database.unavailable")` when the database cannot be asked.
 */
export interface RowStore<Db, Tx> {
  /** The projection's position; made, at the beginning of the log, when it has none. Refuses rows of another shape. */
  openPosition(wanted: PositionWanted): Promise<StoredPosition>;
  /** Reads what is committed, outside of any transaction. */
  read<T>(ask: (db: Db) => Promise<T>): Promise<T>;
  /**
   * All that `work` writes, or nothing. A crash of the database may lose the last of these transactions again, each as a whole: what
   * is derived from the log is made again from there.
   */
  transact(work: (tx: Tx) => Promise<void>): Promise<void>;
  /**
   * Moves the position, if it is where it was last seen. Call it first in the transaction: of two projectors only one gets past it
   * and commits. Throws "projection.fenced" when it stands further on.
   */
  movePosition(tx: Tx, from: StoredPosition, to: Mark): Promise<void>;
}

/** Rows of another shape are never added to. */
export function expectShape({ projection, shape }: PositionWanted, found: string): void {
  if (found === shape) return;
  throw new Error(
    `Cannot go on with ${projection}: its rows are of shape ${found}, this code makes ${shape}; raise its version`,
  );
}

/** Why a position did not move that stands at the sequence `found` now. */
export function notMoved({ projection, partition, mark }: StoredPosition, found: number): Fault {
  const what =
    `Cannot move ${projection} in partition ${partition} on from ${mark.sequence}: it stands at ${found}`;
  // Lower than we left it: the server crashed and lost its last, lazily written transactions, rows and position together.
  return new Fault(found < mark.sequence ? "database.unavailable" : "projection.fenced", what);
}
