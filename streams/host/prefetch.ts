import type { ActorId } from "../../actors/ids.ts";
import type { Arrived } from "./inbox.ts";
import type { TurnContext } from "./turn_context.ts";

/** The actors that the coming deliveries go to, and those that these are known to write to, as far as they are not in memory. */
export function missingFor(context: TurnContext, { heard, incoming }: Arrived): ActorId[] {
  const missing = new Set<ActorId>();
  const want = (id: ActorId) => {
    const wanted = context.actorOf(id) && context.owns(id) && !context.state.stopped.has(id);
    if (wanted && !context.resident(id)) missing.add(id);
  };
  const wantAll = (to: ActorId, message: { readonly type: string }) => {
    want(to);
    touchedBy(context, to, message).forEach(want);
  };
  for (const { to, message } of context.state.waiting) wantAll(to, message);
  for (const { messages } of heard) messages.forEach(({ to, message }) => wantAll(to, message));
  for (const one of incoming) {
    if ("packed" in one) wantAll(one.packed.to, one.packed.command);
  }
  return [...missing];
}

/** A hint: what cannot be guessed is loaded when the turn meets it, and a message that is no good is the decision's to refuse. */
function touchedBy(
  context: TurnContext,
  to: ActorId,
  message: { readonly type: string },
): readonly ActorId[] {
  try {
    return context.actorOf(to)?.touches?.(message) ?? [];
  } catch {
    return [];
  }
}
