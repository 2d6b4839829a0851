import type { ActorId } from "../../actors/ids.ts";
import type { Step } from "./command_order.ts";
import { isHeld } from "./operation.ts";
import type { TurnContext } from "./turn_context.ts";

/** The actors that the coming deliveries go to, and those that these are known to write to, as far as they are not in memory. */
export function missingFor(context: TurnContext, steps: readonly Step[]): ActorId[] {
  const missing = new Set<ActorId>();
  const want = (id: ActorId) => {
    const wanted = context.actorOf(id) && context.owns(id) && !isHeld(context.state, id);
    if (wanted && !context.resident(id)) missing.add(id);
  };
  const wantAll = (to: ActorId, message: { readonly type: string }) => {
    if (isHeld(context.state, to)) return;
    want(to);
    touchedBy(context, to, message).forEach(want);
  };
  const { state: { waiting }, limits: { deliveriesMax } } = context;
  for (const { to, message } of waiting.slice(0, deliveriesMax)) wantAll(to, message);
  for (const step of steps) {
    if ("heard" in step) step.heard.messages.forEach(({ to, message }) => wantAll(to, message));
    else if ("incoming" in step && "packed" in step.incoming) {
      wantAll(step.incoming.packed.to, step.incoming.packed.command);
    }
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
