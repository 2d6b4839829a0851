import { type ActorId } from "../../actors/ids.ts";
import {
  accept,
  type Actor,
  type AnyActor,
  type Event,
  type Json,
  reject,
  type Rejection,
} from "../../actors/actor.ts";

/** A small actor that can do all that the runtime has to cope with: for tests of the runtime alone. */
export type ToyCommand =
  | { readonly type: "add"; readonly amount: number }
  /** Adds here and asks each of the others to add; they tell when they did, and only then is the asker answered. */
  | { readonly type: "spread"; readonly amount: number; readonly to: readonly ActorId[] }
  | { readonly type: "added"; readonly from: readonly string[] }
  | { readonly type: "give"; readonly amount: number; readonly back: ActorId }
  | { readonly type: "remind"; readonly dueMs: number }
  | { readonly type: "timer"; readonly name: string; readonly dueMs: number }
  | { readonly type: "fail" }
  | { readonly type: "failOnce" }
  | { readonly type: "refuse" }
  | { readonly type: "read" };

export type ToyEvent =
  | Event<"toy.added", 1, { readonly amount: number }>
  | Event<"toy.asked", 1, { readonly of: number }>
  | Event<"toy.told", 1, { readonly by: readonly string[] }>
  | Event<"toy.reminded", 1, { readonly dueMs: number }>;

export interface Toy {
  readonly key: string;
  readonly sum: number;
  readonly awaited: number;
  readonly reminders: number;
}

export const toyId = (key: string) => `toy:${key}` as ActorId;

/** How often `failOnce` has thrown so far, over all toys: a bug that goes away when the actor is loaded again. */
export const failures = { count: 0 };

export const toy: Actor<Toy, ToyCommand, ToyEvent, Rejection<"toy-refused">> = {
  kind: "toy",
  stateVersion: 1,
  initial: (key) => ({ key, sum: 0, awaited: 0, reminders: 0 }),
  decide(state, command) {
    switch (command.type) {
      case "add":
        return accept([added(command.amount)]);
      case "spread": {
        const message = { type: "give", amount: command.amount, back: toyId(state.key) };
        const events: ToyEvent[] = [added(command.amount), {
          type: "toy.asked",
          version: 1,
          data: { of: command.to.length },
        }];
        return accept(events, {
          messages: command.to.map((to) => ({ to, message })),
          reply: { later: "spread" },
        });
      }
      case "give": {
        const message = { type: "added", from: [state.key] };
        return accept([added(command.amount)], { messages: [{ to: command.back, message }] });
      }
      case "added":
        return accept([{ type: "toy.told", version: 1, data: { by: command.from } }], {
          settles: state.awaited === command.from.length ? ["spread"] : [],
        });
      case "remind":
        return accept([], { timers: [{ name: "reminder", dueMs: command.dueMs }] });
      case "timer":
        return accept([{ type: "toy.reminded", version: 1, data: { dueMs: command.dueMs } }]);
      case "fail":
        throw new Error("this toy is broken");
      case "failOnce":
        if (failures.count++ === 0) throw new Error("this toy is broken for a moment");
        return accept([added(1)]);
      case "refuse":
        return reject({ reason: "toy-refused", detail: "This toy refuses" });
      case "read":
        return accept();
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case "toy.added":
        return { ...state, sum: state.sum + event.data.amount };
      case "toy.asked":
        return { ...state, awaited: state.awaited + event.data.of };
      case "toy.told":
        return { ...state, awaited: state.awaited - event.data.by.length };
      case "toy.reminded":
        return { ...state, reminders: state.reminders + 1 };
    }
  },
  answer: ({ sum, awaited, reminders }) => ({ ok: true, value: { sum, awaited, reminders } }),
  touches: (command) => command.type === "spread" ? command.to : [],
  merge: (first, second) =>
    first.type === "added" && second.type === "added"
      ? { type: "added", from: [...first.from, ...second.from] }
      : undefined,
  encode: (state) => ({ ...state }),
  decode: (json: Json) => json as unknown as Toy,
  sizeOf: () => 100,
};

const added = (amount: number): ToyEvent => ({ type: "toy.added", version: 1, data: { amount } });

export const toys: { readonly [kind: string]: AnyActor } = { toy };
