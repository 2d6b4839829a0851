import type { ActorId } from "../../actors/ids.ts";
import type { Broker, Reader, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import { type CommandMark, type Mark, type Pending, streamNames } from "../record.ts";
import { decodeSends, type Said } from "../record_text.ts";
import { Hearing } from "./hearing.ts";
import { requestsIn } from "./trace_headers.ts";

/** A record of some partition, as far as others need it. */
export interface Told {
  readonly mark: Mark;
  readonly partition: number;
  readonly sends: readonly Pending[];
  readonly read: CommandMark;
  /** The trace contexts of the requests that it was made for, by their commands' ids. */
  readonly requests: ReadonlyMap<string, string> | undefined;
  readonly bytes: number;
}

export interface Listener {
  readonly partition: number;
  /** True for the actors that messages are taken for. */
  owns(actor: ActorId): boolean;
  /** Everything up to here has been taken. */
  readonly from: Mark;
  /** The partition that was split to make this one, and how far it had read COMMANDS by then. */
  readonly parent?: { readonly partition: number; readonly read: CommandMark };
  /** Called when something for it has arrived. */
  wake(): void;
}

/**
 * What partitions say to each other stands in their turn records, so there is nothing to send: one reader follows EVENTS for all
 * partitions of this host, and each takes what is addressed to its actors, in EVENTS order. A partition that begins further behind
 * reads by itself until it has caught up.
 */
export class PeerTap {
  readonly #broker: Broker;
  readonly #members = new Set<Hearing>();
  #reader: Reader | undefined;
  /** The last record that the shared reader has handed out. */
  #position = 0;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Throws `Fault("log.lost")` when EVENTS does not hold what was read of it before. */
  async join(listener: Listener): Promise<Hearing> {
    await checkPeersRead(this.#broker, listener.partition, listener.from);
    const hearing: Hearing = new Hearing(listener, {
      left: () => this.#leave(hearing),
      behind: () => this.#catchUp(hearing),
    });
    this.#catchUp(hearing);
    return hearing;
  }

  #leave(hearing: Hearing): void {
    this.#members.delete(hearing);
    if (this.#members.size > 0) return;
    void this.#reader?.stop();
    this.#reader = undefined;
  }

  #attach(hearing: Hearing): void {
    this.#members.add(hearing);
    if (this.#reader) return;
    this.#position = hearing.next - 1;
    const reader = this.#broker.read(streamNames.events, { fromSequence: hearing.next });
    this.#reader = reader;
    this.#follow(reader).catch((error) => {
      if (this.#reader !== reader) return;
      this.#reader = undefined; // Whoever opens its partition again begins anew.
      for (const member of this.#members) member.fail(error);
      this.#members.clear();
    });
  }

  async #follow(reader: Reader): Promise<void> {
    const chains = new Chains();
    for await (const stored of reader) {
      if (this.#reader !== reader) return;
      const told = chains.next(stored);
      this.#position = told.mark.sequence;
      for (const member of this.#members) {
        // Whoever cannot take more for now leaves, and reads on by itself when there is room.
        if (!member.take(told)) this.#members.delete(member);
      }
    }
    if (this.#reader === reader) throw new Fault("log.unavailable", "Cannot read EVENTS: the reader ended");
  }

  #catchUp(hearing: Hearing): void {
    if (!this.#reader || hearing.next > this.#position) return this.#attach(hearing);
    const reader = this.#broker.read(streamNames.events, { fromSequence: hearing.next });
    const follow = async () => {
      const chains = new Chains();
      for await (const stored of reader) {
        if (hearing.stopped) return;
        if (!hearing.take(chains.next(stored))) return;
        if (!this.#reader || hearing.next > this.#position) return this.#attach(hearing);
      }
      throw new Fault("log.unavailable", "Cannot read EVENTS: the reader ended");
    };
    follow().catch((error) => hearing.fail(error)).finally(() => reader.stop());
  }
}

/** Decodes records, and checks that each hangs on the one before it of its partition. */
class Chains {
  readonly #last = new Map<number, Mark>();

  next(stored: Stored): Told {
    const { sequence } = stored, said: Said = decodeSends(stored);
    const { partition, previous, sends, read: { commands: read } } = said;
    const last = this.#last.get(partition);
    if (last && (last.sequence !== previous.sequence || last.hash !== previous.hash)) {
      throw new Fault(
        "log.lost",
        `Cannot hear partition ${partition}: record ${sequence} follows ${previous.sequence}, not the ${last.sequence} before it`,
      );
    }
    const mark = { sequence, hash: hashOf(stored.payload) };
    this.#last.set(partition, mark);
    const requests = requestsIn(stored.headers);
    return { mark, partition, sends, read, requests, bytes: stored.payload.length };
  }
}

/** Throws `Fault("log.lost")` when EVENTS does not hold what was heard before. */
export async function checkPeersRead(broker: Broker, partition: number, from: Mark): Promise<void> {
  if (from.sequence === 0) return;
  const stored = await broker.at(streamNames.events, from.sequence);
  if (stored && hashOf(stored.payload) === from.hash) return;
  throw new Fault(
    "log.lost",
    `Cannot hear for partition ${partition}: record ${from.sequence}, read before, is ${
      stored ? "another one" : "gone"
    }`,
  );
}
