import type { Deliveries, DueDelivery, Settling } from "../../projections/outbox/deliveries.ts";
import { type Channel, recipientOf } from "../../projections/outbox/recipients.ts";
import { Fault } from "../../streams/faults.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { type Backoff, retryAfterMs } from "../outgoing/backoff.ts";
import { addressOf } from "./compose.ts";
import { HeldClaims } from "./held_claims.ts";
import type { Message } from "./message.ts";
import type { Preferences } from "./preferences.ts";
import { type Sender, SendFailed } from "./senders/sender.ts";

export interface CourierLimits {
  /** Sent at the same time, where the channel's sender says nothing else. */
  readonly sendingsMax: number;
  /** What is neither settled nor held until then, others take. */
  readonly claimMs: number;
  readonly idleMs: number;
  /** While nobody can be written to, one of them is tried after so long, and the channel waits between. */
  readonly outageMsMax: number;
  /** Then nobody tries any more. */
  readonly ageMsMax: number;
}
export const courierLimits: CourierLimits = {
  sendingsMax: 10,
  claimMs: 120_000,
  idleMs: 500,
  outageMsMax: 60_000,
  ageMsMax: 72 * 3_600_000,
};
/** No limit of attempts: what counts is how old the news is. */
const backoff: Backoff = { firstMs: 5_000, factor: 4, maxMs: 4 * 3_600_000, attemptsMax: Infinity };

/** What became of one try; no address, no text. */
export interface Tried {
  readonly channel: Channel;
  readonly deliveryId: string;
  readonly milestone: DueDelivery["milestone"];
  readonly outcome: "sent" | "opted_out" | "gone" | "parked" | "later";
  readonly attempts: number;
  readonly why?: string;
}

/** A try in a trace: when it began, milliseconds since 1970. */
export interface TracedTry {
  readonly traceparent: string;
  readonly atMs: number;
}

export interface CourierOptions {
  readonly sender: Sender;
  readonly deliveries: Pick<Deliveries, "claim" | "settle" | "hold">;
  readonly preferences: Pick<Preferences, "off" | "subscriptions" | "unsubscribe">;
  compose(due: DueDelivery): Promise<Message | undefined>;
  readonly runtime: Pick<Runtime, "after" | "sleep" | "random" | "nowMs">;
  readonly limits?: Partial<CourierLimits>;
  /** `traced`: absent where nobody traces the request behind it. */
  tried(what: Tried, traced?: TracedTry): void;
  /** The database or the log does not answer. */
  interrupted(channel: Channel, reason: string): void;
}

