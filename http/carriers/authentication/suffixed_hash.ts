import { createHash } from "node:crypto";
import type { Authenticate } from "./authenticate.ts";
import { equal } from "./equal.ts";

/** Lower-case hex of SHA-256 over `{raw body}/{key}`. No HMAC, but the key stands last, so nothing can be appended to a signed body. */
export function suffixedHash(headerName: string): Authenticate {
  return ({ header, body }, { secrets }) => {
    const sent = header(headerName) ?? "";
    if (sent === "") return { authentic: false, why: `no ${headerName} was sent` };
    const right = secrets.some((secret) =>
      equal(createHash("sha256").update(body).update(`/${secret}`).digest("hex"), sent)
    );
    return right ? { authentic: true } : { authentic: false, why: "the signature is another one" };
  };
}
