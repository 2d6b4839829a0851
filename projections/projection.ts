import type { TurnRecord } from "../streams/record.ts";
import type { Happened } from "../streams/record_text.ts";
import type { LogRecord } from "./log_record.ts";

/** Rows derived from the log: disposable, and at every position equal to the fold of the log up to there. */
export interface Projection<Db, Tx, Read extends Happened = TurnRecord> {
  readonly name: string;
  /** A new version is a new schema, `<name>_v<version>`, filled from the beginning of the log beside the old one. */
  readonly version: number;
  /** Where its rows are instead: those that are built beside the ones that are read. */
  readonly schema?: string;
  /**
   * What the rows hold, where that is more than the version says: the state versions of the actors that were folded. Rows of another
   * shape are never added to.
   */
  readonly shape: string;
  /**
   * What these records change, in order; reads first what it needs, from its own rows in `schema` alone: rows of others are further on
   * or behind. Nothing is written until the answer is called, in the transaction that also moves the position.
   */
  readonly project: (records: readonly LogRecord<Read>[], db: Db, schema: string) => Promise<Write<Tx>>;
}
export type Write<Tx> = (tx: Tx) => Promise<void>;

interface SchemaNamed {
  readonly name: string;
  readonly version: number;
  readonly schema?: string;
}

/** The schema that a projection's tables live in, and the name of its position. */
export function schemaOf({ name, version, schema }: SchemaNamed): string {
  return schema ?? `${name}_v${version}`;
}
