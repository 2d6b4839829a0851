import type { Message } from "../actor.ts";
import { fold, someCause, throughJson } from "../testing/given.ts";
import { sku } from "./sku.ts";
import type { SkuCommand } from "./sku_commands.ts";
import type { SkuEvent } from "./sku_events.ts";
import type { SkuState } from "./sku_state.ts";

/** Runs commands against one SKU, for its properties. */
export interface Step {
  readonly state: SkuState;
  readonly events: readonly SkuEvent[];
  readonly messages: readonly Message[];
}

/** Decides a command and what it asks of itself, as one step. A refusal changes nothing. */
export function take(state: SkuState, command: SkuCommand): Step {
  const decision = sku.decide(state, throughJson(command), someCause);
  if (!decision.ok) return { state, events: [], messages: [] };
  let step: Step = {
    state: fold(sku, state, decision.events),
    events: decision.events,
    messages: decision.messages ?? [],
  };
  for (const { to, message } of decision.messages ?? []) {
    if (to !== `sku:${state.sku}`) continue;
    const next = take(step.state, message as SkuCommand);
    step = {
      state: next.state,
      events: [...step.events, ...next.events],
      messages: [...step.messages, ...next.messages],
    };
  }
  return step;
}

/** What each of the commands led to, in turn. */
export function* steps(commands: readonly SkuCommand[]): Generator<Step> {
  let state = sku.initial("KEY");
  for (const command of commands) {
    const step = take(state, command);
    yield step;
    state = step.state;
  }
}

/** All that the commands led to, as one step. */
export function run(commands: readonly SkuCommand[]): Step {
  const all = [...steps(commands)];
  return {
    state: all.at(-1)?.state ?? sku.initial("KEY"),
    events: all.flatMap(({ events }) => events),
    messages: all.flatMap(({ messages }) => messages),
  };
}
