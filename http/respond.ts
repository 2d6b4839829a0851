import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { EdgeContext } from "./edge.ts";
import { problemBody, problems, type Refusal } from "./problems.ts";

/** Writes a refusal as `application/problem+json`. */
export function refuse(c: EdgeContext, refusal: Refusal, headers: Record<string, string> = {}): Response {
  const retryAfter: Record<string, string> = refusal.retryAfterS === undefined
    ? {}
    : { "retry-after": String(Math.max(1, Math.ceil(refusal.retryAfterS))) };
  return answer(c, problems[refusal.problem].status, JSON.stringify(problemBody(refusal, c.req.path)), {
    "content-type": "application/problem+json",
    ...retryAfter,
    ...headers,
  });
}

export function json(
  c: EdgeContext,
  status: ContentfulStatusCode,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return answer(c, status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

/** With its headers in one piece: setting them one by one costs as much as all the rest of an answer. */
export function answer(
  c: EdgeContext,
  status: number,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Response {
  const frame = c.get("frame");
  c.set("frame", undefined);
  return new Response(body, { status, headers: { ...frame, ...headers } });
}
