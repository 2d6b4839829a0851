import { Buffer } from "node:buffer";
import type { Json } from "../../actors/actor.ts";
import type { Broker, Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";
import type { Runtime } from "../runtime.ts";
import { subjectToken, textOfToken } from "../subject_token.ts";

/** A small last-value store in the log: keys, settings. Every value has a revision, and a write may state which one it replaces. */
export interface Registry {
  get(key: string): Promise<Registered | undefined>;
  /** `replacing` is the revision that is there now; 0: none. Left out, the last writer wins. */
  put(key: string, value: Json, replacing?: number): Promise<PutOutcome>;
  list(): Promise<Registered[]>;
  /** Calls `changed` for every value there is, then for every change, until stopped. */
  watch(changed: (entry: Registered) => void): Watch;
}
export interface Registered {
  readonly key: string;
  readonly value: Json;
  readonly revision: number;
}
export type PutOutcome =
  | { readonly kind: "stored"; readonly revision: number }
  /** Someone else wrote first. */
  | { readonly kind: "conflict"; readonly revision: number };
export interface Watch {
  /** Resolves when all values that were there at the start have been seen; rejects when that cannot happen any more. */
  loaded(): Promise<void>;
  /** Rejects when watching cannot go on, resolves when stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export const registryLimits = { ackMsMax: 2_000, triesMax: 5, valueBytesMax: 256 * 1024 } as const;
/** Names one attempt to write, so that a writer whose ack was lost recognizes its own value. */
const writeHeader = "Waybill-Write";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const prefixOf = (space: string) => `registry.${subjectToken(space)}.`;

/** One space of keys, such as `keys`. */
export function openRegistry(broker: Broker, space: string, runtime: Pick<Runtime, "newId">): Registry {
  const prefix = prefixOf(space);
  const subjectOf = (key: string) => prefix + subjectToken(key);
  const watch: Registry["watch"] = (changed) => watchRegistry(broker, space, changed);
  return {
    watch,
    get: async (key) => {
      const stored = await broker.last(streamNames.registry, subjectOf(key));
      return stored && registered(stored, prefix);
    },
    put: (key, value, replacing) => put(broker, subjectOf(key), { write: runtime.newId(), value, replacing }),
    list: async () => {
      const found = new Map<string, Registered>();
      const watching = watch((entry) => void found.set(entry.key, entry));
      try {
        await watching.loaded();
      } finally {
        await watching.stop();
      }
      return [...found.values()];
    },
  };
}

async function put(
  broker: Broker,
  subject: string,
  { write, value, replacing }: {
    /** Names this write among all that were ever made. */
    readonly write: string;
    readonly value: Json;
    readonly replacing: number | undefined;
  },
): Promise<PutOutcome> {
  const payload = encoder.encode(JSON.stringify(value));
  const { ackMsMax, triesMax, valueBytesMax } = registryLimits;
  if (payload.length > valueBytesMax) {
    throw new Error(
      `Cannot register ${subject}: ${payload.length} bytes, at most ${valueBytesMax} are possible`,
    );
  }
  const headers = new Map([[writeHeader, write]]);
  let doubtful = false;
  let why = "";
  for (let tries = 0; tries < triesMax; tries++) {
    const outcome = await broker.publish(subject, payload, {
      ackMsMax,
      headers,
      ...(replacing === undefined ? {} : { expectedLastSubjectSequence: replacing }),
    });
    if (outcome.kind === "stored") return { kind: "stored", revision: outcome.sequence };
    if (outcome.kind === "conflict") {
      const last = doubtful ? await broker.last(streamNames.registry, subject) : undefined;
      const ours = last?.headers.get(writeHeader) === write; // The ack of an earlier try was lost.
      return { kind: ours ? "stored" : "conflict", revision: last?.sequence ?? outcome.actual };
    }
    doubtful ||= outcome.kind === "unknown";
    why = outcome.kind === "unknown" ? outcome.reason : outcome.kind;
  }
  throw new Fault("log.unavailable", `Cannot register ${subject}: ${why}`);
}

/**
 * What `Registry.watch` does, for who only reads. Reads all of the registry, not only this space: whatever was last in it when we began, or something newer, is certain to come, so
 * the end of the first load is certain too.
 */
export function watchRegistry(
  broker: Broker,
  space: string,
  changed: (entry: Registered) => void,
): Watch {
  const prefix = prefixOf(space);
  const reader = broker.read(streamNames.registry, { fromSequence: 1 });
  let setLoaded = () => {};
  const seenAll = new Promise<void>((done) => setLoaded = done);
  const follow = async () => {
    try {
      // The stream may have counted further: the server forgets heartbeats.
      const end = (await broker.last(streamNames.registry, "registry.>"))?.sequence ?? 0;
      if (end === 0) setLoaded();
      for await (const stored of reader) {
        if (stored.subject.startsWith(prefix)) changed(registered(stored, prefix));
        if (stored.sequence >= end) setLoaded();
      }
    } finally {
      await reader.stop();
    }
  };
  const ended = follow();
  const endedEarly = () => {
    throw new Fault("log.unavailable", "Cannot load the registry: reading it ended");
  };
  return { loaded: () => Promise.race([seenAll, ended.then(endedEarly)]), ended, stop: () => reader.stop() };
}

function registered(stored: Stored, prefix: string): Registered {
  return {
    key: textOfToken(stored.subject.slice(prefix.length)),
    value: parse(stored),
    revision: stored.sequence,
  };
}

function parse({ subject, payload }: Stored): Json {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch (error) {
    const start = Buffer.from(payload).toString("latin1", 0, 20);
    throw new Fault("record.undecodable", `Cannot read ${subject}: not JSON, it begins ${start}`, error);
  }
}
