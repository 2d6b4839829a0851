import { type ActorId, bucketOf, kindOf } from "../../actors/ids.ts";
import type { Stored } from "../../streams/broker/broker.ts";
import {
  childOf,
  emptyPartition,
  foldRecord,
  type PartitionState,
} from "../../streams/host/partition_state.ts";
import type { BucketRange, Pending } from "../../streams/record.ts";
import { decodeSends, type Said } from "../../streams/record_text.ts";

/** What explains a difference: some message that has not been decided. */
export const awaits = {
  handOver: (sku: ActorId, hold: string, shipment: string) => `${sku} hands over ${shipment} of ${hold}`,
  told: (returned: string, news: string) => `the order of ${returned} hears: ${news}`,
  /** Between an order and one of its SKUs. */
  stock: (order: ActorId) => `${order} and its SKUs`,
  /** Between a return and a SKU or a location. */
  work: (returned: ActorId) => `${returned} and its SKUs`,
};

/** All that this message explains. */
function explains({ from, to, message }: Pending): string[] {
  const said = message as unknown as { readonly [field: string]: string }, kind = kindOf(to);
  const explained: string[] = [];
  if (kind === "sku" && message.type === "shipment.hand_over") {
    explained.push(awaits.handOver(to, said["hold"]!, said["shipment"]!));
  }
  if (kind === "order" && message.type === "return_told") {
    explained.push(awaits.told(said["return"]!, said["news"]!));
  }
  if (kind === "sku" && kindOf(from) === "order") explained.push(awaits.stock(from));
  if (kind === "order" && kindOf(from) === "sku") explained.push(awaits.stock(to));
  if (places.has(kind) && kindOf(from) === "return") explained.push(awaits.work(from));
  if (kind === "return" && places.has(kindOf(from))) explained.push(awaits.work(to));
  return explained;
}
const places: ReadonlySet<string> = new Set(["sku", "location"]);

interface Sent {
  readonly sequence: number;
  readonly partition: number;
  readonly pending: Pending;
}

/**
 * Which messages between actors are under way where the log ends: those that wait in their partition, those that are held back there,
 * and those that the partition of their actor has not taken yet. Follows the heads of the records, as hosts do.
 */
export class OnTheWay {
  readonly #awaited: ReadonlySet<string>;
  readonly #partitions = new Map<number, PartitionState>();
  #sent: Sent[] = [];

  /** `awaited`: what has to be explained; of other messages between partitions nothing is kept. */
  constructor(awaited: readonly string[]) {
    this.#awaited = new Set(awaited);
  }

  take(stored: Stored): void {
    const said = decodeSends(stored), { partition, split, sends } = said, { sequence } = stored;
    const state = this.#stateOf(said), heardUntil = state.peers.sequence;
    foldRecord(state, { ...said, timers: [] }, { sequence, hash: "" });
    if (split !== undefined) this.#partitions.set(split.child, childOf(state, partition));
    if (state.peers.sequence > heardUntil) this.#heard(said);
    for (const pending of sends) {
      if (this.#isAwaited(pending)) this.#sent.push({ sequence, partition, pending });
    }
  }

  /** What of it messages explain. */
  explained(): readonly string[] {
    const pending = this.#sent.map((sent) => sent.pending);
    for (const { waiting, parked, stopped } of this.#partitions.values()) {
      pending.push(...waiting, ...parked, ...Array.from(stopped.values(), ({ delivery }) => delivery));
    }
    const explained = new Set(pending.flatMap(explains));
    return [...this.#awaited].filter((one) => explained.has(one));
  }

  #isAwaited(pending: Pending): boolean {
    return explains(pending).some((one) => this.#awaited.has(one));
  }

  #stateOf({ partition, range }: Said): PartitionState {
    let state = this.#partitions.get(partition);
    if (state === undefined) this.#partitions.set(partition, state = emptyPartition(range));
    return state;
  }

  #heard({ partition, range, read: { peers } }: Said): void {
    this.#sent = this.#sent.filter((sent) =>
      sent.sequence > peers.sequence || sent.partition === partition || !isIn(range, sent.pending.to)
    );
  }
}

function isIn([from, to]: BucketRange, actor: ActorId): boolean {
  const bucket = bucketOf(actor);
  return from <= bucket && bucket < to;
}
