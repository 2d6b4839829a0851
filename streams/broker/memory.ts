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
import type { MemoryOptions, PublishFault } from "./memory_options.ts";
import { MemoryReader } from "./memory_reader.ts";
import { MemoryStream } from "./memory_stream.ts";
import { matches } from "./subjects.ts";

export type { MemoryOptions, PublishFault };

/** What all clients of one in-memory server share. Survives every `connect`, as a server's disk does. */
export class MemoryServer {
  readonly #streams = new Map<string, MemoryStream>();
  readonly #listeners = new Set<
    { subject: string; handle: (payload: Uint8Array, subject: string) => void }
  >();
  readonly #options: MemoryOptions;
  readonly #clients = new Set<MemoryClient>();
  #up = true;

  constructor(options: MemoryOptions = {}) {
    this.#options = options;
  }
  get payloadBytesMax(): number {
    return this.#options.payloadBytesMax ?? 8 * 1024 * 1024;
  }
  nowMs(): number {
    return (this.#options.nowMs ?? Date.now)();
  }
  later(run: () => void): void {
    (this.#options.later ?? queueMicrotask)(run);
  }
  after(ms: number, run: () => void): void {
    (this.#options.after ?? ((wait, go) => void setTimeout(go, wait)))(ms, run);
  }
  faultOf(subject: string, payload: Uint8Array): PublishFault | undefined {
    return this.#options.publishFault?.(subject, payload);
  }

  connect(): MemoryClient {
    const client = new MemoryClient(this);
    this.#clients.add(client);
    return client;
  }
  get up(): boolean {
    return this.#up;
  }
  /** Everyone is cut off; what is stored stays. */
  goDown(): void {
    this.#up = false;
  }
  /** Readers go on where they were. */
  comeUp(): void {
    this.#up = true;
    for (const client of this.#clients) client.wakeReaders();
  }
  forget(client: MemoryClient): void {
    this.#clients.delete(client);
  }

  ensureStream(config: StreamConfig): void {
    const known = this.#streams.get(config.name);
    if (known === undefined) this.#streams.set(config.name, new MemoryStream(config, () => this.nowMs()));
    else known.reconfigure(config);
  }
  stream(name: string): MemoryStream {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Fault("log.missing", `Cannot read stream ${name}: stream not found`);
    return stream;
  }
  streamOf(subject: string): MemoryStream | undefined {
    return [...this.#streams.values()].find((stream) => stream.takes(subject));
  }

  send(subject: string, payload: Uint8Array): void {
    if (!this.#up || this.#options.dropCore?.(subject) === true) return;
    this.later(() => {
      for (const listener of [...this.#listeners]) {
        if (matches(listener.subject, subject)) listener.handle(payload, subject);
      }
    });
  }
  receive(subject: string, handle: (payload: Uint8Array, subject: string) => void): { stop(): void } {
    const listener = { subject, handle };
    this.#listeners.add(listener);
    return { stop: () => void this.#listeners.delete(listener) };
  }
}

/** One connection to the in-memory server. */
export class MemoryClient implements Broker {
  readonly #server: MemoryServer;
  readonly #readers = new Set<MemoryReader>();
  #closed = false;
  #cut = false;

  constructor(server: MemoryServer) {
    this.#server = server;
  }
  connected(): boolean {
    return !this.#closed && !this.#cut && this.#server.up;
  }
  /** Cuts only this client off, as a partition of the network would. */
  cut(): void {
    this.#cut = true;
  }
  mend(): void {
    this.#cut = false;
    this.wakeReaders();
  }
  wakeReaders(): void {
    for (const reader of this.#readers) reader.wake();
  }

  ensureStream(config: StreamConfig): Promise<void> {
    return this.#call(() => this.#server.ensureStream(config));
  }
  info(stream: string) {
    return this.#call(() => this.#server.stream(stream).info());
  }

  publish(subject: string, payload: Uint8Array, options: PublishOptions): Promise<PublishOutcome> {
    const { headers, expectedLastSubjectSequence } = options;
    const message = { subject, payload, headers, expectedLastSubjectSequence };
    return this.#submit<PublishOutcome>([message], options.ackMsMax, (stream) => stream.store(message));
  }
  publishBatch(messages: readonly BatchMessage[], ackMsMax: number): Promise<BatchOutcome> {
    assert(
      messages.length > 0 && messages.length <= batchMessagesMax,
      `Cannot publish a batch of ${messages.length} messages: 1 to ${batchMessagesMax} are possible`,
    );
    return this.#submit<BatchOutcome>(messages, ackMsMax, (stream) => stream.storeBatch(messages));
  }

  /** The way to the server and back, and all that can happen on it. */
  #submit<T>(messages: readonly BatchMessage[], ackMsMax: number, store: (stream: MemoryStream) => T) {
    for (const { payload, subject } of messages) {
      assert(
        payload.length <= this.#server.payloadBytesMax,
        `Cannot publish ${payload.length} bytes on ${subject}: the server takes at most ${this.#server.payloadBytesMax}`,
      );
    }
    const { subject, payload } = messages[0]!;
    type Unknown = { readonly kind: "unknown"; readonly reason: string };
    const server = this.#server;
    const stream = server.streamOf(subject);
    const arrive = () => stream === undefined ? undefined : store(stream);
    return new Promise<T | Unknown>((resolve) => {
      const unknown = (reason: string) => resolve({ kind: "unknown", reason });
      if (!this.connected()) return server.after(ackMsMax, () => unknown("not sent: no connection"));
      const fault = server.faultOf(subject, payload);
      if (fault === "delay") server.after(ackMsMax * 2, () => void arrive());
      if (fault === "delay" || fault === "lose-message") {
        return server.after(ackMsMax, () => unknown("no ack in time"));
      }
      server.later(() => {
        const outcome = server.up ? arrive() : undefined;
        if (outcome === undefined) {
          return server.later(() => unknown("nobody takes messages on this subject"));
        }
        if (fault === "lose-ack") return server.after(ackMsMax, () => unknown("no ack in time"));
        server.later(() =>
          this.connected() ? resolve(outcome) : unknown("the connection was lost before the ack")
        );
      });
    });
  }

  last(stream: string, subject: string): Promise<Stored | undefined> {
    return this.#call(() => this.#server.stream(stream).last(subject));
  }
  at(stream: string, sequence: number): Promise<Stored | undefined> {
    return this.#call(() => this.#server.stream(stream).at(sequence));
  }
  lastOfMany(stream: string, subjects: readonly string[], _atLeast = 0): Promise<Stored[]> {
    return this.#call(() => {
      const found = subjects.map((subject) => this.#server.stream(stream).last(subject));
      return found.filter((message) => message !== undefined);
    });
  }
  purgeBelow(stream: string, sequence: number): Promise<void> {
    return this.#call(() => this.#server.stream(stream).purgeBelow(sequence));
  }
  deleteMessage(stream: string, sequence: number, _secure: boolean): Promise<void> {
    return this.#call(() => this.#server.stream(stream).deleteMessage(sequence));
  }

  read(stream: string, options: { subject?: string; fromSequence: number }): Reader {
    const server = this.#server;
    const reader = new MemoryReader({
      ...options,
      stream: () => server.stream(stream),
      connected: () => this.connected(),
      later: (run) => server.later(run),
    });
    this.#readers.add(reader);
    return reader;
  }
  send(subject: string, payload: Uint8Array): void {
    if (this.connected()) this.#server.send(subject, payload);
  }
  receive(subject: string, handle: (payload: Uint8Array, subject: string) => void): { stop(): void } {
    return this.#server.receive(subject, (payload, on) => {
      if (this.connected()) handle(payload, on);
    });
  }
  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.stop()));
    this.#closed = true;
    this.#server.forget(this);
  }

  #call<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#server.later(() => {
        try {
          if (!this.connected()) throw new Fault("log.unavailable", "Cannot ask the log: no connection");
          resolve(work());
        } catch (error) {
          reject(error);
        }
      })
    );
  }
}
