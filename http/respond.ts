import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { EdgeContext } from "./edge.ts";
import { problemBody, problems, type Refusal } from "./problems.ts";

/** Writes a refusal as `application/problem+json`. */
export function refuse(c: EdgeContext, refusal: Refusal, headers: Record<string, string> = {}): Response {
  const retryAfter: Record<string, string> = refusal.retryAfterS === undefined
    ? {}
    : { "retry-after": String(Math.max(1, Math.ceil(refusal.retryAfterS))) };
  return c.body(JSON.stringify(problemBody(refusal, c.req.path)), problems[refusal.problem].status, {
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
  return c.body(JSON.stringify(body), status, { "content-type": "application/json", ...headers });
}
