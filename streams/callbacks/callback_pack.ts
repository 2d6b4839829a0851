import { Buffer } from "node:buffer";

/** What a carrier sent or answered, as it is kept. */
export interface Callback {
  /** Made at the edge: names it among all callbacks. */
  readonly id: string;
  /** As in the URL that was called, or whose API was asked. */
  readonly carrier: string;
  /** When it came, milliseconds since 1970. */
  readonly atMs: number;
  readonly contentType?: string;
  /** What its tracking API answered; absent: a callback. */
  readonly kind?: "reply";
  /** With a reply: the number that was asked after. */
  readonly asked?: string;
  readonly body: Uint8Array;
  /** Why the edge could make nothing of it: kept all the same. */
  readonly unreadable?: string;
  /** W3C trace context of the request that brought it; absent when nobody traces that. */
  readonly traceparent?: string;
}

/** A callback within a CALLBACKS message, `{"format":1,"callbacks":[…]}`. The body is `text` where it is UTF-8, else `base64`. */
export interface PackedCallback extends Omit<Callback, "body"> {
  readonly text?: string;
  readonly base64?: string;
}

/** The payload of one CALLBACKS message. */
export interface CallbackPack {
  readonly format: 1;
  readonly callbacks: readonly PackedCallback[];
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function encodeCallback({ body, ...rest }: Callback): string {
  const packed: PackedCallback = { ...rest, ...encodedBody(body) };
  return JSON.stringify(packed);
}

function encodedBody(body: Uint8Array): Pick<PackedCallback, "text" | "base64"> {
  try {
    return { text: utf8.decode(body) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { base64: Buffer.from(body).toString("base64") };
  }
}

/** Throws when the message is no pack of callbacks: only the edge writes there. */
export function decodeCallbacks(payload: Uint8Array): Callback[] {
  const { format, callbacks } = JSON.parse(utf8.decode(payload)) as {
    readonly format: number;
    readonly callbacks: readonly PackedCallback[];
  };
  if (format !== 1) throw new Error(`Cannot read a pack of callbacks: its format is ${format}`);
  return callbacks.map(({ text, base64, ...rest }) => ({
    ...rest,
    body: text === undefined ? Buffer.from(base64 ?? "", "base64") : new TextEncoder().encode(text),
  }));
}
