import type { EdgeContext } from "./edge.ts";
import type { Refusal } from "./problems.ts";

export type Parsed<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly refusal: Refusal;
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The JSON of a request's body, never holding more than `bytesMax` of it. */
export async function readJson(c: EdgeContext, bytesMax: number): Promise<Parsed<unknown>> {
  const wrongType = checkContentType(c.req.header("content-type"), ["application/json"]);
  if (wrongType !== undefined) return { ok: false, refusal: wrongType };
  const bytes = await readBytes(c, bytesMax);
  return bytes.ok ? parseJson(bytes.value) : bytes;
}

export function parseJson(bytes: Uint8Array | ArrayBuffer): Parsed<unknown> {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return malformed("Cannot read body: it is not UTF-8"); // The decoder's only error; its text says less.
  }
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = error instanceof SyntaxError ? `: ${error.message}` : "";
    return malformed(`Cannot read body as JSON${reason}`);
  }
}

export function checkContentType(
  header: string | undefined,
  accepted: readonly string[],
): Refusal | undefined {
  const [type, ...parameters] = (header ?? "").split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (isUtf8 && type !== undefined && accepted.includes(type)) return undefined;
  const found = header === undefined ? "none was sent" : `${header.slice(0, 100)} was sent`;
  return {
    problem: "unsupported-media-type",
    detail: `Cannot read body: its type must be ${accepted.join(" or ")} in UTF-8, and ${found}`,
  };
}

/** The raw body, never holding more than `bytesMax` of it. */
export async function readBytes(c: EdgeContext, bytesMax: number): Promise<Parsed<Uint8Array | ArrayBuffer>> {
  const declared = c.req.header("content-length");
  if (declared !== undefined && Number(declared) > bytesMax) return tooLarge(bytesMax);
  try {
    // With a declared length the server itself reads no further than that.
    if (declared !== undefined) {
      const bytes = await c.req.raw.arrayBuffer();
      return bytes.byteLength > bytesMax ? tooLarge(bytesMax) : { ok: true, value: bytes };
    }
    return await drain(c.req.raw.body, bytesMax);
  } catch {
    return malformed("Cannot read body: the connection ended before it was complete");
  }
}

async function drain(
  body: ReadableStream<Uint8Array> | null,
  bytesMax: number,
): Promise<Parsed<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body !== null) {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > bytesMax) return tooLarge(bytesMax); // Leaving the loop cancels the stream.
      chunks.push(chunk);
    }
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { ok: true, value: whole };
}

function malformed(detail: string): Parsed<never> {
  return { ok: false, refusal: { problem: "malformed-json", detail } };
}

function tooLarge(bytesMax: number): Parsed<never> {
  return {
    ok: false,
    refusal: { problem: "body-too-large", detail: `Cannot read body: it has more than ${bytesMax} bytes` },
  };
}
