import type { Json } from "../actors/actor.ts";
import { keyOf, kindOf } from "../actors/ids.ts";
import type { Broker, Stored } from "../streams/broker/broker.ts";
import { Fault } from "../streams/faults.ts";
import { hashOf } from "../streams/hash.ts";
import { type Mark, streamNames, subjects } from "../streams/record.ts";
import type { Runtime } from "../streams/runtime.ts";
import { arrivals } from "../streams/arrivals.ts";
import { keepGoing } from "./keep_going.ts";
import { pause } from "./pace.ts";
import { type ProjectorObserver, unwatchedProjector } from "./projector_observer.ts";
import type { RowStore, StoredPosition } from "./row_store.ts";

/** The copy of PERSONAL that order reads join; a person is erased here by a `null`. */
export const peopleSchema = "people_v1";
/** As operators name it. */
export const peopleName = "people";
/** The record of EVENTS up to which everybody's data is in that copy; `people_v1` itself stands at a place in PERSONAL. */
export const peopleReach = "people_v1_events";
const personalFormat = 1;
const limits = { messagesMax: 256, bytesMax: 8 * 1024 * 1024 };

/** Where the copy is written. */
export interface People<Tx> {
  /** The newest of each order; a customer of `null` is erased. */
  write(tx: Tx, rows: readonly CustomerRow[]): Promise<void>;
  /** The texts of notes, by their ids; a text of `null` is erased. */
  writeNotes(tx: Tx, rows: readonly NoteText[]): Promise<void>;
  /** What receivers of parcels wrote; `said` of `null` is erased. */
  writeRequests(tx: Tx, rows: readonly RequestRow[]): Promise<void>;
  /** Notes that everybody's data is there up to this record of EVENTS, as the position of `peopleReach`. */
  reach(tx: Tx, beside: StoredPosition, at: Mark): Promise<void>;
}

export interface PersonalProjectorOptions<Tx> {
  readonly broker: Broker;
  readonly runtime: Pick<Runtime, "after" | "random">;
  readonly rows: RowStore<unknown, Tx>;
  readonly people: People<Tx>;
  readonly partition: number;
  readonly observer?: Pick<ProjectorObserver, "interrupted" | "stopped">;
  /** Whether an operator lets it rest. */
  readonly paused?: () => boolean;
}

const lookMs = 1_000;

/** Of an order, or of a credit for a sale that is not known here: their ids never meet. */
export interface CustomerRow {
  readonly order_id: string;
  readonly customer: Json;
  readonly at: string;
}
/** What a person wrote down about a case of the parcel. */
export interface NoteText {
  readonly note_id: string;
  readonly parcel: string;
  readonly note: string | null;
  readonly at: string;
}

/** A receiver's request to the shop, by the command that brought it. `request` and `order_id` are empty once it is erased. */
export interface RequestRow {
  readonly command_id: string;
  readonly request: string;
  readonly order_id: string;
  readonly said: Json;
  readonly at: string;
}

/** Follows one partition's personal data. There is no chain to check: erasing a person rewrites this stream. */
export class PersonalProjector<Tx> {
  readonly #options: PersonalProjectorOptions<Tx>;
  readonly #stopping = new AbortController();
  #sequence = 0;
  #isStopped = false;

  constructor(options: PersonalProjectorOptions<Tx>) {
    this.#options = options;
  }

  /** The last message of PERSONAL that the rows hold; 0 before anything is known. */
  get sequence(): number {
    return this.#sequence;
  }

  stop(): void {
    this.#stopping.abort();
  }

