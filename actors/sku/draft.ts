import { accept, type Accepted, type Message, type Reply } from "../actor.ts";
import { actorId, type OrderId } from "../ids.ts";
import type { SkuAnswer, SkuDocAnswer } from "../protocol.ts";
import type { SkuMessageFromReturn, SkuReturnAnswer } from "../return/return_messages.ts";
import { evolve } from "./evolve.ts";
import type { SkuEvent } from "./sku_events.ts";
import type { SkuState } from "./sku_state.ts";

/** A decision of several steps while it is made: each step sees what the one before it did. */
export class Draft {
  state: SkuState;
  readonly events: SkuEvent[] = [];
  readonly messages: Message[] = [];

  constructor(state: SkuState) {
    this.state = state;
  }

  emit(event: SkuEvent): void {
    this.events.push(event);
    this.state = evolve(this.state, event);
  }
  tell(message: Message): void {
    this.messages.push(message);
  }
  accept(reply?: Reply): Accepted<SkuEvent> {
    const rest = reply === undefined ? {} : { reply };
    return accept(this.events, { messages: this.messages, ...rest });
  }
}

export function toOrder(order: OrderId, ...answers: readonly SkuAnswer[]): Message {
  const message = { type: "stock", answers };
  return { to: actorId("order", order), message };
}

export function toDoc(doc: string, answer: SkuDocAnswer): Message {
  const message = { type: "answered", answers: [answer] };
  return { to: actorId("stockdoc", doc), message };
}

/** `there`: how few there were, when nothing happened. */
export function toReturn(asked: SkuMessageFromReturn, there?: number): Message {
  const { operation, move } = asked;
  const answer: SkuReturnAnswer = { operation, move, ...(there !== undefined && { there }) };
  const message = { type: "answered", answers: [answer] };
  return { to: actorId("return", asked.return), message };
}
