import { assert } from "../../actors/actor.ts";
import { Fault } from "../faults.ts";
import type { Stored, StreamConfig, StreamInfo } from "./broker.ts";
import type { Requester } from "./requester.ts";
import { type StoredJson, storedOfDirect, storedOfJson } from "./stored.ts";

/** Requests to the JetStream API of the server: JSON to a subject, JSON back. */
export interface Api {
  ensureStream(config: StreamConfig): Promise<void>;
  info(stream: string): Promise<StreamInfo>;
  get(stream: string, which: { last_by_subj: string } | { seq: number }): Promise<Stored | undefined>;
  lastOfMany(stream: string, subjects: readonly string[], atLeast?: number): Promise<Stored[]>;
  purgeBelow(stream: string, sequence: number): Promise<void>;
  skipTo(stream: string, sequence: number): Promise<void>;
  deleteMessage(stream: string, sequence: number, secure: boolean): Promise<void>;
  /** Makes a reader's consumer; it goes by itself when nobody pulls from it any more. */
  createConsumer(stream: string, consumer: ConsumerStart): Promise<void>;
}
export interface ConsumerStart {
  readonly name: string;
  readonly fromSequence: number;
  readonly subject?: string;
}

export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}
type ApiAnswer<T> = T & { readonly error?: ApiError };

const apiMsMax = 5_000;
const consumerIdleMsMax = 30_000;
/** How many subjects one direct get may name: the server refuses more than 1,024 results. */
const subjectsPerGetMax = 512;
const errorCodes = {
  streamMissing: 10059,
  streamDiffers: 10058,
  messageMissing: 10037,
  sequenceMissing: 10043,
};
const decoder = new TextDecoder();
const nanos = (ms: number) => ms * 1_000_000;

export function createApi(requester: Requester): Api {
  const call = <T>(subject: string, body: unknown) => callApi<T>(requester, subject, body);
  const info = async (stream: string) =>
    streamInfoOf(await need(call<StreamInfoJson>(`STREAM.INFO.${stream}`, {}), stream));
  const get: Api["get"] = async (stream, which) => {
    const answer = await call<{ message: StoredJson }>(`STREAM.MSG.GET.${stream}`, which);
    if (answer.error?.err_code === errorCodes.messageMissing) return undefined;
    refuseError(answer, "read", stream);
    return storedOfJson(answer.message);
  };
  return {
    info,
    ensureStream: async (config) => {
      const body = streamConfigOf(config);
      const created = await call(`STREAM.CREATE.${config.name}`, body);
      if (created.error?.err_code !== errorCodes.streamDiffers) {
        return refuseError(created, "create", config.name);
      }
      refuseError(await call(`STREAM.UPDATE.${config.name}`, body), "update", config.name);
    },
    get,
    lastOfMany: async (stream, subjects, atLeast = 0) => {
      const pages: Promise<Direct>[] = [];
      for (let from = 0; from < subjects.length; from += subjectsPerGetMax) {
        pages.push(directLast(requester, stream, subjects.slice(from, from + subjectsPerGetMax)));
      }
      const found = await Promise.all(pages);
      if (found.every(({ upTo }) => upTo >= atLeast)) return found.flatMap(({ messages }) => messages);
      const fromLeader = await Promise.all(subjects.map((last_by_subj) => get(stream, { last_by_subj })));
      return fromLeader.filter((message) => message !== undefined);
    },
    purgeBelow: async (stream, sequence) => {
      // Purging beyond the end would move the end: the server would give out later sequences than the readers expect.
      const { firstSequence, lastSequence } = await info(stream);
      const below = Math.min(sequence, lastSequence + 1);
      if (below <= firstSequence) return;
      refuseError(await call(`STREAM.PURGE.${stream}`, { seq: below }), "purge", stream);
    },
    skipTo: async (stream, sequence) => {
      // Purging beyond the end moves the end.
      const { lastSequence } = await info(stream), seq = Math.max(sequence, lastSequence + 1);
      refuseError(await call(`STREAM.PURGE.${stream}`, { seq }), "purge", stream);
    },
    deleteMessage: async (stream, sequence, secure) => {
      const answer = await call(`STREAM.MSG.DELETE.${stream}`, { seq: sequence, no_erase: !secure });
      if (answer.error?.err_code !== errorCodes.sequenceMissing) {
        refuseError(answer, "delete a message of", stream);
      }
    },
    createConsumer: async (stream, consumer) => {
      const body = { stream_name: stream, config: consumerConfigOf(consumer) };
      refuseError(await call(`CONSUMER.CREATE.${stream}.${consumer.name}`, body), "read", stream);
    },
  };
}

/** Throws "log.unavailable" when no answer comes; a refusal is in `error`. */
function callApi<T>(requester: Requester, subject: string, body: unknown): Promise<ApiAnswer<T>> {
  return new Promise((resolve, reject) => {
    const unavailable = (reason: string) =>
      reject(new Fault("log.unavailable", `Cannot ask JetStream for ${subject}: ${reason}`));
    requester.ask(`$JS.API.${subject}`, JSON.stringify(body), {
      msMax: apiMsMax,
      take: (message) => {
        if (message.data.length === 0) unavailable(`status ${message.headers?.code ?? "unknown"}`);
        else resolve(JSON.parse(decoder.decode(message.data)));
        return true;
      },
      fail: unavailable,
    });
  });
}

