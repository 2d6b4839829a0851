import type { MiddlewareHandler } from "hono";
import type { EdgeEnv } from "./edge.ts";
import { refuse } from "./respond.ts";

/** When to come again. */
export const readOnlyRetryAfterS = 30;
const reads = ["GET", "HEAD", "OPTIONS"];
/** What carriers send is kept whatever happens, and handled afterwards. */
const callbacks = /^\/v1\/carriers\/[^/]+\/callbacks$/;

/** Operators sign in, and mend what is held back. */
const operators = /^\/ops\//;

/** Customers are told by the pages themselves, in their language, with what they filled in. */
const customerForms = /^\/t\/[^/]+\/(?:requests\/[^/]+|notifications|unsubscribe)$/;
const passed = [callbacks, operators, customerForms];

/** While the system is read-only, refuses whatever might change something. */
export function whileReadOnly(isReadOnly: () => boolean): MiddlewareHandler<EdgeEnv> {
  return (c, next) => {
    const { method, path } = c.req;
    if (!isReadOnly() || reads.includes(method) || passed.some((one) => one.test(path))) return next();
    const detail = "Cannot change anything now: the operator has made the system read-only for a while";
    return Promise.resolve(refuse(c, { problem: "read-only", detail, retryAfterS: readOnlyRetryAfterS }));
  };
}
