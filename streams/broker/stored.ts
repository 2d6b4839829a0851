import type { MsgHdrs } from "nats";
import { Buffer } from "node:buffer";
import { assert } from "../../actors/actor.ts";
import type { Stored } from "./broker.ts";

const none: ReadonlyMap<string, string> = new Map();
const decoder = new TextDecoder();

export function headerMap(from: MsgHdrs | undefined, keep: (name: string) => boolean = () => true) {
  if (from === undefined) return none;
  const map = new Map<string, string>();
  for (const name of from.keys()) if (keep(name)) map.set(name, from.get(name));
  return map.size === 0 ? none : map;
}

/** Where a delivered message lies, read from its reply subject. */
export interface Place {
  readonly consumer: string;
  readonly streamSequence: number;
  /** Counts what this consumer was sent: 1, 2, 3 … */
  readonly consumerSequence: number;
  readonly storedAtMs: number;
}

/** `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<ns>.<pending>[.<token>]` */
export function placeOf(reply: string): Place | undefined {
  if (!reply.startsWith("$JS.ACK.")) return undefined;
  const tokens = reply.split(".");
  const first = tokens.length >= 11 ? 7 : 5;
  const nanos = tokens[first + 2] ?? "0";
  return {
    consumer: tokens[first - 2] ?? "",
    streamSequence: Number(tokens[first]),
    consumerSequence: Number(tokens[first + 1]),
    storedAtMs: Number(nanos.slice(0, -6)),
  };
}

/** A message as the stream's message API returns it. */
export interface StoredJson {
  readonly subject: string;
  readonly seq: number;
  /** Base64; absent when empty. */
  readonly hdrs?: string;
  readonly data?: string;
  readonly time: string;
}

export function storedOfJson(json: StoredJson): Stored {
  return {
    subject: json.subject,
    sequence: json.seq,
    payload: new Uint8Array(Buffer.from(json.data ?? "", "base64")),
    headers: json.hdrs === undefined ? none : parseHeaders(Buffer.from(json.hdrs, "base64")),
    storedAtMs: Date.parse(json.time),
  };
}

function parseHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const line of decoder.decode(bytes).split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    if (colon > 0) map.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return map;
}

/** A message as a direct get returns it: with its place among its headers. */
export function storedOfDirect(headers: MsgHdrs | undefined, payload: Uint8Array): Stored {
  assert(headers !== undefined, "Cannot read a direct answer: it has no headers");
  return {
    subject: headers.get("Nats-Subject"),
    sequence: Number(headers.get("Nats-Sequence")),
    payload,
    headers: headerMap(headers, (name) => !directHeaders.has(name)),
    storedAtMs: Date.parse(headers.get("Nats-Time-Stamp")),
  };
}
/** What the server adds to a direct answer. */
const directHeaders: ReadonlySet<string> = new Set([
  "Nats-Stream",
  "Nats-Subject",
  "Nats-Sequence",
  "Nats-Time-Stamp",
  "Nats-Num-Pending",
  "Nats-Last-Sequence",
  "Nats-UpTo-Sequence",
]);
