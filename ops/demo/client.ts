import { Failure } from "../cli/failure.ts";
import type { Target } from "./target.ts";

/** A client that keeps asking until a decision is known: every request of the demo may be repeated safely. */
export interface Client {
  /** Repeats what was not decided (202), not accepted (503, 429) or not answered at all. */
  readonly decide: (method: "POST" | "PUT", path: string, body: unknown) => Promise<Answered>;
  /** Reads; with a position, until the readers have reached it. */
  readonly read: (path: string, position?: string) => Promise<Answered>;
}
export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly position?: string;
  /** True when the first attempt already met an earlier decision. */
  readonly replayed: boolean;
}

export interface ClientOptions {
  readonly target: Target;
  /** How long one request may go without a decision. */
  readonly patienceMs: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** One attempt; a system that was paused is asked again. */
const attemptMsMax = 30_000;
/** Less than that: who asks twice because the first decision was slow cannot tell whether there was one before. */
const decisionSeconds = 20;
const pauseMsMin = 50;
const pauseMsMax = 1_000;

export function newClient(options: ClientOptions): Client {
  const send = sender(options.target, options.fetch ?? globalThis.fetch);
  const retry = { patienceMs: options.patienceMs, sleep: options.sleep ?? sleepMs, url: options.target.url };
  return {
    decide: (method, path, body) => {
      const text = JSON.stringify(body);
      return untilSettled(retry, () => send(method, path, { body: text }));
    },
    read: (path, position) =>
      untilSettled(retry, () => send("GET", path, position === undefined ? {} : { position })),
  };
}

interface Attempt extends Answered {
  /** Why to ask again; undefined when this is the answer. */
  readonly unsettled?: string;
  readonly retryAfterMs?: number;
}
interface Retry {
  readonly patienceMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly url: string;
}

async function untilSettled(retry: Retry, attempt: () => Promise<Attempt>): Promise<Answered> {
  const startedAtMs = performance.now();
  let pauseMs = pauseMsMin;
  for (let attempts = 1;; attempts++) {
    const answer = await attempt();
    if (answer.unsettled === undefined) return { ...answer, replayed: answer.replayed && attempts === 1 };
    const waitedMs = performance.now() - startedAtMs;
    if (waitedMs + pauseMs > retry.patienceMs) {
      const seconds = (waitedMs / 1000).toFixed(0);
      throw new Failure(
        `Cannot go on: ${retry.url} gave no decision for ${seconds} s (${answer.unsettled})`,
      );
    }
    await retry.sleep(Math.max(pauseMs, answer.retryAfterMs ?? 0));
    pauseMs = Math.min(pauseMs * 2, pauseMsMax);
  }
}

function sender({ url, key }: Target, fetch: typeof globalThis.fetch) {
  return async (method: string, path: string, { body, position }: { body?: string; position?: string }) => {
    const headers: Record<string, string> = { authorization: `Bearer ${key}` };
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      headers["prefer"] = `wait=${decisionSeconds}`;
    }
    if (position !== undefined) headers["waybill-position"] = position;
    try {
      const signal = AbortSignal.timeout(attemptMsMax);
      const init = body === undefined ? { method, headers, signal } : { method, headers, signal, body };
      const response = await fetch(url + path, init);
      return attemptOf(response, await response.text());
    } catch (error) {
      return unanswered(error);
    }
  };
}

/** The connection failed or broke off: whether the request arrived is unknown, so it is asked again. */
function unanswered(error: unknown): Attempt {
  const isNetwork = error instanceof TypeError ||
    (error instanceof Error &&
      (error.name === "TimeoutError" || error.name === "AbortError" || "code" in error));
  if (!isNetwork) throw error;
  return { status: 0, body: undefined, replayed: false, unsettled: `no answer: ${error.message}` };
}

const unsettledStatuses: ReadonlySet<number> = new Set([202, 429, 502, 503, 504]);

function attemptOf(response: Response, text: string): Attempt {
  const { status, headers } = response;
  const position = headers.get("waybill-position"),
    retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  const stale = headers.get("waybill-stale") === "true";
  const answer = {
    status,
    body: parsed(text),
    replayed: headers.get("idempotent-replayed") === "true",
    ...(position === null ? {} : { position }),
  };
  if (!unsettledStatuses.has(status) && !stale) return answer;
  const unsettled = stale ? "readers lag behind" : `${status} ${problemOf(answer.body)}`;
  return { ...answer, unsettled, ...(retryAfter >= 0 ? { retryAfterMs: retryAfter * 1000 } : {}) };
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text; // A proxy's page: shown as it is when it is no answer that we know.
  }
}

/** What a problem document says, in one line. */
export function problemOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return String(body ?? "without a body").slice(0, 200);
  const { title, detail, errors } = body as { title?: unknown; detail?: unknown; errors?: unknown };
  const first = Array.isArray(errors) && errors.length > 0 ? ` ${JSON.stringify(errors[0])}` : "";
  return `${String(detail ?? title ?? JSON.stringify(body))}${first}`.slice(0, 400);
}

const sleepMs = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
