import type { Json } from "../../actors/actor.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { openRegistry, type Registry } from "../../streams/edge/registry.ts";
import { Fault } from "../../streams/faults.ts";
import type { Mark } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { asking, type Sql, type Tx } from "../database.ts";
import { nothingYet } from "../log_record.ts";
import { postgresRows } from "../postgres_rows.ts";
import type {
  PositionWanted,
  RowStore,
  StoredPosition,
  StoredUnprojected,
  Unprojected,
} from "../row_store.ts";
import { type EffectMark, markOf } from "./effect_mark.ts";

/** Effects that the database has no rows for, though they had them: they count as done. */
export interface EffectsSkipped {
  readonly projection: string;
  readonly partition: number;
  /** Where the database stood, and where effects begin now: sequences in EVENTS. */
  readonly from: number;
  readonly to: number;
}

export interface EffectRowsOptions {
  readonly sql: Sql;
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "newId">;
  skipped(what: EffectsSkipped): void;
}

interface Known {
  readonly revision: number;
  readonly mark: EffectMark | undefined;
}

/**
 * Rows of effects. Beside the position in Postgres, REGISTRY keeps a mark for each projection and partition, written before each
 * transaction that has something to send: a database that was dropped, or restored to what it was yesterday, stands behind its mark,
 * and then what lies between counts as done.
 */
export class EffectRows implements RowStore<Sql, Tx> {
  readonly #rows: RowStore<Sql, Tx>;
  readonly #registry: Registry;
  readonly #options: EffectRowsOptions;
  readonly #known = new Map<string, Known>();
  readonly #moving = new WeakMap<Tx, Map<string, readonly [from: StoredPosition, to: Mark]>>();
  #database: Promise<string> | undefined;

  constructor(options: EffectRowsOptions) {
    this.#options = options;
    this.#rows = postgresRows(options.sql);
    this.#registry = openRegistry(options.broker, "effects", options.runtime);
  }

  async openPosition(wanted: PositionWanted): Promise<StoredPosition> {
    const position = await this.#rows.openPosition(wanted);
    const registered = await this.#registry.get(keyOf(position));
    const mark = registered && markOf(registered);
    const ofThisLog = mark?.streamCreatedMs === position.streamCreatedMs ? mark : undefined;
    this.#known.set(keyOf(position), { revision: registered?.revision ?? 0, mark: ofThisLog });
    if (ofThisLog === undefined || await this.#holds(position, ofThisLog)) return position;
    await this.transact((tx) => this.#rows.movePosition(tx, position, ofThisLog.to));
    const { projection, partition } = position;
    this.#options.skipped({
      ...{ projection, partition },
      ...{ from: position.mark.sequence, to: ofThisLog.to.sequence },
    });
    return { ...position, mark: ofThisLog.to };
  }

  /** True unless rows are gone: after a crash between mark and commit this very database stands at the mark's beginning. */
  async #holds({ mark }: StoredPosition, { database, from, to }: EffectMark): Promise<boolean> {
    if (mark.sequence >= to.sequence) return true;
    return mark.sequence >= from.sequence && database === await this.#databaseId();
  }

  read<T>(ask: (db: Sql) => Promise<T>): Promise<T> {
    return this.#rows.read(ask);
  }
  transact(work: (tx: Tx) => Promise<void>): Promise<void> {
    return this.#rows.transact(work);
  }
  async movePosition(tx: Tx, from: StoredPosition, to: Mark): Promise<void> {
    await this.#rows.movePosition(tx, from, to);
    const moving = this.#moving.get(tx) ?? new Map();
    this.#moving.set(tx, moving.set(from.projection, [from, to]));
  }

  unprojected(partition: number): Promise<readonly StoredUnprojected[]> {
    return this.#rows.unprojected(partition);
  }
  noteUnprojected(what: Unprojected): Promise<void> {
    return this.#rows.noteUnprojected(what);
  }
  forgetUnprojected(tx: Tx, at: Pick<Unprojected, "projection" | "partition">): Promise<void> {
    return this.#rows.forgetUnprojected(tx, at);
  }

  /** Call it in the transaction that moves this projection's position, before anything is written that will be sent. */
  async markAhead(tx: Tx, projection: string): Promise<void> {
    const move = this.#moving.get(tx)?.get(projection);
    if (move === undefined) throw new Error(`Cannot mark ${projection}: its position was not moved`);
    await tx`set local synchronous_commit = on`; // Other rows can be made again from the log; these must not be lost alone.
    const [position, to] = move, { streamCreatedMs } = position, key = keyOf(position);
    const { revision, mark: before } = this.#known.get(key) ?? { revision: 0, mark: undefined };
    const mark = {
      database: await this.#databaseId(),
      from: committedBefore(position, before),
      to,
      streamCreatedMs,
    };
    const outcome = await this.#registry.put(key, asJson(mark), revision);
    if (outcome.kind === "conflict") {
      throw new Fault("projection.fenced", `Cannot mark ${key}: another process marks it`);
    }
    this.#known.set(key, { revision: outcome.revision, mark });
  }

  #databaseId(): Promise<string> {
    const ask = async () => {
      const [row] = await this.#options.sql<{ id: string }[]>`select id from waybill.database_identity`;
      if (row === undefined) {
        throw new Error("Cannot tell the database from another: its identity was deleted");
      }
      return row.id;
    };
    return this.#database ??= asking("read the database's identity", ask).catch((error: unknown) => {
      this.#database = undefined;
      throw error;
    });
  }
}

const keyOf = ({ projection, partition }: StoredPosition) => `${projection}-${partition}`;
const asJson = ({ database, from, to, streamCreatedMs }: EffectMark): Json => ({
  ...{ database, streamCreatedMs },
  from: { ...from },
  to: { ...to },
});

/**
 * The last record whose effects are certainly in the database, durably: between there and the position nothing was to be sent, and a
 * crash of the server may take such moves back.
 */
function committedBefore({ mark }: StoredPosition, before: EffectMark | undefined): Mark {
  if (before === undefined) return nothingYet;
  return mark.sequence >= before.to.sequence ? before.to : before.from;
}
