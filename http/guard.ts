import type { MiddlewareHandler } from "hono";
import type { Edge, EdgeContext, EdgeEnv } from "./edge.ts";
import type { Principal, Scope } from "./principal.ts";
import { rateLimiter } from "./rate_limit.ts";
import { refuse } from "./respond.ts";

/** Makes the middleware that lets a request through when its API key has one of these scopes and has not used up its rate. */
export type Guards = (...anyOf: readonly Scope[]) => MiddlewareHandler<EdgeEnv>;

const challenge = 'Bearer realm="waybill"';

export function guards({ authenticate, nowMs, limits }: Edge): Guards {
  const rates = rateLimiter(nowMs, limits.rateKeysMax);
  return (...anyOf) => (c, next) => {
    const refused = check(c, anyOf);
    return refused === undefined ? next() : Promise.resolve(refused);
  };

  function check(c: EdgeContext, anyOf: readonly Scope[]): Response | undefined {
    const token = bearerOf(c.req.header("authorization"));
    if (token === undefined) {
      return unauthorized(c, "no Authorization: Bearer header", challenge);
    }
    const principal = authenticate(token);
    if (principal === undefined) {
      return unauthorized(
        c,
        "the API key does not exist or is revoked",
        `${challenge}, error="invalid_token"`,
      );
    }
    const limited = limit(c, principal);
    if (limited !== undefined) return limited;
    if (!anyOf.some((scope) => principal.scopes.has(scope))) {
      const detail = `Cannot allow request: the API key lacks the scope ${anyOf.join(" or ")}`;
      return refuse(c, { problem: "forbidden", detail }, {
        "www-authenticate": `${challenge}, error="insufficient_scope", scope="${anyOf[0]}"`,
      });
    }
    c.set("principal", principal);
  }

  function limit(c: EdgeContext, principal: Principal): Response | undefined {
    const rate = rates.take(principal);
    if (rate === undefined) return undefined;
    c.set("frame", { ...c.get("frame"), "ratelimit-policy": rate.policy, "ratelimit": rate.state });
    if (rate.retryAfterS === 0) return undefined;
    const detail = `Cannot accept request: the API key has used up its ${rate.perSecond} requests a second`;
    return refuse(c, { problem: "rate-limited", detail, retryAfterS: rate.retryAfterS });
  }
}

function unauthorized(c: EdgeContext, reason: string, challenged: string): Response {
  const detail = `Cannot identify caller: ${reason}`;
  return refuse(c, { problem: "unauthorized", detail }, { "www-authenticate": challenged });
}

function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header)?.[1];
}
