import type { ActorId } from "../../actors/ids.ts";
import type { AnyActor } from "../../actors/actor.ts";
import type { Broker } from "../broker/broker.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { type Capture, writeCheckpoint } from "./checkpoint.ts";
import type { HostObserver } from "./observer.ts";
import { checkpointSubject, readSnapshots, SnapshotWriter, type ToWrite } from "./snapshots.ts";
import type { ActorStore } from "./store.ts";

export const checkpointPolicy = {
  /** A checkpoint is due when this much log has been written since the last one … */
  tailBytesMin: 64 * 1024 * 1024,
  /** … and this many times as much as the last one's snapshots took, so that saving stays a small part of the work … */
  tailPerSnapshotByte: 4,
  /** … but never more than an opening can read in a few seconds … */
  tailBytesMax: 256 * 1024 * 1024,
  /** … or when nothing has happened for a while and something is unsaved. */
  idleMs: 5_000,
  /** After a failure: this long, twice as long after two, and so on. */
  retryMs: 5_000,
  actorsAtOnce: 250,
  /** After each batch of actors it rests this many times as long as the batch took: turns come first. */
  restShare: 2,
} as const;

export interface CheckpointerDeps {
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly partition: number;
  readonly store: ActorStore;
  readonly observer: HostObserver;
  actorOf(id: ActorId): AnyActor | undefined;
  /** Brings actors into memory that were not woken since the partition opened. */
  wake(ids: readonly ActorId[]): Promise<void>;
}

/** Writes checkpoints in the background; at most one at a time. A failed one changes nothing but the time it takes to open. */
export class Checkpointer {
  readonly #deps: CheckpointerDeps;
  readonly #writer: SnapshotWriter;
  #sequence: number;
  #knownWritten: number;
  /** After a failure, what the server holds is asked for before anything is stated about it. */
  #uncertain = false;
  #running: Promise<boolean> | undefined;
  #hurried = false;
  #snapshotBytes = 0;

  constructor(deps: CheckpointerDeps, sequence: number, knownWritten: number) {
    this.#deps = deps;
    this.#writer = new SnapshotWriter(deps.broker, deps.runtime, deps.partition, deps.actorOf);
    this.#sequence = sequence;
    this.#knownWritten = knownWritten;
  }

  /** How much log may be written before the next checkpoint is due. */
  get tailBytesMax(): number {
    const { tailBytesMin, tailPerSnapshotByte, tailBytesMax } = checkpointPolicy;
    return Math.min(Math.max(tailBytesMin, this.#snapshotBytes * tailPerSnapshotByte), tailBytesMax);
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Saves all that `captured` promises, then the capture itself; true when it is stored. */
  save(captured: Capture): Promise<boolean> {
    this.#running ??= this.#save(captured).finally(() => this.#running = undefined);
    return this.#running;
  }

  /** Returns when nothing is being saved any more; from now on without giving way. */
  async settled(): Promise<void> {
    this.#hurried = true;
    await this.#running;
  }

  async #save(captured: Capture): Promise<boolean> {
    const { runtime, observer, partition, store } = this.#deps;
    const startedMs = runtime.nowMs();
    const ids = [...new Set([...store.dirty(), ...store.tail.keys()])];
    let failed: string | undefined;
    try {
      failed = await this.#saveActors(ids, captured.head.sequence) ?? await this.#saveCheckpoint(captured);
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
    this.#uncertain = failed !== undefined;
    const outcome = failed === undefined ? "stored" : failed === conflict ? "conflict" : "failed";
    const ms = runtime.nowMs() - startedMs;
    observer.checkpoint({
      partition,
      sequence: captured.head.sequence,
      snapshots: ids.length,
      ms,
      outcome,
      ...(failed === undefined ? {} : { reason: failed }),
    });
    return failed === undefined;
  }

  async #saveActors(ids: readonly ActorId[], turn: number): Promise<string | undefined> {
    const { store, wake, runtime } = this.#deps;
    let written = 0;
    for (let from = 0; from < ids.length; from += checkpointPolicy.actorsAtOnce) {
      const some = ids.slice(from, from + checkpointPolicy.actorsAtOnce), startedMs = runtime.nowMs();
      const asleep = some.filter((id) => store.tail.has(id));
      if (asleep.length > 0) await wake(asleep);
      const toWrite = await this.#toWrite(some);
      const { sequences, failed, bytes } = await this.#writer.write(toWrite, turn);
      written += bytes;
      for (const { id, slot } of toWrite) {
        const sequence = sequences.get(id);
        if (sequence !== undefined) store.saved(id, slot.version, sequence);
      }
      if (failed !== undefined) return failed;
      await runtime.sleep(this.#hurried ? 0 : (runtime.nowMs() - startedMs) * checkpointPolicy.restShare);
    }
    this.#snapshotBytes = written;
    return undefined;
  }

  async #toWrite(ids: readonly ActorId[]): Promise<ToWrite[]> {
    const { store, broker, partition, actorOf } = this.#deps;
    const unsaved = ids.flatMap((id) => {
      const found = store.unsaved(id);
      return found ? [{ id, ...found }] : [];
    });
    if (!this.#uncertain) return unsaved;
    const asked = { partition, ids: unsaved.map(({ id }) => id), actorOf, atLeast: Infinity };
    const there = await readSnapshots(broker, asked);
    return unsaved.flatMap((row) => {
      const found = there.get(row.id);
      if (!found) return [{ ...row, expectedSequence: 0 }];
      const newer = (found.slot?.version ?? 0) >= row.slot.version;
      if (newer) store.saved(row.id, found.slot!.version, found.sequence);
      return newer ? [] : [{ ...row, expectedSequence: found.sequence }];
    });
  }

  async #saveCheckpoint(captured: Capture): Promise<string | undefined> {
    const { broker, store, partition } = this.#deps;
    if (this.#uncertain) {
      const stored = await broker.last(streamNames.snapshots, checkpointSubject(partition));
      const epoch = stored ? epochOf(stored.payload) : 0;
      if (epoch > captured.epoch) return conflict;
      this.#sequence = stored?.sequence ?? 0;
    }
    const written = await writeCheckpoint(broker, captured, store.known, {
      expectedSequence: this.#sequence,
      knownWritten: this.#knownWritten,
    });
    if (written.kind === "failed") return written.reason;
    this.#sequence = written.sequence;
    store.savedUpTo = written.sequence;
    this.#knownWritten = captured.knownCount;
    return undefined;
  }
}

const conflict = "a newer owner has written a checkpoint";

function epochOf(payload: Uint8Array): number {
  const head = JSON.parse(new TextDecoder().decode(payload)) as { epoch: number };
  return head.epoch;
}
