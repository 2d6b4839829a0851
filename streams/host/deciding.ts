import type { Accepted, AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Pending } from "../record.ts";
import type { Delivery } from "./delivery.ts";
import type { Slot } from "./turn_context.ts";

/** The next local message, joined with those directly behind it that go to the same actor for the same cause. */
export function joinedAt(
  queue: readonly Delivery[],
  next: number,
  actorOf: (id: ActorId) => AnyActor | undefined,
): { readonly delivery: Delivery; readonly joined: number } {
  let delivery = queue[next]!;
  const actor = actorOf(delivery.to);
  let joined = 1;
  for (; actor?.merge && next + joined < queue.length; joined++) {
    const following = queue[next + joined]!;
    if (following.to !== delivery.to || following.cause.id !== delivery.cause.id) break;
    const both = merged(actor, delivery.message, following.message);
    if (both === undefined) break;
    delivery = { ...delivery, message: both };
  }
  return { delivery, joined };
}

/** Joining only saves time: messages that cannot be joined are decided one by one, and whatever is wrong with them shows there. */
function merged(actor: AnyActor, first: Pending["message"], second: Pending["message"]) {
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

const errorCharsMax = 4_000;

/** An error as it is recorded for whoever mends it. */
export function textOf(error: unknown): string {
  return error instanceof Error
    ? `${error.message}\n${error.stack ?? ""}`.slice(0, errorCharsMax)
    : String(error);
}