/**
 * Sends what is due by one channel, until stopped. Any number of them share the work; none waits for another channel, and no message for
 * another of its own.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #limits: CourierLimits;
  readonly #held: HeldClaims;
  #stopped = false;
  #wake: () => void = () => undefined;
  readonly #sending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** How often nobody could be written to, one time after the other. What was begun before the last time says nothing new. */
  #outages = 0;
  #times = 0;
  #resting = false;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#limits = { ...courierLimits, ...options.limits };
    const { deliveries, runtime, sender: { channel } } = options, { claimMs } = this.#limits;
    const interrupted = (reason: string) => options.interrupted(channel, reason);
    this.#held = new HeldClaims({ deliveries, runtime, claimMs, interrupted });
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** Returns after `stop`; rejects on a defect. */
  async run(): Promise<void> {
    const { sender, interrupted } = this.#options, { idleMs } = this.#limits;
    try {
      while (!this.#stopped || this.#sending.size > 0) {
        let restMs = idleMs;
        try {
          if (this.#stopped) await Promise.all(this.#sending);
          else restMs = await this.#begin();
          this.#heedFailure();
        } catch (error) {
          if (!(error instanceof Fault && error.retry)) throw error;
          interrupted(sender.channel, error.message);
        }
        if (restMs > 0) await this.#rest(restMs);
      }
    } finally {
      await Promise.all(this.#sending);
      this.#held.stop();
      sender.close();
    }
  }

  /** Begins to send what is due, as far as there is room; how long to rest then. */
  async #begin(): Promise<number> {
    const { sender, deliveries } = this.#options,
      { sendingsMax, claimMs, idleMs, outageMsMax } = this.#limits;
    if (this.#resting) {
      this.#resting = false;
      return Math.min(outageMsMax, 1_000 * 2 ** (this.#outages - 1));
    }
    // One is enough to find out whether anybody can be written to.
    const max = (this.#outages > 0 ? 1 : sender.sendingsMax ?? sendingsMax) - this.#sending.size;
    if (max <= 0) {
      await Promise.race(this.#sending);
      return 0;
    }
    const claimed = await deliveries.claim(sender.channel, { max, claimMs });
    if (claimed.length === 0) return idleMs;
    this.#held.add(claimed.map(({ deliveryId }) => deliveryId));
    for (const due of claimed) this.#start(due);
    return 0;
  }

  #start(due: DueDelivery): void {
    const times = this.#times;
    const sending = this.#deliver(due)
      .then((end) => {
        if (times === this.#times) this.#learn(end);
      })
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#wake();
      })
      .finally(() => {
        this.#held.drop(due.deliveryId);
        this.#sending.delete(sending);
      });
    this.#sending.add(sending);
  }

  #learn(end: "outage" | "done"): void {
    this.#outages = end === "outage" ? this.#outages + 1 : 0;
    if (end === "done") return;
    this.#times += 1;
    this.#resting = true;
    this.#wake();
  }

  #heedFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }

  async #deliver(due: DueDelivery): Promise<"outage" | "done"> {
    const { deliveries, tried, runtime } = this.#options, { deliveryId, channel, milestone, attempts } = due;
    const { traceparent } = due;
    const traced = traceparent === undefined ? undefined : { traceparent, atMs: runtime.nowMs() };
    const { settling, outage } = await this.#tried(due);
    this.#held.drop(deliveryId); // Or holding it would move the time of its next try.
    await deliveries.settle(deliveryId, settling);
    const outcome = settling.state === "waiting" ? "later" : settling.state;
    const why = "problem" in settling ? { why: settling.problem } : {};
    tried({ channel, deliveryId, milestone, outcome, attempts, ...why }, traced);
    return outage ? "outage" : "done";
  }

  /** A defect over one message must not keep the others waiting, wherever it shows. */
  async #tried(due: DueDelivery): Promise<{ readonly settling: Settling; readonly outage?: boolean }> {
    try {
      return await this.#send(due);
    } catch (error) {
      if (error instanceof Fault) throw error;
      const problem = `defect: ${error instanceof Error ? error.message : String(error)}`;
      return { settling: { state: "parked", problem } };
    }
  }

  async #send(due: DueDelivery): Promise<{ readonly settling: Settling; readonly outage?: boolean }> {
    const { sender, preferences, compose } = this.#options, { channel, recipient, milestone } = due;
    const address = await this.#addressOf(due);
    if (address === undefined) {
      return { settling: { state: "gone", problem: "the address is not known any more" } };
    }
    if ((await preferences.off(channel, recipient)).includes(milestone)) {
      return { settling: { state: "opted_out" } };
    }
    const message = await compose(due);
    if (message === undefined) return { settling: this.#later(due, "the rows do not have its order yet") };
    try {
      await sender.send({ deliveryId: due.deliveryId, address, message });
      return { settling: { state: "sent" } };
    } catch (error) {
      if (error instanceof SendFailed) return await this.#failed(due, error, address);
      throw error;
    }
  }

  async #failed(due: DueDelivery, { problem, message }: SendFailed, address: string) {
    if (problem === "never") return { settling: { state: "parked", problem: message } as const };
    if (problem === "gone") {
      if (due.channel === "push") {
        await this.#options.preferences.unsubscribe(due.orderId, endpointOf(address));
      }
      return { settling: { state: "gone", problem: message } as const };
    }
    return { settling: this.#later(due, message, problem === "provider"), outage: problem === "provider" };
  }

  #later({ attempts, ageMs }: DueDelivery, problem: string, outage = false): Settling {
    const { ageMsMax, outageMsMax } = this.#limits;
    const afterMs = retryAfterMs(attempts, this.#options.runtime.random(), backoff) ?? backoff.maxMs;
    if (ageMs > ageMsMax) return { state: "parked", problem: `too old; ${problem}` };
    return { state: "waiting", afterMs: outage ? Math.min(afterMs, outageMsMax) : afterMs, problem };
  }

  /** As it is now, if it is still the one that was meant. */
  async #addressOf({ channel, recipient, customer, orderId }: DueDelivery): Promise<string | undefined> {
    if (channel !== "push") {
      const address = addressOf(channel, customer);
      return address !== undefined && recipientOf(channel, address) === recipient ? address : undefined;
    }
    const all = await this.#options.preferences.subscriptions(orderId);
    const found = all.find(({ endpoint }) => recipientOf(channel, endpoint) === recipient);
    return found && JSON.stringify(found);
  }

  async #rest(ms: number): Promise<void> {
    const woken = new Promise<void>((resolve) => this.#wake = resolve);
    if (!this.#stopped) await Promise.race([this.#options.runtime.sleep(ms), woken]);
  }
}

function endpointOf(address: string): string {
  const { endpoint } = JSON.parse(address) as { readonly endpoint: string };
  return endpoint;
}
