import { Fault } from "../faults.ts";
import { systemRuntime } from "../system_runtime.ts";
import type { StreamConfig } from "./broker.ts";
import { MemoryClient } from "./memory_client.ts";
import type { Feed, MemoryOptions, PublishFault, Wire } from "./memory_options.ts";
import { MemoryStream } from "./memory_stream.ts";
import { matches } from "./subjects.ts";

export type { Feed, MemoryClient, MemoryOptions, PublishFault, Wire };

interface Listener {
  readonly client: MemoryClient;
  readonly subject: string;
  readonly handle: (payload: Uint8Array, subject: string) => void;
}

/** What all clients of one in-memory server share. Survives every `connect`, as a server's disk does. */
export class MemoryServer {
  readonly #streams = new Map<string, MemoryStream>();
  readonly #streamOf = new Map<string, MemoryStream>();
  readonly #listeners = new Set<Listener>();
  readonly #options: MemoryOptions;
  readonly #clients = new Set<MemoryClient>();
  readonly #system = systemRuntime("memory");
  #up = true;
  /** Counts its lives: what it was asked in an earlier one is not done. */
  #life = 0;

  constructor(options: MemoryOptions = {}) {
    this.#options = options;
  }
  get payloadBytesMax(): number {
    return this.#options.payloadBytesMax ?? 8 * 1024 * 1024;
  }
  nowMs(): number {
    return (this.#options.nowMs ?? this.#system.nowMs)();
  }
  later(run: () => void): void {
    (this.#options.later ?? queueMicrotask)(run);
  }
  after(ms: number, run: () => void): void {
    if (this.#options.after) this.#options.after(ms, run);
    else this.#system.after(ms, run);
  }
  faultOf(subject: string, payload: Uint8Array): PublishFault | undefined {
    return this.#options.publishFault?.(subject, payload);
  }
  /** Runs once the stream's leader has done what it was asked before; never, when the server dies first. */
  lead(stream: string, run: () => void): void {
    const { lead } = this.#options, life = this.#life;
    if (lead) lead(stream, () => life === this.#life && run());
    else run();
  }
  /** The last sequence of the stream that the replica has which serves this. */
  servedTo(stream: MemoryStream, use: "read" | "get"): number {
    return stream.lastSequence - (this.#options.lag?.(stream.name, use) ?? 0);
  }

  /** A client without a wire is never slow, and loses nothing but its connection. */
  connect(wire?: Wire): MemoryClient {
    const client = new MemoryClient(this, wire);
    this.#clients.add(client);
    return client;
  }
  get up(): boolean {
    return this.#up;
  }
  /** Everyone is cut off; what is stored stays. */
  goDown(): void {
    this.#up = false;
    this.#life += 1;
    for (const client of [...this.#clients]) client.lost();
  }
  /** Readers go on where they were. */
  comeUp(): void {
    this.#up = true;
    this.wakeReaders();
  }
  /** Replicas have caught up, or a client is back. */
  wakeReaders(): void {
    for (const client of this.#clients) client.wakeReaders();
  }
  forget(client: MemoryClient): void {
    this.#clients.delete(client);
    for (const listener of this.#listeners) {
      if (listener.client === client) this.#listeners.delete(listener);
    }
  }

  ensureStream(config: StreamConfig): void {
    const known = this.#streams.get(config.name);
    this.#streamOf.clear();
    if (known !== undefined) return known.reconfigure(config);
    const replicated = this.#options.lag !== undefined;
    this.#streams.set(config.name, new MemoryStream(config, () => this.nowMs(), replicated));
  }
  stream(name: string): MemoryStream {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Fault("log.missing", `Cannot read stream ${name}: stream not found`);
    return stream;
  }
  streamOf(subject: string): MemoryStream | undefined {
    const known = this.#streamOf.get(subject);
    if (known !== undefined) return known;
    const found = [...this.#streams.values()].find((stream) => stream.takes(subject));
    if (found !== undefined) this.#streamOf.set(subject, found);
    return found;
  }

  /** Hands a core message to everyone who listens now. */
  spread(subject: string, payload: Uint8Array): void {
    if (this.#options.dropCore?.(subject) === true) return;
    for (const { client, subject: pattern, handle } of [...this.#listeners]) {
      if (matches(pattern, subject)) client.hear(subject, payload, handle);
    }
  }
  listen(listener: Listener): { stop(): void } {
    this.#listeners.add(listener);
    return { stop: () => void this.#listeners.delete(listener) };
  }
}
