import type { Json } from "../actors/actor.ts";
import { keyOf, kindOf } from "../actors/ids.ts";
import type { Broker, Stored } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { hashOf } from "../streams/hash.ts";
import { type Mark, streamNames, subjects } from "../streams/record.ts";
import type { Runtime } from "../streams/runtime.ts";
import { arrivals } from "./arrivals.ts";
import { asking, type Sql, type Tx } from "./database.ts";
import { keepGoing } from "./keep_going.ts";
import { movePosition, notePosition, openPosition, type StoredPosition } from "./positions.ts";
import { type ProjectorObserver, unwatchedProjector } from "./projector_observer.ts";

/** The copy of PERSONAL that order reads join; a person is erased here by a `null`. */
export const peopleSchema = "people_v1";
/** The record of EVENTS up to which everybody's data is in that copy; `people_v1` itself stands at a place in PERSONAL. */
export const peopleReach = "people_v1_events";
const personalFormat = 1;
const limits = { messagesMax: 256, bytesMax: 8 * 1024 * 1024 };

export interface PersonalProjectorOptions {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "after" | "random">;
  readonly sql: Sql;
  readonly partition: number;
  readonly observer?: Pick<ProjectorObserver, "interrupted" | "stopped">;
}

interface CustomerRow {
  readonly order_id: string;
  readonly customer: Json;
  readonly at: string;
}

/** Follows one partition's personal data. There is no chain to check: erasing a person rewrites this stream. */
export class PersonalProjector {
  readonly #options: PersonalProjectorOptions;
  readonly #stopping = new AbortController();

  constructor(options: PersonalProjectorOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Runs until stopped; rejects when going on is not possible. */
  run(): Promise<void> {
    const { runtime, partition } = this.#options;
    const observer = this.#options.observer ?? unwatchedProjector;
    return keepGoing((progressed) => this.#follow(progressed), {
      runtime,
      partition,
      signal: this.#stopping.signal,
      observer,
    });
  }

  async #follow(progressed: () => void): Promise<void> {
    const { broker, sql, partition } = this.#options;
    const { createdAtMs } = await broker.info(streamNames.personal);
    let position = await asking("open the position", () =>
      openPosition(sql, {
        projection: peopleSchema,
        partition,
        streamCreatedMs: createdAtMs,
        shape: "1",
      }));
    const reader = broker.read(streamNames.personal, {
      subject: subjects.personal(partition),
      fromSequence: position.mark.sequence + 1,
    });
    const stop = () => void reader.stop();
    this.#stopping.signal.addEventListener("abort", stop);
    try {
      if (this.#stopping.signal.aborted) return;
      for await (const batch of arrivals(reader, limits)) {
        position = await this.#store(position, batch);
        progressed();
        if (this.#stopping.signal.aborted) return;
      }
    } finally {
      this.#stopping.signal.removeEventListener("abort", stop);
      await reader.stop();
    }
  }

  async #store(position: StoredPosition, batch: readonly Stored[]): Promise<StoredPosition> {
    const last = batch.at(-1)!;
    const { rows, reach } = foldPersonal(batch);
    const mark = { sequence: last.sequence, hash: hashOf(last.payload) };
    await this.#options.sql.begin(async (tx) => {
      // As with other projections: rows and position are lost together, and then made again.
      await tx`set local synchronous_commit = off`;
      await movePosition(tx, position, mark);
      if (reach !== undefined) await notePosition(tx, position, peopleReach, reach);
      if (rows.length > 0) await writeCustomers(tx, rows);
    });
    return { ...position, mark };
  }
}

/** The newest of what these messages say about each order, and of how far they were copied. */
export function foldPersonal(
  batch: readonly Stored[],
): { readonly rows: readonly CustomerRow[]; readonly reach: Mark | undefined } {
  const rows = new Map<string, CustomerRow>();
  let reach: Mark | undefined;
  for (const { payload, subject, sequence, storedAtMs } of batch) {
    const { items, position } = parsePersonal(payload, `${subject} at ${sequence}`);
    reach = position;
    for (const { actor, personal } of items) {
      if (kindOf(actor) !== "order") continue;
      const order_id = keyOf(actor);
      rows.set(order_id, { order_id, customer: personal, at: new Date(storedAtMs).toISOString() });
    }
  }
  return { rows: [...rows.values()], reach };
}

interface PersonalItem {
  readonly actor: Parameters<typeof keyOf>[0];
  readonly personal: Json;
}

interface PersonalPack {
  readonly format: number;
  readonly position: Mark;
  readonly items: readonly PersonalItem[];
}

function parsePersonal(payload: Uint8Array, where: string): PersonalPack {
  let pack: PersonalPack;
  try {
    pack = JSON.parse(new TextDecoder().decode(payload));
  } catch (error) {
    throw new Fault("record.undecodable", `Cannot read ${where}: it is not JSON`, error);
  }
  if (pack?.format !== personalFormat || !Array.isArray(pack.items)) {
    throw new Fault("record.undecodable", `Cannot read ${where}: its format is ${pack?.format}`);
  }
  return pack;
}

async function writeCustomers(tx: Tx, rows: readonly CustomerRow[]): Promise<void> {
  const gone = rows.filter(({ customer }) => customer === null).map(({ order_id }) => order_id);
  const kept = rows.filter(({ customer }) => customer !== null).map((row) => ({ ...row }));
  if (gone.length > 0) await tx`delete from people_v1.customers where order_id = any(${gone}::text[])`;
  if (kept.length === 0) return;
  await tx`
    insert into people_v1.customers
    select * from jsonb_to_recordset(${tx.json(kept)}) as r(order_id text, customer jsonb, at timestamptz)
    on conflict (order_id) do update set customer = excluded.customer, updated_at = excluded.updated_at`;
}
