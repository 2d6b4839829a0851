import type { Msg, Subscription } from "nats";
import { Fault } from "../faults.ts";
import type { Api } from "./api.ts";
import type { Reader, Stored } from "./broker.ts";
import { Handoff } from "./handoff.ts";
import type { Link } from "./link.ts";
import { headerMap, placeOf } from "./stored.ts";

/** At most two of these are in memory: one being read, one on its way. Bytes must hold the largest message. */
const pullMessagesMax = 500;
const pullBytesMax = 12 * 1024 * 1024;
const pullMsMax = 30_000;
const heartbeatMs = 1_000;
/** Longer without a sign from the server than this, and the consumer is taken for dead. */
const silenceMsMax = 2_500;
/** A stream that is missing for longer than this is gone, not late. */
const missingMsMax = 5_000;
const nanos = (ms: number) => ms * 1_000_000;
const retryMs = () => 50 + Math.floor(Math.random() * 150);

export interface ReadStart {
  readonly stream: string;
  readonly subject?: string;
  readonly fromSequence: number;
}

/**
 * Reads a stream in order through a consumer of its own that may vanish at any time (a restarted server, a moved leader, a lost
 * message): then another one is made that begins at the first message not yet handed out.
 */
export function openReader(link: Link, api: Api, start: ReadStart): Reader {
  const reader = new PullReader(link, api, start);
  void reader.run();
  return reader;
}

class PullReader implements Reader {
  readonly #link: Link;
  readonly #api: Api;
  readonly #start: ReadStart;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  readonly #handoff = new Handoff(() => this.#pullMore());
  #next: number;

  /** The present consumer; its messages name it, so that those of an earlier one are not taken. */
  #consumer = "";
  #consumerSequence = 0;
  #pull = 0;
  /** How many messages the present pull may still bring; 0: none is open. */
  #pullLeft = 0;
  #heardAtMs = 0;
  #abandon: () => void = () => undefined;

  constructor(link: Link, api: Api, start: ReadStart) {
    this.#link = link;
    this.#api = api;
    this.#start = start;
    this.#inbox = link.newInbox();
    this.#next = Math.max(1, start.fromSequence);
    this.#subscription = link.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => error === null ? this.#take(message) : this.#fail(error),
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Stored> {
    return {
      next: () => this.#handoff.take(),
      return: async () => {
        await this.stop();
        return { done: true, value: undefined };
      },
    };
  }

  stop(): Promise<void> {
    this.#handoff.stop();
    this.#leave();
    return Promise.resolve();
  }

  #fail(error: unknown): void {
    this.#handoff.fail(error);
    this.#leave();
  }

  #leave(): void {
    if (!this.#subscription.isClosed() && !this.#link.nc.isClosed()) this.#subscription.unsubscribe();
    this.#abandon();
  }

  async run(): Promise<void> {
    const watch = this.#link.watch({ lost: () => this.#abandon(), closed: () => void this.stop() });
    let missingSinceMs: number | undefined;
    while (!this.#handoff.ended) {
      try {
        if (this.#link.connected()) await this.#follow();
        missingSinceMs = undefined;
      } catch (error) {
        const missing = error instanceof Fault && error.code === "log.missing";
        missingSinceMs = missing ? missingSinceMs ?? performance.now() : undefined;
        const gone = missingSinceMs !== undefined && performance.now() - missingSinceMs > missingMsMax;
        if (gone || !(error instanceof Fault)) this.#fail(error);
      }
      if (!this.#handoff.ended) await new Promise((done) => setTimeout(done, retryMs()));
    }
    watch.stop();
  }

  /** One consumer's life. */
  async #follow(): Promise<void> {
    const { stream, subject } = this.#start;
    const abandoned = new Promise<void>((done) => this.#abandon = done);
    const name = `r${crypto.randomUUID().replaceAll("-", "")}`;
    this.#consumer = name;
    this.#consumerSequence = 0;
    this.#pullLeft = 0;
    await this.#api.createConsumer(stream, { name, fromSequence: this.#next, subject });
    const silence = setInterval(() => {
      const asked = this.#pullLeft > 0; // With a full buffer nothing is asked for, so nothing is heard.
      if (asked && performance.now() - this.#heardAtMs > silenceMsMax) this.#abandon();
    }, heartbeatMs);
    this.#pullMore();
    if (!this.#handoff.ended) await abandoned;
    clearInterval(silence);
    this.#consumer = "";
    if (this.#link.connected()) this.#link.nc.publish(`$JS.API.CONSUMER.DELETE.${stream}.${name}`);
  }

  #pullMore(): void {
    if (this.#consumer === "" || this.#pullLeft > 0 || this.#handoff.ended || !this.#link.connected()) return;
    if (this.#handoff.messages > pullMessagesMax / 2 || this.#handoff.bytes > pullBytesMax / 2) return;
    this.#pull++;
    this.#pullLeft = pullMessagesMax;
    this.#heardAtMs = performance.now();
    this.#link.nc.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${this.#start.stream}.${this.#consumer}`,
      pullRequest,
      { reply: `${this.#inbox}.${this.#pull}` },
    );
  }

  #take(message: Msg): void {
    const place = placeOf(message.reply ?? "");
    if (place === undefined) return this.#takeStatus(message);
    if (place.consumer !== this.#consumer) return;
    if (place.consumerSequence !== this.#consumerSequence + 1) return this.#abandon();
    this.#heardAtMs = performance.now();
    this.#consumerSequence = place.consumerSequence;
    this.#next = place.streamSequence + 1;
    this.#pullLeft--;
    this.#handoff.give({
      subject: message.subject,
      sequence: place.streamSequence,
      payload: message.data,
      headers: headerMap(message.headers),
      storedAtMs: place.storedAtMs,
    });
    this.#pullMore();
  }

  /** Heartbeats, the ends of pulls, and the end of the consumer itself. Those of earlier pulls say nothing about this one. */
  #takeStatus(message: Msg): void {
    if (message.subject !== `${this.#inbox}.${this.#pull}` || this.#consumer === "") return;
    this.#heardAtMs = performance.now();
    const { code = 0, description = "" } = message.headers ?? {};
    if (code === 100) return;
    const pullEnded = code === 404 || code === 408 ||
      (code === 409 && /MaxBytes|Batch Completed/i.test(description));
    if (!pullEnded) return this.#abandon();
    this.#pullLeft = 0;
    this.#pullMore();
  }
}

const pullRequest = JSON.stringify({
  batch: pullMessagesMax,
  max_bytes: pullBytesMax,
  expires: nanos(pullMsMax),
  idle_heartbeat: nanos(heartbeatMs),
});
