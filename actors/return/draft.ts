import { accept, type Accepted, type Message, type Reply, type TimerChange } from "../actor.ts";
import { actorId } from "../ids.ts";
import type { ReturnNews, ReturnTold } from "./return_messages.ts";
import { evolve } from "./evolve.ts";
import { type ReturnEvent } from "./return_events.ts";
import type { OpenReturn } from "./return_state.ts";

/** A decision in the making: what is recorded shows in `state` at once, for the steps that follow. */
export class Draft {
  state: OpenReturn;
  readonly events: ReturnEvent[] = [];
  readonly messages: Message[] = [];
  readonly timers: TimerChange[] = [];
  readonly settles: string[] = [];

  constructor(state: OpenReturn) {
    this.state = state;
  }
  emit(event: ReturnEvent): void {
    this.events.push(event);
    this.state = evolve(this.state, event) as OpenReturn;
  }
  tellOrder(news: ReturnNews): void {
    const message: ReturnTold = { type: "return_told", return: this.state.key, ...news };
    this.messages.push({ to: actorId("order", this.state.order), message });
  }
  accept(reply?: Reply): Accepted<ReturnEvent> {
    const { messages, timers, settles } = this;
    return accept(this.events, { messages, timers, settles, ...(reply !== undefined && { reply }) });
  }
}
