import { assert } from "../../actors/actor.ts";
import { Fault } from "../faults.ts";
import {
  type BatchMessage,
  batchMessagesMax,
  type BatchOutcome,
  type Broker,
  type PublishOptions,
  type PublishOutcome,
  type Reader,
  type Stored,
  type StreamConfig,
} from "./broker.ts";
import type { MemoryServer } from "./memory.ts";
import type { PublishFault, Wire } from "./memory_options.ts";
import { MemoryReader } from "./memory_reader.ts";
import type { MemoryStream } from "./memory_stream.ts";
import { Questions } from "./memory_questions.ts";

const callMsMax = 5_000;

type Unknown = { readonly kind: "unknown"; readonly reason: string };
interface Refusals<T> {
  readonly contended: T;
  outdated(actual: number): T;
}

/** One connection to the in-memory server. */
export class MemoryClient implements Broker {
  readonly #server: MemoryServer;
  readonly #questions: Questions;
  readonly #readers = new Set<MemoryReader>();
  #closed = false;
  #cut = false;

  constructor(server: MemoryServer, wire?: Wire) {
    this.#server = server;
    this.#questions = new Questions(server, wire, () => this.connected());
  }
  connected(): boolean {
    return !this.#closed && !this.#cut && this.#server.up;
  }
  /** Cuts only this client off, as a partition of the network would. */
  cut(): void {
    this.#cut = true;
    this.lost();
  }
  mend(): void {
    this.#cut = false;
    this.wakeReaders();
  }
  /** The connection is gone, and with it whatever was under way on it. */
  lost(): void {
    this.#questions.lose();
  }
  wakeReaders(): void {
    for (const reader of this.#readers) reader.wake();
  }

  ensureStream(config: StreamConfig): Promise<void> {
    return this.#call("ensure", () => this.#server.ensureStream(config));
  }
  info(stream: string) {
    return this.#call(`info ${stream}`, () => this.#server.stream(stream).info(), stream);
  }

  publish(subject: string, payload: Uint8Array, options: PublishOptions): Promise<PublishOutcome> {
    const { headers, expectedLastSubjectSequence: expected, expectedLastSequence } = options;
    const message = { subject, payload, headers, expectedLastSubjectSequence: expected };
    const refusals: Refusals<PublishOutcome> = {
      contended: { kind: "contended" },
      outdated: (actual) => ({ kind: "conflict", actual }),
    };
    return this.#submit(
      [message],
      options.ackMsMax,
      (stream) => stream.store(message, expectedLastSequence),
      refusals,
    );
  }
  publishBatch(messages: readonly BatchMessage[], ackMsMax: number): Promise<BatchOutcome> {
    assert(
      messages.length > 0 && messages.length <= batchMessagesMax,
      `Cannot publish a batch of ${messages.length} messages: 1 to ${batchMessagesMax} are possible`,
    );
    const refusals: Refusals<BatchOutcome> = {
      contended: { kind: "refused", reason: "10164: another proposal is in flight" },
      outdated: (actual) => ({ kind: "refused", reason: `10071: wrong last sequence: ${actual}` }),
    };
    return this.#submit(messages, ackMsMax, (stream) => stream.storeBatch(messages), refusals);
  }

