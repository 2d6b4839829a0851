import type { Event } from "../../../actors/actor.ts";
import { type ActorId, keyOf, kindOf } from "../../../actors/ids.ts";
import { actorFor } from "../../../actors/registry.ts";
import type { IssuedDocument } from "../../../actors/series/document.ts";
import type { Broker, Stored } from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import {
  type CommandMark,
  type Entry,
  type Mark,
  streamNames,
  type TurnRecord,
} from "../../../streams/record.ts";
import { decodeRecord } from "../../../streams/record_text.ts";

export interface FoldedActor {
  state: unknown;
  version: number;
  /** What happened to it, in order. */
  readonly types: string[];
}
/** What the log itself says, folded from its first record with nothing but the actors' own `evolve`. */
export interface Folded {
  /** The last record of each partition. */
  readonly heads: ReadonlyMap<number, Mark>;
  readonly actors: ReadonlyMap<ActorId, FoldedActor>;
  readonly records: number;
  readonly events: number;
  /** Units of each SKU that came in. */
  readonly came: ReadonlyMap<string, number>;
  /** Units of each SKU that left in parcels. */
  readonly left: ReadonlyMap<string, number>;
  /** Every invoice and credit note, in the log's order. */
  readonly documents: readonly IssuedDocument[];
  /** What is wrong with the log itself. */
  readonly findings: readonly string[];
}

/** Reads EVENTS to its end, and checks on the way: chains, versions, marks, every actor's invariants, each command decided once. */
export async function foldLog(broker: Broker): Promise<Folded> {
  const { lastSequence } = await broker.info(streamNames.events), log = new Fold();
  if (lastSequence === 0) return log;
  const reader = broker.read(streamNames.events, { fromSequence: 1 });
  try {
    for await (const stored of reader) {
      log.take(stored);
      if (stored.sequence >= lastSequence) return log;
    }
  } finally {
    await reader.stop();
  }
  throw new Error("Cannot read the log to its end: the reader stopped");
}

interface Before {
  readonly atMs: number;
  readonly commands: CommandMark;
  readonly peers: Mark;
}

class Fold implements Folded {
  readonly heads = new Map<number, Mark>();
  readonly actors = new Map<ActorId, FoldedActor>();
  readonly came = new Map<string, number>();
  readonly left = new Map<string, number>();
  readonly documents: IssuedDocument[] = [];
  readonly findings: string[] = [];
  records = 0;
  events = 0;
  readonly #decided = new Set<string>();
  readonly #before = new Map<number, Before>();

  take(stored: Stored): void {
    const record = decodeRecord(stored), { partition, previous } = record, { sequence } = stored;
    const head = this.heads.get(partition) ?? { sequence: 0, hash: "" };
    if (previous.sequence !== head.sequence || previous.hash !== head.hash) {
      this.findings.push(
        `record ${sequence} of partition ${partition} follows ${previous.sequence}, not ${head.sequence}`,
      );
    }
    this.heads.set(partition, { sequence, hash: hashOf(stored.payload) });
    this.#checkMarks(sequence, record);
    for (const { actor, error } of record.dead) {
      this.findings.push(`record ${sequence} could not decide for ${actor}: ${error}`);
    }
    for (const { id, outcome } of record.results) {
      if (outcome === "later") continue;
      if (this.#decided.has(id)) {
        this.findings.push(`command ${id} was decided twice, again in record ${sequence}`);
      }
      this.#decided.add(id);
    }
    for (const entry of record.entries) this.#evolve(entry, sequence);
    this.records++;
    this.events += record.entries.length;
  }

  /** Neither its time nor how far it has read ever goes backwards. */
  #checkMarks(sequence: number, { partition, atMs, read: { commands, peers } }: TurnRecord): void {
    const before = this.#before.get(partition);
    this.#before.set(partition, { atMs, commands, peers });
    if (before === undefined) return;
    const back = commands.sequence < before.commands.sequence ||
      (commands.sequence === before.commands.sequence && commands.taken < before.commands.taken);
    if (back) this.findings.push(`record ${sequence} has read less of COMMANDS than the one before it`);
    if (peers.sequence < before.peers.sequence) {
      this.findings.push(`record ${sequence} has read less of EVENTS than the one before it`);
    }
    if (atMs < before.atMs) this.findings.push(`record ${sequence} is older than the one before it`);
  }

  #evolve({ actor: id, version, type, v, data }: Entry, sequence: number): void {
    const actor = actorFor(id), event: Event = { type, version: v, data };
    const folded: FoldedActor = this.actors.get(id) ??
      { state: actor.initial(keyOf(id)), version: 0, types: [] };
    if (version !== folded.version + 1) {
      this.findings.push(
        `${type} of ${id} in record ${sequence} has version ${version} after ${folded.version}`,
      );
    }
    folded.version = version;
    folded.types.push(type);
    this.actors.set(id, folded);
    if (kindOf(id) === "sku") this.#count(keyOf(id), event);
    if (type === "series.document_issued") this.documents.push(event.data as IssuedDocument);
    try {
      folded.state = actor.evolve(folded.state, event); // What cannot follow from a gap is a finding, too.
      actor.check?.(folded.state); // Claims ≤ sellable, after every event.
    } catch (error) {
      this.findings.push(
        `${type} of ${id} in record ${sequence}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #count(sku: string, { type, data }: Event): void {
    const { quantity = 0, delta = 0 } = data as { readonly quantity?: number; readonly delta?: number };
    const add = (to: Map<string, number>, units: number) => void to.set(sku, (to.get(sku) ?? 0) + units);
    if (type === "goods.received") add(this.came, quantity);
    else if (type === "stock.adjusted") add(this.came, delta);
    else if (type === "parcel.handed_over") add(this.left, quantity);
  }
}

export const actorsOf = ({ actors }: Folded, kind: string): [key: string, actor: FoldedActor][] =>
  [...actors].filter(([id]) => kindOf(id) === kind).map(([id, actor]) => [keyOf(id), actor]);
