import type { Sql, Tx } from "../database.ts";
import type { LogRecord } from "../log_record.ts";
import { type Projection, schemaOf, type Write } from "../projection.ts";
import type { EffectRows } from "./effect_rows.ts";

/**
 * Rows that say what is to be done in the world. Unlike other rows they are not disposable: whoever made them again from the log would
 * do it all again. Their shape never depends on the state of actors, and their version is fixed.
 */
export interface EffectProjection {
  readonly name: string;
  readonly version: number;
  /** What these records call for; undefined: nothing. */
  project(records: readonly LogRecord[], db: Sql): Promise<Write<Tx> | undefined>;
}

/** The same for a `Projector` that keeps its positions in these rows. */
export function effectProjection(effect: EffectProjection, rows: EffectRows): Projection<Sql, Tx> {
  const { name, version } = effect;
  return {
    name,
    version,
    shape: "effects",
    project: async (records, db) => {
      const write = await effect.project(records, db);
      return async (tx) => {
        if (write === undefined) return;
        await rows.markAhead(tx, schemaOf(effect));
        await write(tx);
      };
    },
  };
}
