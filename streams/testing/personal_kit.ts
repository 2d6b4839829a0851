import type { Json } from "../../actors/actor.ts";
import { actorId } from "../../actors/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { hashOf } from "../hash.ts";
import {
  type Mark,
  type PackedCommand,
  recordFormat,
  streamNames,
  subjects,
  type TurnRecord,
} from "../record.ts";
import { decodePersonal, type PersonalMessage } from "../retention/personal_message.ts";
import { ensureStreams } from "../streams.ts";

const encoder = new TextEncoder();
const ackMsMax = 60_000;

const nothing = { sequence: 0, hash: "" };

/** A turn of partition 0 in which nothing happened. */
export const emptyRecord: TurnRecord = {
  format: recordFormat,
  turn: "t",
  partition: 0,
  previous: nothing,
  epoch: 1,
  atMs: 1,
  read: { commands: { ...nothing, taken: 0, of: 0 }, peers: nothing },
  range: [0, 1024],
  sends: [],
  took: 0,
  inputs: [],
  entries: [],
  results: [],
  out: [],
  timers: [],
  dead: [],
  parked: [],
};

/** Writes what an edge and a host would: packs of orders, and the turns that accept them. */
export class PersonalKit {
  readonly broker: Broker;
  #head: Mark = { sequence: 0, hash: "" };
  #read = { sequence: 0, hash: "", taken: 0, of: 0 };

  constructor(broker: Broker) {
    this.broker = broker;
  }
  static async open(broker: Broker): Promise<PersonalKit> {
    await ensureStreams(broker, 1);
    return new PersonalKit(broker);
  }

  /** Packs one `place` command per order and returns the sequence in COMMANDS. */
  async place(orders: readonly { readonly key: string; readonly personal?: Json }[]): Promise<number> {
    const commands = orders.map(({ key, personal }): PackedCommand => ({
      id: `c-${key}`,
      to: actorId("order", key),
      atMs: 1,
      edge: "e",
      command: { type: "place" },
      ...(personal === undefined ? {} : { personal }),
    }));
    const payload = encoder.encode(JSON.stringify({ format: 1, commands }));
    const outcome = await this.broker.publish(subjects.commands(0), payload, { ackMsMax });
    if (outcome.kind !== "stored") throw new Error(`Cannot pack: ${outcome.kind}`);
    this.#read = { sequence: outcome.sequence, hash: hashOf(payload), taken: 0, of: orders.length };
    return outcome.sequence;
  }

  /** A turn that decides the next `orders` of the pack placed last. */
  async decide(
    orders: readonly { readonly key: string; readonly personal: boolean; readonly accepted?: boolean }[],
  ) {
    const { sequence, taken } = this.#read;
    this.#read = { ...this.#read, taken: taken + orders.length };
    const accepted = orders.map((order, index) => ({ ...order, index }))
      .filter((order) => order.accepted !== false);
    const record: TurnRecord = {
      ...emptyRecord,
      turn: `t${this.#head.sequence}`,
      previous: this.#head,
      read: { commands: this.#read, peers: nothing },
      inputs: orders.map(({ key }, index) => ({
        id: `c-${key}`,
        at: [sequence, taken + index],
        atMs: 1,
        to: actorId("order", key),
        command: { type: "place" },
      })),
      entries: accepted.map(({ key, personal, index }) => ({
        actor: actorId("order", key),
        version: 1,
        cause: index,
        type: "order.placed",
        v: 1,
        data: { personal },
      })),
    };
    return await this.append(record);
  }

  async append(record: TurnRecord): Promise<number> {
    const payload = encoder.encode(JSON.stringify(record));
    const outcome = await this.broker.publish(subjects.events(0), payload, {
      ackMsMax,
      expectedLastSubjectSequence: this.#head.sequence,
    });
    if (outcome.kind !== "stored") throw new Error(`Cannot append: ${outcome.kind}`);
    this.#head = { sequence: outcome.sequence, hash: hashOf(payload) };
    return outcome.sequence;
  }

  get head(): Mark {
    return this.#head;
  }

  /** All of PERSONAL. */
  async copied(): Promise<PersonalMessage[]> {
    const { lastSequence } = await this.broker.info(streamNames.personal);
    const messages: PersonalMessage[] = [];
    for (let sequence = 1; sequence <= lastSequence; sequence++) {
      const stored = await this.broker.at(streamNames.personal, sequence);
      if (stored) messages.push(decodePersonal(stored));
    }
    return messages;
  }
  async people(): Promise<Record<string, unknown>> {
    const items = (await this.copied()).flatMap((message) => message.items);
    return Object.fromEntries(items.map(({ actor, personal }) => [actor, personal]));
  }
}
