import { ulid } from "ulid";
import { accept, type Actor, type AnyActor, assert, type Event, type Rejection } from "../../actors/actor.ts";
import type { OrderLineInput, PlaceOrder, ScanInput, ScanParcel, ShipOrder } from "../../actors/commands.ts";
import {
  type ActorId,
  actorId,
  keyOf,
  kindOf,
  type LocationCode,
  type OrderId,
  type ShipmentId,
  type Sku,
} from "../../actors/ids.ts";
import type { OrderState } from "../../actors/order/state.ts";
import { actorsByKind } from "../../actors/registry.ts";
import type { SkuState } from "../../actors/sku/sku_state.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { emptyPartition, foldRecord } from "../../streams/host/partition_state.ts";
import { Turn } from "../../streams/host/turn.ts";
import type { Slot } from "../../streams/host/turn_context.ts";
import { Waiters } from "../../streams/host/waiters.ts";
import { type Mark, streamNames, subjects } from "../../streams/record.ts";

/** Takes what SKUs answer to a delivery; the document itself is none of these tests' business. */
const deaf: Actor<null, { readonly type: string }, Event, Rejection> = {
  kind: "stockdoc",
  stateVersion: 1,
  initial: () => null,
  evolve: (state) => state,
  decide: () => accept(),
  answer: () => ({ ok: true, value: null }),
  encode: () => null,
  decode: () => null,
  sizeOf: () => 0,
};
type Actors = { readonly [kind: string]: AnyActor };
const usual: Actors = { ...actorsByKind, stockdoc: deaf };

export interface TownCommand {
  readonly to: ActorId;
  readonly command: { readonly type: string };
}

/** A log of real turns over real actors, without a host: each call of `turn` appends one record. */
export class TownLog {
  readonly #broker: Broker;
  readonly #state = emptyPartition();
  readonly #slots = new Map<ActorId, Slot>();
  readonly partition: number;
  readonly #actors: Actors;
  #commands = 0;
  nowMs = Date.UTC(2026, 0, 1);

  /** The last record of this partition. */
  #last = 0;

  /** `others`: actors of further kinds; `origin`: the record of another partition that this one was split off by. */
  constructor(broker: Broker, partition = 0, others: Actors = {}, origin?: Mark) {
    if (origin) this.#state.head = origin;
    this.#broker = broker;
    this.#actors = { ...usual, ...others };
    this.partition = partition;
  }

  static async streams(broker: Broker): Promise<void> {
    const common = { discard: "new", replicas: 1 } as const;
    await broker.ensureStream({
      ...common,
      name: streamNames.events,
      subjects: ["events.*"],
      denyDelete: true,
    });
    await broker.ensureStream({ ...common, name: streamNames.personal, subjects: ["personal.*"] });
  }

  /** One turn of these commands; answers with its stream sequence. */
  async turn(...commands: readonly TownCommand[]): Promise<number> {
    this.nowMs += 1_000;
    const turn = this.#begin();
    for (const { to, command } of commands) {
      const sequence = ++this.#commands;
      const input = { id: `cmd-${sequence}`, atMs: this.nowMs, to, command, at: [sequence, 0] as const };
      const mark = { sequence, hash: "", taken: 1, of: 1 };
      assert(
        turn.command(input, { id: input.id, edge: "test" }, mark),
        `Cannot decide ${command.type} in one turn`,
      );
    }
    return await this.#append(turn);
  }

  /** Fires every timer that is due by then. */
  async wait(ms: number): Promise<number> {
    this.nowMs += ms;
    const turn = this.#begin();
    for (const { actor, name, dueMs } of this.#state.agenda.due(this.nowMs, 1_000)) {
      turn.timer(actor, name, dueMs);
    }
    return await this.#append(turn);
  }

  orders(): Map<string, { state: OrderState; version: number }> {
    return this.#statesOf("order");
  }
  skus(): Map<string, { state: SkuState; version: number }> {
    return this.#statesOf("sku");
  }

  #statesOf<S>(kind: string): Map<string, { state: S; version: number }> {
    const known = [...this.#slots].filter(([id, { version }]) => kindOf(id) === kind && version > 0);
    return new Map(known.map(([id, { state, version }]) => [keyOf(id), { state: state as S, version }]));
  }

