import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../demo/target.ts";
import { jsonOf } from "../../streams/json_of.ts";

/** What came back, whatever it is. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; undefined when it is none. */
  readonly body: unknown;
}
export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the system's own; null: none. */
  readonly key?: string | null;
  /** Sent as it is, instead of a body in JSON. */
  readonly raw?: string;
  /** The first answer to a GET is wanted, also where it says of itself that it is stale. */
  readonly stale?: boolean;
}
export interface Caller {
  get(path: string, options?: CallOptions): Promise<Answer>;
  post(path: string, body: unknown, options?: CallOptions): Promise<Answer>;
  put(path: string, body: unknown, options?: CallOptions): Promise<Answer>;
  delete(path: string, options?: CallOptions): Promise<Answer>;
}

const answerMsMax = 60_000, freshMsMax = 60_000, staleMs = 100;
/** As long as there is: how fast a decision comes is not what these tests ask. */
const patient = { prefer: "wait=30" };

/**
 * Asks as an outsider does who has time: one request, no retries, no knowledge of the product. Only where an answer says that it is older
 * than what was written is it read again, as the contract advises.
 */
export function callerOf({ url, key: own }: Target): Caller {
  const call = async (method: string, path: string, body: unknown, options: CallOptions) => {
    const { headers = {}, key = own, raw } = options;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(sent === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" ? {} : patient),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
      signal: AbortSignal.timeout(answerMsMax),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
  };
  const read = async (path: string, options: CallOptions) => {
    const giveUpAtMs = performance.now() + freshMsMax;
    for (;;) {
      const answer = await call("GET", path, undefined, options);
      const isStale = answer.headers.get("waybill-stale") === "true";
      if (!isStale || options.stale === true || performance.now() > giveUpAtMs) return answer;
      await sleep(staleMs);
    }
  };
  return {
    get: (path, options = {}) => read(path, options),
    post: (path, body, options = {}) => call("POST", path, body, options),
    put: (path, body, options = {}) => call("PUT", path, body, options),
    delete: (path, options = {}) => call("DELETE", path, undefined, options),
  };
}
