import { Buffer } from "node:buffer";
import { assert } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Broker, PublishOutcome } from "../broker/broker.ts";
import { type PackedCommand, subjects } from "../record.ts";
import { decodeReplies, type ReplyText } from "../reply_text.ts";
import type { Runtime, Timer } from "../runtime.ts";
import type { Ask, Asked, Position, Question } from "./asking.ts";
import { createLane, type Lane, type Packable, type PackLimits, type Published } from "./lane.ts";

export interface AskLimits extends PackLimits {
  /** Requests that wait here at one time; more are turned away. */
  readonly waitingMax: number;
  readonly waitingBytesMax: number;
  /** The largest single command, as JSON. */
  readonly commandBytesMax: number;
  /** Not even sent for so long, and longer than the caller's patience (no connection, a slow server): not accepted. */
  readonly queuedMsMax: number;
  readonly retryAfterS: number;
}

export const askLimits: AskLimits = {
  packBytesMax: 1024 * 1024,
  packCountMax: 2_000,
  publishesInFlightMax: 1,
  gatherCountMax: 16,
  gatherMs: 1,
  ackMsMax: 5_000,
  waitingMax: 10_000,
  waitingBytesMax: 128 * 1024 * 1024,
  commandBytesMax: 4 * 1024 * 1024,
  queuedMsMax: 1_000,
  retryAfterS: 1,
};

/** What telemetry may want to hear; called on the hot path. */
export interface AskObserver {
  published?(event: Published & { readonly partition: number }): void;
  settled?(event: { readonly kind: Asked["kind"]; readonly waitedMs: number }): void;
  /** Something that is no pack of replies came to this edge's subject. */
  unreadable?(): void;
}

export interface AskOptions {
  readonly broker: Broker;
  readonly edgeId: string;
  readonly partitionOf: (actor: ActorId) => number;
  readonly runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after">;
  /** Ids of commands: an edge may have a cheaper way to make them than its runtime has. */
  readonly newId: () => string;
  readonly limits?: Partial<AskLimits>;
  readonly observer?: AskObserver;
}
export interface Asker {
  readonly ask: Ask;
  /** How many questions wait for an answer. */
  waiting(): number;
  /** Ends every wait with what is known by now. Stop taking requests first. */
  stop(): void;
}

/** One coarse timer serves all: patience ends up to this much late. */
const sweepMs = 25;

export function createAsk(options: AskOptions): Asker {
  const { broker, edgeId, partitionOf, runtime, newId, observer } = options;
  const limits = { ...askLimits, ...options.limits };
  const waits = new Map<string, Wait>();
  const lanes = new Map<number, Lane>();
  let waitingBytes = 0;
  let sweeper: Timer | undefined;
  let stopped = false;

  const laneOf = (partition: number): Lane => {
    const known = lanes.get(partition);
    if (known !== undefined) return known;
    const published = (event: Published) => observer?.published?.({ partition, ...event });
    const subject = subjects.commands(partition);
    const lane = createLane({ broker, subject, packName: "commands", limits, runtime, published });
    lanes.set(partition, lane);
    return lane;
  };
  const sweep = () => {
    const now = runtime.elapsedMs();
    for (const wait of waits.values()) wait.checkPatience(now);
    for (const lane of lanes.values()) lane.tend();
    sweeper = waits.size > 0 ? runtime.after(sweepMs, sweep) : undefined;
  };
  const replies = broker.receive(subjects.replies(edgeId), (payload) => {
    const pack = decodeReplies(payload);
    if (pack === undefined) return observer?.unreadable?.();
    const { replies, ...position } = pack;
    for (const reply of replies) waits.get(reply.id)?.settle(askedOf(reply, position));
  });
  const refused = (): Asked => ({
    kind: broker.connected() ? "overloaded" : "unavailable",
    retryAfterS: limits.retryAfterS,
  });

  const ask = (question: Question): Promise<Asked> => {
    if (stopped || waits.size >= limits.waitingMax || waitingBytes >= limits.waitingBytesMax) {
      const asked = refused();
      observer?.settled?.({ kind: asked.kind, waitedMs: 0 });
      return Promise.resolve(asked);
    }
    const id = newId();
    const json = JSON.stringify(packedOf(question, id, runtime.nowMs(), edgeId));
    const bytes = Buffer.byteLength(json);
    assert(bytes <= limits.commandBytesMax, `Cannot ask ${question.to}: the command has ${bytes} bytes`);
    const startedMs = runtime.elapsedMs();
    return new Promise((resolve) => {
      const settled = (asked: Asked) => {
        waits.delete(id);
        waitingBytes -= bytes;
        observer?.settled?.({ kind: asked.kind, waitedMs: runtime.elapsedMs() - startedMs });
        resolve(asked);
      };
      const wait = new Wait({
        json,
        bytes,
        startedMs,
        patienceMs: question.patienceMs,
        limits,
        refused,
        settled,
      });
      waits.set(id, wait);
      waitingBytes += bytes;
      sweeper ??= runtime.after(sweepMs, sweep);
      laneOf(partitionOf(question.to)).add(wait);
    });
  };
  const stop = () => {
    stopped = true;
    replies.stop();
    sweeper?.stop();
    for (const wait of [...waits.values()]) wait.end();
  };
  return { ask, waiting: () => waits.size, stop };
}