  /** The way to the server and back, and all that can happen on it. */
  #submit<T>(
    messages: readonly BatchMessage[],
    ackMsMax: number,
    store: (stream: MemoryStream) => T,
    refusals: Refusals<T>,
  ): Promise<T | Unknown> {
    for (const { payload, subject } of messages) {
      assert(
        payload.length <= this.#server.payloadBytesMax,
        `Cannot publish ${payload.length} bytes on ${subject}: the server takes at most ${this.#server.payloadBytesMax}`,
      );
    }
    const server = this.#server, { subject, payload, expectedLastSubjectSequence } = messages.at(-1)!;
    return new Promise((resolve) => {
      const unknown = (reason: string) => resolve({ kind: "unknown", reason });
      if (!this.connected()) {
        return this.#questions.after(ackMsMax, () => unknown("not sent: no connection"));
      }
      const fault = server.faultOf(subject, payload);
      const arrive = (): T | Unknown | undefined => {
        const stream = server.streamOf(subject);
        if (stream === undefined) {
          return { kind: "unknown", reason: "nobody takes messages on this subject" };
        }
        if (fault === undefined) return store(stream);
        const earlier = expectedLastSubjectSequence && stream.before(subject, expectedLastSubjectSequence);
        return this.#disturbed(fault, ackMsMax, () => store(stream), {
          contended: refusals.contended,
          outdated: earlier === undefined ? refusals.contended : refusals.outdated(earlier),
        });
      };
      const stream = server.streamOf(subject)?.name;
      this.#questions.ask({
        what: subject,
        ...(stream !== undefined && { stream }),
        msMax: ackMsMax,
        work: arrive,
        answer: resolve,
        fail: unknown,
      });
    });
  }

  /** Undefined: no ack comes. */
  #disturbed<T>(
    fault: PublishFault,
    ackMsMax: number,
    store: () => T,
    refusals: { contended: T; outdated: T },
  ): T | undefined {
    switch (fault) {
      case "lose-message":
        return undefined;
      case "lose-ack":
        store();
        return undefined;
      case "delay":
        this.#server.after(ackMsMax * 2, () => void store());
        return undefined;
      default:
        return refusals[fault];
    }
  }

  last(stream: string, subject: string): Promise<Stored | undefined> {
    return this.#call(`last ${subject}`, () => this.#server.stream(stream).last(subject), stream);
  }
  at(stream: string, sequence: number): Promise<Stored | undefined> {
    return this.#call(`at ${stream} ${sequence}`, () => this.#server.stream(stream).at(sequence), stream);
  }
  lastOfMany(stream: string, subjects: readonly string[], atLeast = 0): Promise<Stored[]> {
    return this.#call(`last of ${subjects.length}`, () => {
      const from = this.#server.stream(stream), replica = this.#server.servedTo(from, "get");
      const served = replica < atLeast ? Infinity : replica; // Then the leader itself is asked.
      const found = subjects.map((subject) => from.last(subject, served));
      return found.filter((message) => message !== undefined);
    });
  }
  purgeBelow(stream: string, sequence: number): Promise<void> {
    return this.#call(`purge ${stream}`, () => this.#server.stream(stream).purgeBelow(sequence), stream);
  }
  skipTo(stream: string, sequence: number): Promise<void> {
    return this.#call(`skip in ${stream}`, () => this.#server.stream(stream).skipTo(sequence), stream);
  }
  deleteMessage(stream: string, sequence: number, _secure: boolean): Promise<void> {
    return this.#call(`delete ${stream}`, () => this.#server.stream(stream).deleteMessage(sequence), stream);
  }

  read(stream: string, options: { subject?: string; fromSequence: number }): Reader {
    const server = this.#server, questions = this.#questions;
    const what = `${stream} for ${options.subject ?? "all"}`;
    const reader: MemoryReader = new MemoryReader({
      ...options,
      stream: () => server.stream(stream),
      servedTo: (from) => server.servedTo(from, "read"),
      connection: () => this.connected() ? questions.life : undefined,
      feed: questions.feed(what),
      hand: (run) => questions.hand(what, run),
      stopped: () => void this.#readers.delete(reader),
    });
    this.#readers.add(reader);
    return reader;
  }
  send(subject: string, payload: Uint8Array): void {
    if (!this.connected()) return;
    this.#questions.say(subject, () => this.#server.spread(subject, payload));
  }
  receive(subject: string, handle: (payload: Uint8Array, subject: string) => void): { stop(): void } {
    return this.#server.listen({ client: this, subject, handle });
  }
  /** A core message for one who listens here. */
  hear(subject: string, payload: Uint8Array, handle: (payload: Uint8Array, subject: string) => void): void {
    if (!this.connected()) return;
    this.#questions.tell(subject, () => {
      if (this.connected()) handle(payload, subject);
    });
  }
  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.stop()));
    this.#closed = true;
    this.#server.forget(this);
  }

  #call<T>(what: string, work: () => T, stream?: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string) =>
        reject(new Fault("log.unavailable", `Cannot ask the log (${what}): ${reason}`));
      const attempt = (): { readonly value: T } | { readonly error: unknown } => {
        try {
          return { value: work() };
        } catch (error) {
          return { error };
        }
      };
      this.#questions.ask({
        what,
        ...(stream !== undefined && { stream }),
        msMax: callMsMax,
        atOnce: true,
        work: attempt,
        answer: (outcome) => "error" in outcome ? reject(outcome.error) : resolve(outcome.value),
        fail,
      });
    });
  }
}
