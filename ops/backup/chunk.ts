import { Buffer } from "node:buffer";
import { promisify } from "node:util";
import { constants, gunzip, gzip } from "node:zlib";
import type { Stored } from "../../streams/broker/broker.ts";
import { hashOf } from "../../streams/hash.ts";
import { Failure } from "../cli/failure.ts";

/** A piece of a stream as it lies in a backup: a file that its content names. */
export interface ChunkRef {
  /** SHA-256 of the file, hex; its name is derived from it. */
  readonly hash: string;
  /** Of the file. */
  readonly bytes: number;
  readonly messages: number;
  /** Stream sequences of the first and the last message in it. */
  readonly first: number;
  readonly last: number;
  /** When the server stored these, milliseconds since 1970. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** `messageBytesMax`: what nats-server is told to take; one chunk holds at least one message. */
export const chunkLimits = {
  bytesMax: 8 * 1024 * 1024,
  messageBytesMax: 8 * 1024 * 1024,
  headBytesMax: 1024 * 1024,
} as const;

/** What stands before each payload: subject, sequence, time, headers. */
interface MessageHead {
  readonly s: string;
  readonly q: number;
  readonly t: number;
  readonly h?: readonly (readonly [string, string])[];
}

const compress = promisify(gzip), expand = promisify(gunzip);
const sizeBytes = 4;

export const chunkPath = (hash: string) => `chunks/${hash.slice(0, 2)}/${hash}.gz`;

/** Messages one behind the other, each as `<head bytes><head><payload bytes><payload>` with sizes of 4 bytes, gzipped. */
export async function encodeChunk(messages: readonly Stored[]): Promise<{ ref: ChunkRef; file: Uint8Array }> {
  const parts: Uint8Array[] = [];
  for (const { subject, sequence, storedAtMs, headers, payload } of messages) {
    const h = headers.size === 0 ? {} : { h: [...headers] };
    const head: MessageHead = { s: subject, q: sequence, t: storedAtMs, ...h };
    const text = Buffer.from(JSON.stringify(head));
    parts.push(size(text.length), text, size(payload.length), payload);
  }
  const file = await compress(Buffer.concat(parts), { level: constants.Z_BEST_SPEED });
  const first = messages[0]!, last = messages.at(-1)!;
  const ref = {
    hash: hashOf(file),
    bytes: file.length,
    messages: messages.length,
    first: first.sequence,
    last: last.sequence,
    fromMs: first.storedAtMs,
    untilMs: last.storedAtMs,
  };
  return { ref, file };
}

/** Refuses a file that is not what its name says. */
export async function decodeChunk(ref: ChunkRef, file: Uint8Array): Promise<Stored[]> {
  if (hashOf(file) !== ref.hash) {
    throw new Failure(`Cannot use ${chunkPath(ref.hash)}: its content is not what its name says`);
  }
  const { bytesMax, messageBytesMax, headBytesMax } = chunkLimits;
  const bytes = await expand(file, { maxOutputLength: 2 * (bytesMax + messageBytesMax + headBytesMax) });
  const messages: Stored[] = [];
  for (let at = 0; at < bytes.length;) {
    const headEnd = at + sizeBytes + bytes.readUInt32BE(at);
    const head = JSON.parse(bytes.toString("utf8", at + sizeBytes, headEnd)) as MessageHead;
    const from = headEnd + sizeBytes, end = from + bytes.readUInt32BE(headEnd);
    messages.push({
      subject: head.s,
      sequence: head.q,
      storedAtMs: head.t,
      headers: new Map(head.h ?? []),
      payload: new Uint8Array(bytes.buffer, bytes.byteOffset + from, end - from),
    });
    at = end;
  }
  return messages;
}

function size(bytes: number): Uint8Array {
  const buffer = Buffer.alloc(sizeBytes);
  buffer.writeUInt32BE(bytes);
  return buffer;
}
