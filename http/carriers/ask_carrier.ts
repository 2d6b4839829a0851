import { Buffer } from "node:buffer";
import { CarrierFault } from "./carrier_fault.ts";

/** One answer of a tracking API; a CALLBACKS message must hold it. */
export const replyBytesMax = 1024 * 1024;
const retryAfterMsMax = 86_400_000;

export interface CarrierRequest extends Omit<RequestInit, "signal"> {
  readonly url: string;
  readonly signal: AbortSignal;
}
export interface CarrierReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Sends one request. What is neither 2xx nor one of `answers` is a `CarrierFault`; the caller reads its body in vain. */
export async function askCarrier(
  { url, ...init }: CarrierRequest,
  answers: readonly number[] = [],
): Promise<CarrierReply> {
  try {
    const answer = await fetch(url, { redirect: "error", ...init }), { status } = answer;
    if (answer.ok || answers.includes(status)) return { status, body: await bounded(answer) };
    await answer.body?.cancel();
    throw faultOf(answer);
  } catch (error) {
    throw error instanceof CarrierFault ? error : unreached(error, init.signal);
  }
}

function faultOf({ status, headers }: Response): CarrierFault {
  const said = `it answered ${status}`, retryAfterMs = waitOf(headers.get("retry-after"), Date.now());
  if (status === 429) return new CarrierFault("throttled", said, { retryAfterMs });
  if (status >= 500) return new CarrierFault("unavailable", said, { retryAfterMs });
  return new CarrierFault(status === 401 || status === 403 ? "refused" : "rejected", said);
}

/** Seconds or a date (RFC 9110, 10.2.3); undefined for anything else. */
export function waitOf(retryAfter: string | null, nowMs: number): number | undefined {
  const text = retryAfter?.trim() ?? "";
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  if (text === "" || Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.max(waitMs, 0), retryAfterMsMax);
}

async function bounded(answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > replyBytesMax) {
      throw new CarrierFault("too-large", `its answer has more than ${replyBytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function unreached(error: unknown, signal: AbortSignal): CarrierFault {
  const cause = error instanceof Error ? error : new Error(String(error));
  const late = signal.aborted || cause.name === "TimeoutError";
  if (late) return new CarrierFault("timeout", "it did not answer in time", { cause });
  // fetch says no more than `TypeError` of whatever lies between us and the carrier.
  if (cause instanceof TypeError) return new CarrierFault("unavailable", cause.message, { cause });
  throw error;
}
