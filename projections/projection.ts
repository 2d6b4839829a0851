import type { LogRecord } from "./log_record.ts";

/** Rows derived from the log: disposable, and at every position equal to the fold of the log up to there. */
export interface Projection<Db, Tx> {
  readonly name: string;
  /** A new version is a new schema, `<name>_v<version>`, filled from the beginning of the log beside the old one. */
  readonly version: number;
  /**
   * What the rows hold, where that is more than the version says: the state versions of the actors that were folded. Rows of another
   * shape are never added to.
   */
  readonly shape: string;
  /**
   * What these records change, in order; reads first what it needs. Nothing is written until the answer is called, in the transaction
   * that also moves the position.
   */
  project(records: readonly LogRecord[], db: Db): Promise<Write<Tx>>;
}
export type Write<Tx> = (tx: Tx) => Promise<void>;

/** The schema that a projection's tables live in, and the name of its position. */
export function schemaOf({ name, version }: { readonly name: string; readonly version: number }): string {
  return `${name}_v${version}`;
}
