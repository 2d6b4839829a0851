import type { Accepted, AnyActor } from "../../actors/actor.ts";
import type { Pending } from "../record.ts";
import type { Slot } from "./turn_context.ts";

/** Joining only saves time: messages that cannot be joined are decided one by one, and whatever is wrong with them shows there. */
export function merged(actor: AnyActor, first: Pending["message"], second: Pending["message"]) {
  try {
    return actor.merge?.(first, second) as Pending["message"] | undefined;
  } catch {
    return undefined;
  }
}

export function evolveAll(actor: AnyActor, slot: Slot, decision: Accepted): Slot {
  if (decision.events.length === 0) return slot;
  let { state, version } = slot;
  for (const event of decision.events) {
    state = actor.evolve(state, event);
    actor.check?.(state);
    version += 1;
  }
  return { state, version };
}
