import { type Backoff, outgoingBackoff, retryAfterMs } from "../outgoing/backoff.ts";
import type { OutgoingAnswer } from "../outgoing/outgoing.ts";

/** What an attempt means for the delivery and its endpoint. */
export type Verdict =
  | { readonly kind: "taken" }
  /** Tried again after so long. */
  | { readonly kind: "again"; readonly afterMs: number }
  /** Nobody tries any more, unless it is asked for again. */
  | { readonly kind: "given-up" }
  /** 410: it does not want to be told anything any more. */
  | { readonly kind: "gone" };

export interface Attempt {
  /** Undefined: there was no answer. */
  readonly answer: OutgoingAnswer | undefined;
  /** This one included, since it was asked for last. */
  readonly tries: number;
  /** 0 up to 1, spreads what failed together. */
  readonly random: number;
  readonly nowMs: number;
}

const hourMs = 3_600_000;
/** A `Retry-After` of 429 or 503 is followed so far. */
const askedWaitMsMax = 24 * hourMs;

export function verdictOf(
  { answer, tries, random, nowMs }: Attempt,
  backoff: Backoff = outgoingBackoff,
): Verdict {
  const status = answer?.status ?? 0;
  if (status >= 200 && status < 300) return { kind: "taken" };
  if (status === 410) return { kind: "gone" };
  const ownMs = retryAfterMs(tries, random, backoff);
  if (ownMs === undefined) return { kind: "given-up" };
  const asked = status === 429 || status === 503 ? askedWaitMs(answer, nowMs) : 0;
  return { kind: "again", afterMs: Math.max(ownMs, asked) };
}

/** Seconds or a date (RFC 9110); 0 when it says neither. */
function askedWaitMs(answer: OutgoingAnswer | undefined, nowMs: number): number {
  const text = [answer?.headers["retry-after"] ?? ""].flat()[0]!.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), askedWaitMsMax) : 0;
}
