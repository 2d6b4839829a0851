import type { Authenticate } from "./authenticate.ts";
import { equalsSecret } from "./equal.ts";

/**
 * For carriers that sign nothing: the secret is the token that their subscription echoes, in the header that the subscriber chose, as
 * `Authorization: Bearer`, or as `?token=` of the URL. A token proves who calls, not what the body says.
 */
export const sharedToken: Authenticate = (request, { secrets, header }) => {
  const sent = [
    header === undefined ? undefined : request.header(header),
    /^bearer +(.+)$/i.exec(request.header("authorization") ?? "")?.[1],
    request.token,
  ].filter((token) => token !== undefined && token !== "");
  if (sent.length === 0) return { authentic: false, why: "no token was sent" };
  const known = sent.some((token) => secrets.some((secret) => equalsSecret(token!, secret)));
  return known ? { authentic: true } : { authentic: false, why: "the token is another one" };
};