  #begin(): Turn {
    return new Turn({
      partition: this.partition,
      state: this.#state,
      limits: { recordBytesMax: Infinity, deliveriesMax: Infinity, cpuMsMax: Infinity },
      waiters: new Waiters(),
      build: "test",
      nowMs: () => this.nowMs,
      actorOf: (id) => this.#actors[kindOf(id)],
      resident: (id) =>
        this.#slots.get(id) ?? { state: this.#actors[kindOf(id)]!.initial(keyOf(id)), version: 0 },
      isSuspect: () => true,
      owns: () => true,
    });
  }

  async #append(turn: Turn): Promise<number> {
    const { bytes, head } = turn.finish(ulid(this.nowMs), 1);
    assert(head.dead.length === 0, `Cannot go on: ${head.dead[0]?.error}`);
    const outcome = await this.#broker.publish(subjects.events(this.partition), bytes, {
      expectedLastSubjectSequence: this.#last,
      ackMsMax: 5_000,
    });
    assert(outcome.kind === "stored", `Cannot append: ${outcome.kind}`);
    this.#last = outcome.sequence;
    foldRecord(this.#state, head, { sequence: outcome.sequence, hash: hashOf(bytes) });
    for (const [id, slot] of turn.changed) this.#slots.set(id, slot);
    return outcome.sequence;
  }
}

const orderIdOf = (n: number | string): OrderId => `ord_${n}` as OrderId;

export const line = (code: string, quantity: number, unitPrice = "2.55"): OrderLineInput => ({
  sku: code as Sku,
  quantity,
  unitPrice,
  discount: "0",
  taxRate: "0.20",
});

export function placing(
  n: number | string,
  lines: readonly OrderLineInput[],
  rest: Partial<PlaceOrder> = {},
): TownCommand {
  const command: PlaceOrder = {
    type: "place",
    order: orderIdOf(n),
    channel: "web",
    orderNumber: String(n),
    placedAt: "2026-01-01T08:26:00Z",
    currency: "GBP",
    lines,
    pricesIncludeTax: false,
    payment: "captured",
    holdMinutes: 10,
    stockPolicy: "reject",
    personal: false,
    fingerprint: `place-${n}`,
    ...rest,
  };
  return { to: actorId("order", command.order), command };
}

export const receiving = (code: string, quantity: number, at = "LON1"): TownCommand => ({
  to: actorId("sku", code),
  command: { type: "receive", doc: `${at}:r-${code}`, location: at, quantity, priority: null } as {
    readonly type: string;
  },
});

export const describing = (code: string, rest: Record<string, unknown> = {}): TownCommand => ({
  to: actorId("sku", code),
  command: {
    type: "describe",
    description: `Thing ${code}`,
    stocked: true,
    safetyStock: {},
    backorderLimit: null,
    ...rest,
  } as { readonly type: string },
});

export const cancelling = (n: number | string): TownCommand => ({
  to: actorId("order", orderIdOf(n)),
  command: { type: "cancel", reason: "test", request: `cancel-${n}`, fingerprint: "f" } as {
    readonly type: string;
  },
});

export const paying = (n: number | string, status: "captured" | "failed" = "captured"): TownCommand => ({
  to: actorId("order", orderIdOf(n)),
  command: { type: "payment", status, reference: `pay-${n}`, fingerprint: `pay-${n}` } as {
    readonly type: string;
  },
});

/** One unit of A of that order, in the parcel `ups:1Z<n>`. */
export function shipping(n: number, token: string, rest: Partial<ShipOrder> = {}): TownCommand {
  const command: ShipOrder = {
    type: "ship",
    fingerprint: `f${n}`,
    shipment: `shp_${n}` as ShipmentId,
    token,
    reference: `P${n}`,
    location: "LON1" as LocationCode,
    carrier: "ups",
    trackingNumber: `1Z${n}`,
    lines: [{ sku: "A" as Sku, quantity: 1 }],
    ...rest,
  };
  return { to: actorId("order", orderIdOf(n)), command };
}

export function scanning(
  n: number,
  status: ScanInput["status"],
  atMs: number,
  subStatus?: string,
): TownCommand {
  const said = { status, atMs, ...(subStatus !== undefined && { subStatus }) };
  const scans = [{ ...said, description: "as it says", carrierCode: "X", location: "London, GB" }];
  const command: ScanParcel = { type: "scans", source: "cb", scans };
  return { to: actorId("parcel", `ups:1Z${n}`), command };
}
