import { accept, type Accepted, type Message, type TimerChange } from "../actor.ts";
import { actorId, type ReturnId } from "../ids.ts";
import type { ParcelMoved } from "../protocol.ts";
import type { ReturnParcelMoved } from "../return/return_messages.ts";
import { caseIdOf } from "./case_id.ts";
import { clearedCases, noCases, withoutCase } from "./cases.ts";
import { clocksOf, delaysAt, nextLookMs } from "./delays.ts";
import { evolve } from "./evolve.ts";
import { type ParcelEvent, parcelEvent, type ParcelRegistered } from "./parcel_events.ts";
import type { ParcelState } from "./parcel_state.ts";
import type { Standing } from "./status.ts";

/** Whoever is told. */
type Party = Pick<ParcelRegistered["data"], "order" | "shipment">;

interface Newcomers {
  readonly newcomer?: Party;
  readonly follower?: ReturnId;
}

/** The one timer: when to look again whether the parcel is late. */
export const lookTimer = "look";

/** A decision in the making: each step sees what the one before it did. */
export class Draft {
  state: ParcelState;
  readonly events: ParcelEvent[] = [];
  readonly #before: ParcelState;
  /** Commands may carry an older time than a timer that has fired: what is late stays late. */
  readonly #nowMs: number;
  readonly #fired: boolean;

  /** `fired`: it is the timer that asks. */
  constructor(state: ParcelState, nowMs: number, { fired = false } = {}) {
    this.state = this.#before = state;
    this.#fired = fired;
    this.#nowMs = state.delays.reduce((latest, { sinceMs }) => Math.max(latest, sinceMs), nowMs);
  }

  emit(event: ParcelEvent): void {
    this.events.push(event);
    this.state = evolve(this.state, event);
  }

  /** What follows from whatever happened: it expires, it moved, it is late or no longer so. `newcomer` and `follower`: are told in any case. */
  finish({ newcomer, follower }: Newcomers = {}): Accepted<ParcelEvent> {
    const expiry = clocksOf(this.state).find(({ reason }) => reason === "expired");
    if (expiry && expiry.dueMs <= this.#nowMs) {
      this.emit(parcelEvent("parcel.expired", { atMs: expiry.dueMs }));
    }
    const moved = this.#move(), { shipments, followers = [] } = this.state;
    const told = moved ? shipments : [], toldToo = moved ? followers : [];
    const isTold = told.some(({ shipment }) => shipment === newcomer?.shipment);
    const all: readonly Party[] = newcomer && !isTold ? [...told, newcomer] : told;
    this.#look();
    this.#cases();
    const returns = follower && !toldToo.includes(follower) ? [...toldToo, follower] : toldToo;
    const messages = [
      ...all.map((party) => wordTo(party, this.state)),
      ...returns.map((id) => wordToReturn(id, this.state)),
    ];
    return accept(this.events, { messages, timers: this.#timers() });
  }

  #move(): boolean {
    const { told, moves, standing: { atMs, ...to } } = this.state;
    if (!hasMoved(told, to)) return false;
    this.emit(parcelEvent("parcel.moved", { move: moves + 1, from: told, to, atMs: atMs ?? this.#nowMs }));
    return true;
  }

  #look(): void {
    const late = delaysAt(this.state, this.#nowMs);
    for (const { reason } of this.state.delays) {
      if (late.some((delay) => delay.reason === reason)) continue;
      this.emit(parcelEvent("parcel.delay_cleared", { reason, atMs: this.#nowMs }));
    }
    for (const delay of late) {
      const known = this.state.delays.find(({ reason }) => reason === delay.reason);
      if (known === undefined || known.revised !== delay.revised) {
        this.emit(parcelEvent("parcel.delayed", delay));
      }
    }
  }

  /** Those whose problem is gone are closed, and what has lasted long enough becomes one. */
  #cases(): void {
    for (const { id } of clearedCases(this.state)) {
      this.emit(parcelEvent("parcel.case_closed", { case: id, reason: "cleared", atMs: this.#nowMs }));
    }
    const { shipments } = this.state;
    for (const { problem, episode, dueMs, rule, shipment } of withoutCase(this.state)) {
      const party = shipments.find((one) => one.shipment === shipment) ?? shipments[0];
      if (dueMs > this.#nowMs || party === undefined) continue;
      const number = (this.state.cases ?? noCases).count + 1, { team, priority, description } = rule;
      this.emit(parcelEvent("parcel.case_opened", {
        case: caseIdOf(this.state.key, number),
        ...{ number, problem, episode, description, team, priority },
        dueAtMs: this.#nowMs + rule.dueAfterMs,
        order: party.order,
        shipment: party.shipment,
        atMs: this.#nowMs,
      }));
    }
  }

  #timers(): TimerChange[] {
    const was = nextLookMs(this.#before), is = nextLookMs(this.state);
    // One that has fired is gone, even where a command of the same turn, or another release's rules, had moved it.
    return was === is && !this.#fired ? [] : [{ name: lookTimer, dueMs: is ?? null }];
  }
}

/** On the way, carriers say much that is no news to anyone: there the sub-status alone does not count. */
function hasMoved(from: Standing, to: Standing): boolean {
  if (from.status !== to.status) return true;
  return from.subStatus !== to.subStatus && to.status !== "in_transit" && to.status !== "pre_transit";
}

/** The last change that was recorded, to one who may not have heard of it. */
function wordTo({ order, shipment }: Party, state: ParcelState): Message {
  const message: ParcelMoved = { type: "parcel", shipment, ...lastMove(state) };
  return { to: actorId("order", order), message };
}
function wordToReturn(id: ReturnId, state: ParcelState): Message {
  const message: ReturnParcelMoved = { type: "parcel_moved", ...lastMove(state) };
  return { to: actorId("return", id), message };
}
const lastMove = ({ told, moves, standing, movedAtMs }: ParcelState) => ({
  ...told,
  atMs: standing.atMs ?? movedAtMs,
  version: moves,
});
