import type { AnyActor } from "../../../actors/actor.ts";
import { type ActorId, keyOf, kindOf } from "../../../actors/ids.ts";
import { actorsByKind } from "../../../actors/registry.ts";
import { recount } from "../../../actors/sku/invariants.ts";
import type { SkuState } from "../../../actors/sku/sku_state.ts";
import type { Entry } from "../../../streams/record.ts";
import type { CallbacksAudit } from "./callbacks_audit.ts";
import { MoneyAudit } from "./money_audit.ts";
import { OnceAudit } from "./once_audit.ts";
import { ShipmentsAudit } from "./shipments_audit.ts";
import { OrderAudit } from "./order_audit.ts";
import { promised, Violation } from "./violation.ts";

interface History {
  readonly actor: AnyActor;
  /** By version; 0 is the initial state. */
  readonly states: unknown[];
  /** The record that made each version. */
  readonly records: number[];
}

/** Every actor, folded from the log by its own pure functions, version by version. */
export class ActorsAudit {
  readonly #histories = new Map<ActorId, History>();
  readonly once = new OnceAudit();
  readonly order = new OrderAudit();
  readonly shipments = new ShipmentsAudit();
  readonly money = new MoneyAudit();
  readonly #callbacks: CallbacksAudit;

  constructor(callbacks: CallbacksAudit) {
    this.#callbacks = callbacks;
  }

  ids(kind: string): ActorId[] {
    return [...this.#histories.keys()].filter((id) => kindOf(id) === kind);
  }
  state<S>(id: ActorId): S {
    return this.#historyOf(id).states.at(-1) as S;
  }
  /** The states that the actor had between the beginning and the end of a record. */
  statesAt(id: ActorId, sequence: number): readonly unknown[] {
    const { states, records } = this.#historyOf(id);
    let last = states.length - 1;
    while (last > 0 && records[last]! > sequence) last -= 1;
    let first = last;
    while (first > 0 && records[first]! >= sequence) first -= 1;
    return states.slice(first, last + 1);
  }

  /** How many of the actor's events lie in records up to this one. */
  versionAt(id: ActorId, sequence: number): number {
    return this.#historyOf(id).records.findLastIndex((record) => record <= sequence);
  }

  fold(where: string, sequence: number, entries: readonly Entry[]): void {
    const touched = new Set<ActorId>();
    for (const entry of entries) {
      const { actor: id, version, type, v, data } = entry;
      this.once.note(where, entry);
      this.money.note(where, entry);
      const { actor, states, records } = this.#historyOf(id);
      promised(
        "linear",
        version === states.length,
        () => `${where}: ${id} goes from version ${states.length - 1} to ${version}`,
      );
      states.push(this.#evolved(where, actor, id, states.at(-1), { type, version: v, data }));
      records.push(sequence);
      touched.add(id);
      this.shipments.note(where, sequence, entry);
      this.#callbacks.note(where, entry);
    }
    for (const id of touched) if (kindOf(id) === "sku") this.#checkSku(where, id);
  }

  #evolved(
    where: string,
    actor: AnyActor,
    id: ActorId,
    state: unknown,
    event: { type: string; version: number; data: unknown },
  ) {
    try {
      const after = actor.evolve(state, event);
      actor.check?.(after);
      return after;
    } catch (error) {
      throw new Violation("oversold", `${where}: ${id} after ${event.type}: ${String(error)}`);
    }
  }
  #checkSku(where: string, id: ActorId): void {
    const state = this.state<SkuState>(id);
    for (const { location, reserved, allocated, picked, packed, held, sellable } of state.locations) {
      const claims = reserved + allocated + picked + packed + held;
      promised(
        "oversold",
        claims <= sellable,
        () => `${where}: ${id} at ${location} has ${claims} claims on ${sellable}`,
      );
    }
    try {
      recount(state);
    } catch (error) {
      throw new Violation("oversold", `${where}: ${id}: ${String(error)}`);
    }
  }
  #historyOf(id: ActorId): History {
    let history = this.#histories.get(id);
    if (history === undefined) {
      const actor = actorsByKind[kindOf(id)]!;
      history = { actor, states: [actor.initial(keyOf(id))], records: [0] };
      this.#histories.set(id, history);
    }
    return history;
  }
}
