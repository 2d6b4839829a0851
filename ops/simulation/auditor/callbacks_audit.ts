import { type ActorId, keyOf } from "../../../actors/ids.ts";
import { type Checkpoint, checkpointOf } from "../../../actors/parcel/checkpoint.ts";
import type { ParcelScanned } from "../../../actors/parcel/parcel_events.ts";
import generic from "../../../http/carriers/generic/adapter.ts";
import { newsOf } from "../../../http/carriers/callback_handler.ts";
import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { decodeCallbacks } from "../../../streams/callbacks/callback_pack.ts";
import { type Entry, streamNames } from "../../../streams/record.ts";
import { promised } from "./violation.ts";

/** What carriers sent and was kept, and what parcels were told of it: each scan, once, and nothing else. */
export class CallbacksAudit {
  readonly #server: MemoryServer;
  /** The scans that callbacks hold, by parcel and hash, which no parcel has been told. */
  readonly #untold = new Set<string>();
  readonly #scans = new Map<ActorId, Checkpoint[]>();
  readonly #told = new Set<string>();
  #seen = 0;

  constructor(server: MemoryServer) {
    this.#server = server;
  }

  /** Reads what is new in CALLBACKS. */
  look(): void {
    const stream = this.#server.stream(streamNames.callbacks);
    while (this.#seen < stream.lastSequence) {
      const stored = stream.at(++this.#seen);
      promised("told", stored !== undefined, () => `message ${this.#seen} of CALLBACKS is gone`);
      for (const callback of decodeCallbacks(stored.payload)) {
        for (const { to, command } of newsOf(generic.callback(callback.body), callback)) {
          for (const scan of command.scans) this.#hold(to, checkpointOf(keyOf(to), scan));
        }
      }
    }
  }
  /** An event of a parcel. */
  note(where: string, { actor, type, data }: Entry): void {
    if (type !== "parcel.scanned") return;
    for (const checkpoint of (data as unknown as ParcelScanned["data"]).checkpoints) {
      const key = keyFor(actor, checkpoint);
      promised("once", !this.#told.has(key), () => `${where}: ${key} is told a second time`);
      promised("told", this.#untold.delete(key), () => `${where}: ${key}, which no carrier said`);
      this.#told.add(key);
      this.#scans.set(actor, [...this.#scans.get(actor) ?? [], checkpoint]);
    }
  }
  /** Every scan that the parcel has been told, in the order in which it was. */
  scansOf(parcel: ActorId): readonly Checkpoint[] {
    return this.#scans.get(parcel) ?? [];
  }
  unsettled(): string | undefined {
    const [first] = this.#untold;
    return first === undefined ? undefined : `${this.#untold.size} scans are not told, the first is ${first}`;
  }

  #hold(parcel: ActorId, checkpoint: Checkpoint): void {
    const key = keyFor(parcel, checkpoint);
    if (!this.#told.has(key)) this.#untold.add(key);
  }
}

const keyFor = (parcel: ActorId, { hash }: Checkpoint) => `${parcel} ${hash}`;
