import { type ActorId, type ActorKind, kindOf } from "../../actors/ids.ts";
import type { Stored } from "../../streams/broker/broker.ts";
import { decodeEntries, type Happened } from "../../streams/record_text.ts";
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
  /** Whose events it reads: of each record, those of others are not even parsed. */
  readonly kinds: readonly ActorKind[];
  /** What these records call for; undefined: nothing. */
  project(records: readonly LogRecord<Happened>[], db: Sql): Promise<Write<Tx> | undefined>;
}

/** Reads of a record what this effect needs. */
export function decodeFor({ kinds }: Pick<EffectProjection, "kinds">): (stored: Stored) => Happened {
  const wanted: ReadonlySet<string> = new Set(kinds);
  return (stored) => decodeEntries(stored, (actor) => wanted.has(kindOf(actor as ActorId)));
}

/** The same for a `Projector` that keeps its positions in these rows. */
export function effectProjection(effect: EffectProjection, rows: EffectRows): Projection<Sql, Tx, Happened> {
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
