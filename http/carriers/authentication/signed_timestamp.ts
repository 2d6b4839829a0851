import { createHmac } from "node:crypto";
import type { Authenticate } from "./authenticate.ts";
import { equal } from "./equal.ts";
import { outsideWindow, secondsToMs } from "./window.ts";

const signaturesMax = 10;

/**
 * `t=<unix seconds>,v1=<hex>` in the header: HMAC-SHA256 over `{t}.{raw body}`. Several `v1` may stand there while the sender changes
 * its secret; signatures of other versions are passed over.
 */
export function signedTimestamp(headerName: string): Authenticate {
  return ({ header, body, nowMs }, { secrets }) => {
    const parts = (header(headerName) ?? "").split(",").map((part) => part.trim());
    const valuesOf = (name: string) =>
      parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
    const [time, ...more] = valuesOf("t");
    if (time === undefined || more.length > 0) return { authentic: false, why: "no one time is signed" };
    const why = outsideWindow(secondsToMs(time), nowMs);
    if (why !== undefined) return { authentic: false, why };
    const sent = valuesOf("v1").slice(0, signaturesMax);
    const right = secrets.some((secret) => {
      const due = createHmac("sha256", secret).update(`${time}.`).update(body).digest("hex");
      return sent.some((signature) => equal(due, signature));
    });
    return right ? { authentic: true } : { authentic: false, why: "the signature is another one" };
  };
}