  get state(): "going" | "paused" | "stopped" {
    if (this.#isPaused()) return "paused";
    return this.#isStopped ? "stopped" : "going";
  }

  /**
   * Runs until stopped; rejects when another one writes these rows. What else trying again cannot mend makes it stand still, alone: it is
   * tried again by another process, or once an operator has paused and resumed it.
   */
  async run(): Promise<void> {
    const { runtime, partition, observer = unwatchedProjector } = this.#options, { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await keepGoing((progressed) => this.#follow(progressed), { runtime, partition, signal, observer });
      } catch (error) {
        if (error instanceof Fault && error.code === "projection.fenced") throw error;
        this.#isStopped = true; // `keepGoing` has told why.
        await this.#once(() => this.#isPaused());
        this.#isStopped = false;
      }
    }
  }

  #isPaused(): boolean {
    return this.#options.paused?.() ?? false;
  }
  /** Resolves as soon as it holds, or when this is to stop. */
  async #once(holds: () => boolean): Promise<void> {
    const { signal } = this.#stopping;
    while (!holds() && !signal.aborted) await pause(this.#options.runtime, lookMs, signal);
  }

  async #follow(progressed: () => void): Promise<void> {
    const { broker, rows, partition } = this.#options;
    const { createdAtMs } = await broker.info(streamNames.personal);
    let position = await rows.openPosition({
      projection: peopleSchema,
      partition,
      streamCreatedMs: createdAtMs,
      shape: "1",
    });
    this.#sequence = position.mark.sequence;
    if (this.#isPaused()) return await this.#once(() => !this.#isPaused());
    const reader = broker.read(streamNames.personal, {
      subject: subjects.personal(partition),
      fromSequence: position.mark.sequence + 1,
    });
    const stop = () => void reader.stop();
    this.#stopping.signal.addEventListener("abort", stop);
    try {
      if (this.#stopping.signal.aborted) return;
      for await (const batch of arrivals(reader, limits)) {
        if (this.#isPaused()) return;
        position = await this.#store(position, batch);
        this.#sequence = position.mark.sequence;
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
    const { rows, people } = this.#options;
    const { rows: customers, notes, requests, reach } = foldPersonal(batch);
    const mark = { sequence: last.sequence, hash: hashOf(last.payload) };
    await rows.transact(async (tx) => {
      await rows.movePosition(tx, position, mark);
      if (reach !== undefined) await people.reach(tx, position, reach);
      if (customers.length > 0) await people.write(tx, customers);
      if (notes.length > 0) await people.writeNotes(tx, notes);
      if (requests.length > 0) await people.writeRequests(tx, requests);
    });
    return { ...position, mark };
  }
}

interface FoldedPersonal {
  readonly rows: readonly CustomerRow[];
  readonly notes: readonly NoteText[];
  readonly requests: readonly RequestRow[];
  readonly reach: Mark | undefined;
}

/** The newest of what these messages say about each order, note and request, and of how far they were copied. */
export function foldPersonal(batch: readonly Stored[]): FoldedPersonal {
  const rows = new Map<string, CustomerRow>();
  const notes = new Map<string, NoteText>(), requests = new Map<string, RequestRow>();
  let reach: Mark | undefined;
  for (const { payload, subject, sequence, storedAtMs } of batch) {
    const { items, position } = parsePersonal(payload, `${subject} at ${sequence}`);
    reach = position;
    const at = new Date(storedAtMs).toISOString();
    for (const { actor, id, personal } of items) {
      const kind = kindOf(actor), key = keyOf(actor);
      if (kind === "order" || kind === "credit") rows.set(key, { order_id: key, customer: personal, at });
      if (kind !== "parcel") continue;
      // A note is a text, a request an object; what is erased is `null`, and may have been either.
      const isNote = typeof personal === "string", erased = personal === null;
      if (isNote || erased) notes.set(id, { note_id: id, parcel: key, note: isNote ? personal : null, at });
      if (!isNote) requests.set(id, { ...requestRow(personal), command_id: id, at });
    }
  }
  return { rows: [...rows.values()], notes: [...notes.values()], requests: [...requests.values()], reach };
}

/** `{request, order, said}`, as the tracking page sends it beside its command. */
export function requestRow(personal: Json): Pick<RequestRow, "request" | "order_id" | "said"> {
  const fields: { readonly [name: string]: unknown } = Object(personal);
  const { request, order, said } = fields;
  if (typeof request !== "string" || typeof order !== "string" || said === undefined) {
    return { request: "", order_id: "", said: null };
  }
  return { request, order_id: order, said: said as Json };
}

interface PersonalItem {
  readonly actor: Parameters<typeof keyOf>[0];
  /** Of the command that it came with, and of the note where it is one. */
  readonly id: string;
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