function packedOf(question: Question, id: string, atMs: number, edge: string): PackedCommand {
  const { to, command, personal, traceparent } = question;
  // `undefined` fields are left out by JSON.
  return { id, to, atMs, edge, command, personal, traceparent };
}

function askedOf(reply: ReplyText, position: Position): Asked {
  if ("defect" in reply) return { kind: "defect", position };
  const replayed = reply.replayed === true ? { replayed: true } : {};
  const answer = reply.ok
    ? { ok: true, json: reply.json, ...replayed } as const
    : { ok: false, rejection: reply.rejection, ...replayed } as const;
  return { kind: "answered", answer, position };
}

type Progress = "queued" | "sent" | "durable" | "doubtful" | "settled";

/** One question between its arrival and its answer. */
class Wait implements Packable {
  readonly json: string;
  readonly bytes: number;
  readonly #patientUntilMs: number;
  readonly #queuedUntilMs: number;
  readonly #refused: () => Asked;
  readonly #settled: (asked: Asked) => void;
  #progress: Progress = "queued";
  #impatient = false;

  constructor(options: {
    readonly json: string;
    readonly bytes: number;
    readonly startedMs: number;
    readonly patienceMs: number;
    readonly limits: AskLimits;
    /** Why it was not accepted, as far as that is known when it is given up. */
    readonly refused: () => Asked;
    readonly settled: (asked: Asked) => void;
  }) {
    this.json = options.json;
    this.bytes = options.bytes;
    this.#patientUntilMs = options.startedMs + options.patienceMs;
    this.#queuedUntilMs = options.startedMs + Math.max(options.patienceMs, options.limits.queuedMsMax);
    this.#refused = options.refused;
    this.#settled = options.settled;
  }

  wanted(): boolean {
    return this.#progress === "queued";
  }
  sent(): void {
    this.#progress = "sent";
  }

  done(outcome: PublishOutcome): void {
    if (this.#progress === "settled") return; // The answer overtook the ack.
    switch (outcome.kind) {
      case "stored":
        this.#progress = "durable";
        break;
      case "unknown":
        this.#progress = "doubtful"; // It may be stored all the same: then its answer still comes.
        break;
      case "full":
      case "contended":
      case "conflict":
        return this.#refuse();
    }
    if (this.#impatient) this.end();
  }

  checkPatience(nowMs: number): void {
    if (this.#progress === "queued" && nowMs >= this.#queuedUntilMs) return this.#refuse();
    if (nowMs < this.#patientUntilMs) return;
    this.#impatient = true;
    // Whether it is accepted is worth waiting for a little longer, even for a caller without patience.
    if (this.#progress === "durable" || this.#progress === "doubtful") this.end();
  }

  /** Nothing more will be learned. */
  end(): void {
    if (this.#progress === "queued") this.#refuse();
    else this.settle({ kind: this.#progress === "durable" ? "accepted" : "in-doubt" });
  }

  settle(asked: Asked): void {
    if (this.#progress === "settled") return;
    this.#progress = "settled";
    this.#settled(asked);
  }

  #refuse(): void {
    this.settle(this.#refused());
  }
}
