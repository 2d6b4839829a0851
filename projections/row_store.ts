import { Fault } from "../streams/faults.ts";
import type { Mark } from "../streams/record.ts";

/** How far a projection's rows are in one partition. */
export interface StoredPosition {
  readonly projection: string;
  readonly partition: number;
  readonly mark: Mark;
  /** When the stream was made that the mark is in. */
  readonly streamCreatedMs: number;
  /** How often other rows took the place of these: what was read from the ones before is not to be written to the ones after. */
  readonly generation: number;
}
export interface PositionWanted {
  readonly projection: string;
  readonly partition: number;
  readonly streamCreatedMs: number;
  /** Of the rows that this code makes. */
  readonly shape: string;
}

/** A record that a projection could not apply: its rows stand before it. */
export interface Unprojected {
  /** The name of its position. */
  readonly projection: string;
  readonly partition: number;
  /** Of the record, in EVENTS. */
  readonly sequence: number;
  readonly problem: string;
  /** The version of the code that could not. */
  readonly build: string;
}
export interface StoredUnprojected extends Unprojected {
  /** An operator wants it to be tried again, and nobody has yet. */
  readonly retryAsked: boolean;
}

/**
 * Where rows and positions are kept: Postgres, or a model of it in memory (`model/memory_rows.ts`) that simulation runs on. Both pass
 * one contract suite. Everything here throws `Fault("database.unavailable")` when the database cannot be asked; `read` and `transact`
 * throw "database.slow" when it ends a statement that takes too long.
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
   * and commits. Throws "projection.fenced" when it stands further on, "projection.replaced" when it
   * belongs to other rows now.
   */
  movePosition(tx: Tx, from: StoredPosition, to: Mark): Promise<void>;
  /** What projections could not apply in this partition when they last tried. */
  unprojected(partition: number): Promise<readonly StoredUnprojected[]>;
  /** Notes that a projection stands before this record; no crash loses it. Whoever asked for it to be tried again was heard. */
  noteUnprojected(what: Unprojected): Promise<void>;
  /** It got past the record: in the transaction that moved the position. */
  forgetUnprojected(tx: Tx, at: Pick<Unprojected, "projection" | "partition">): Promise<void>;
}

/** Rows of another shape are never added to. */
export function expectShape({ projection, shape }: PositionWanted, found: string): void {
  if (found === shape) return;
  throw new Error(
    `Cannot go on with ${projection}: its rows are of shape ${found}, this code makes ${shape}; raise its version`,
  );
}

/** Why a position did not move that stands elsewhere now. */
export function notMoved(
  { projection, partition, mark, generation }: StoredPosition,
  found: { readonly sequence: number; readonly generation: number } | undefined,
): Fault {
  const from = `Cannot move ${projection} in partition ${partition} on from ${mark.sequence}`;
  if (found !== undefined && found.generation !== generation) {
    return new Fault("projection.replaced", `${from}: other rows took the place of these`);
  }
  const sequence = found?.sequence ?? 0, what = `${from}: it stands at ${sequence}`;
  // Lower than we left it: the server crashed and lost its last, lazily written transactions, rows and position together.
  return new Fault(sequence < mark.sequence ? "database.unavailable" : "projection.fenced", what);
}

/** It may be the statement's own fault, or that of whoever keeps the database busy. */
export const isSlow = (error: unknown): boolean => error instanceof Fault && error.code === "database.slow";