async function need<T>(answer: Promise<ApiAnswer<T>>, stream: string): Promise<ApiAnswer<T>> {
  const got = await answer;
  refuseError(got, "read", stream);
  return got;
}

function refuseError(answer: { readonly error?: ApiError }, verb: string, stream: string): void {
  if (answer.error === undefined) return;
  const { code, err_code, description = "no reason given" } = answer.error;
  const message = `Cannot ${verb} stream ${stream}: ${description} (${err_code ?? code})`;
  if (err_code === errorCodes.streamMissing) throw new Fault("log.missing", message);
  if (code >= 500) throw new Fault("log.unavailable", message);
  throw new Error(message);
}

interface StreamInfoJson {
  readonly created: string;
  readonly state: { messages: number; bytes: number; first_seq: number; last_seq: number };
}
function streamInfoOf({ created, state }: StreamInfoJson): StreamInfo {
  return {
    createdAtMs: Date.parse(created),
    firstSequence: state.messages === 0 ? state.last_seq + 1 : state.first_seq,
    lastSequence: state.last_seq,
    messages: state.messages,
    bytes: state.bytes,
  };
}

/** As the server is told it, and tells it again. */
export function streamConfigOf(config: StreamConfig) {
  return {
    name: config.name,
    subjects: config.subjects,
    retention: "limits",
    storage: "file",
    discard: config.discard,
    max_bytes: config.bytesMax ?? -1,
    max_msgs: -1,
    max_age: nanos(config.ageMsMax ?? 0),
    max_msgs_per_subject: config.messagesPerSubjectMax ?? -1,
    max_msg_size: -1,
    max_consumers: -1,
    num_replicas: config.replicas,
    deny_delete: config.denyDelete ?? false,
    deny_purge: config.denyPurge ?? false,
    allow_atomic: config.atomicBatches ?? false,
    allow_msg_ttl: config.messageTtl ?? false,
    // Only `lastOfMany` reads from whoever has it; what must not be stale is asked of the leader.
    allow_direct: true,
    compression: config.compress === true ? "s2" : "none",
  };
}

const consumerConfigOf = ({ name, fromSequence, subject }: ConsumerStart) => ({
  name,
  deliver_policy: "by_start_sequence",
  opt_start_seq: Math.max(1, fromSequence),
  ack_policy: "none",
  replay_policy: "instant",
  mem_storage: true,
  num_replicas: 1,
  inactive_threshold: nanos(consumerIdleMsMax),
  ...(subject === undefined ? {} : { filter_subject: subject }),
});

/** The server sends so many bytes at most and leaves the rest: then we ask for what is not there yet. */
async function directLast(
  requester: Requester,
  stream: string,
  subjects: readonly string[],
): Promise<Direct> {
  const found: Stored[] = [];
  let asOf = Infinity;
  for (let missing = subjects; missing.length > 0;) {
    const { messages, pending, upTo } = await directLastOnce(requester, stream, missing);
    found.push(...messages);
    asOf = Math.min(asOf, upTo);
    if (pending === 0) break;
    assert(messages.length > 0, `Cannot read ${missing.length} subjects of ${stream}: the server sends none`);
    const seen = new Set(messages.map(({ subject }) => subject));
    missing = missing.filter((subject) => !seen.has(subject));
  }
  return { messages: found, upTo: asOf };
}

/** What a replica has, and the stream's last sequence as far as it knows; 0 when it does not say, having found nothing. */
interface Direct {
  readonly messages: readonly Stored[];
  readonly upTo: number;
}

/** One request, many answers: the last message of each subject, ended by a status 204 that says how many are left. */
function directLastOnce(
  requester: Requester,
  stream: string,
  subjects: readonly string[],
): Promise<Direct & { readonly pending: number }> {
  return new Promise((resolve, reject) => {
    const messages: Stored[] = [];
    const unavailable = (reason: string) =>
      reject(new Fault("log.unavailable", `Cannot read ${subjects.length} subjects of ${stream}: ${reason}`));
    requester.ask(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify({ multi_last: subjects }), {
      msMax: apiMsMax,
      take: (message) => {
        const status = message.headers?.code ?? 0,
          said = (name: string) => Number(message.headers?.get(name));
        if (status === 204) {
          resolve({ messages, pending: said("Nats-Num-Pending"), upTo: said("Nats-UpTo-Sequence") });
        } else if (status === 404) resolve({ messages, pending: 0, upTo: 0 });
        else if (status !== 0) unavailable(`status ${status} ${message.headers?.description ?? ""}`);
        else messages.push(storedOfDirect(message.headers, message.data));
        return status !== 0;
      },
      fail: unavailable,
    });
  });
}
