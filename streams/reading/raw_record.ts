import { Buffer } from "node:buffer";
import { Fault } from "../faults.ts";
import { hashOf } from "../hash.ts";
import type { Stored } from "../broker/broker.ts";

/** A turn record as it travels outside of the log, a line of JSON: its bytes, as text, and what they must hash to. */
export interface RawRecord {
  readonly sequence: number;
  readonly subject: string;
  /** SHA-256 of the payload, hex: what the next record of the partition names. */
  readonly hash: string;
  /** RFC 3339: when the server stored it. */
  readonly storedAt: string;
  readonly headers?: { readonly [name: string]: string };
  /** The payload; or `base64`, where that is no UTF-8. */
  readonly text?: string;
  readonly base64?: string;
}

const strict = new TextDecoder("utf-8", { fatal: true }), encoder = new TextEncoder();

export function rawRecord({ sequence, subject, payload, headers, storedAtMs }: Stored): RawRecord {
  return {
    sequence,
    subject,
    hash: hashOf(payload),
    storedAt: new Date(storedAtMs).toISOString(),
    ...(headers.size > 0 && { headers: Object.fromEntries(headers) }),
    ...textOf(payload),
  };
}

function textOf(payload: Uint8Array): Pick<RawRecord, "text" | "base64"> {
  try {
    return { text: strict.decode(payload) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { base64: Buffer.from(payload).toString("base64") };
  }
}

/** As it was in the log. Throws `Fault("log.lost")` when its bytes are not those that its hash was made of. */
export function storedOf({ sequence, subject, hash, storedAt, headers, text, base64 }: RawRecord): Stored {
  const payload = base64 === undefined
    ? encoder.encode(text ?? "")
    : new Uint8Array(Buffer.from(base64, "base64"));
  if (hashOf(payload) !== hash) {
    throw new Fault(
      "log.lost",
      `Cannot use record ${sequence}: its bytes are not those that its hash was made of`,
    );
  }
  const storedAtMs = Date.parse(storedAt);
  return { sequence, subject, payload, headers: new Map(Object.entries(headers ?? {})), storedAtMs };
}
