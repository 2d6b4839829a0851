import type { MiddlewareHandler } from "hono";
import type { EdgeEnv } from "./edge.ts";
import { refuse } from "./respond.ts";

const retryAfterS = 30;
const reads = ["GET", "HEAD", "OPTIONS"];
/** What carriers send is kept whatever happens, and handled afterwards. */
const callbacks = /^\/v1\/carriers\/[^/]+\/callbacks$/;

/** Operators sign in, and mend what is held back. */
const operators = /^\/ops\//;

/** While the system is read-only, refuses whatever might change something. */
export function whileReadOnly(isReadOnly: () => boolean): MiddlewareHandler<EdgeEnv> {
  return (c, next) => {
    const { method, path } = c.req;
    if (!isReadOnly() || reads.includes(method) || callbacks.test(path) || operators.test(path)) {
      return next();
    }
    const detail = "Cannot change anything now: the operator has made the system read-only for a while";
    return Promise.resolve(refuse(c, { problem: "read-only", detail, retryAfterS }));
  };
}
