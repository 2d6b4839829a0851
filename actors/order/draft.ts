import type { Accepted, Cause, Message, Reply, TimerChange } from "../actor.ts";
import { actorId, type Sku } from "../ids.ts";
import type { SkuMessageFromOrder } from "../protocol.ts";
import { closesAtMs } from "./closing.ts";
import { type DataOf, type OrderEvent, orderEvent, type OrderPlaced } from "./events.ts";
import { evolveKnown } from "./evolve.ts";
import { awaitsPayment, holdId, type KnownOrder } from "./state.ts";

/** The order's own timer ends its holds; a SKU never does. */
export const holdTimer = "hold";
/** Runs while time is all that an order waits for to close. */
export const closingTimer = "closing";

/** A decision in the making: what is recorded shows in `state` at once, for the steps that follow. */
export interface Draft {
  readonly before: KnownOrder;
  readonly atMs: number;
  state: KnownOrder;
  readonly events: OrderEvent[];
  readonly messages: Message[];
  readonly settles: string[];
}

export function begin(state: KnownOrder, { atMs }: Pick<Cause, "atMs">): Draft {
  return { before: state, atMs, state, events: [], messages: [], settles: [] };
}

type LaterEvent = Exclude<OrderEvent, OrderPlaced>;

/** Records an event, and answers the topic that it settles. */
export function record<T extends LaterEvent["type"]>(
  draft: Draft,
  type: T,
  data: DataOf<T>,
): void {
  const event = orderEvent(type, data) as LaterEvent;
  const { pending } = draft.state;
  draft.events.push(event);
  draft.state = evolveKnown(draft.state, event);
  if (pending !== undefined && draft.state.pending !== pending) draft.settles.push(pending);
}

type AboutHold = "hold" | "order";
type WithoutHold<M> = M extends SkuMessageFromOrder ? Omit<M, AboutHold> : never;

/** Tells a SKU something about this order's hold of that attempt. */
export function tell(
  draft: Draft,
  hold: { readonly sku: Sku; readonly attempt: number },
  message: WithoutHold<SkuMessageFromOrder>,
): void {
  const { order } = draft.state.placed;
  draft.messages.push({
    to: actorId("sku", hold.sku),
    message: { ...message, hold: holdId(order, hold.attempt), order } as SkuMessageFromOrder,
  });
}

/** Whatever was decided: if nothing keeps the order from closing any more, it closes with it. */
export function finish(draft: Draft, reply?: Reply): Accepted<OrderEvent> {
  const windowEndedMs = closesAtMs(draft.state);
  if (windowEndedMs !== undefined && windowEndedMs <= draft.atMs) {
    record(draft, "order.closed", { windowEndedMs, atMs: draft.atMs });
  }
  const { events, messages, settles } = draft;
  return {
    ok: true,
    events,
    messages,
    timers: [...holdTimerOf(draft), ...closingTimerOf(draft)],
    settles,
    ...(reply !== undefined && { reply }),
  };
}

/** The timer follows from the state: it runs while stock is held for an order that is not paid. */
function holdTimerOf({ before, state }: Draft): TimerChange[] {
  const ran = awaitsPayment(before), runs = awaitsPayment(state);
  if (runs && !ran) return [{ name: holdTimer, dueMs: state.placed.deadlineMs! }];
  // An order that expired did so by the timer, which fires once.
  return ran && !runs && state.phase !== "expired" ? [{ name: holdTimer, dueMs: null }] : [];
}

/** Of an order that closed, it has fired, or finds nothing to do. */
function closingTimerOf({ before, state }: Draft): TimerChange[] {
  const is = closesAtMs(state);
  return state.closed || is === closesAtMs(before) ? [] : [{ name: closingTimer, dueMs: is ?? null }];
}
