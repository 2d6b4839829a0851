import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import aftership from "../aftership/adapter.ts";
import easypost from "../easypost/adapter.ts";
import shipengine from "../shipengine/adapter.ts";
import shippo from "../shippo/adapter.ts";
import seventeenTrack from "../17track/adapter.ts";
import { corpusFile } from "../testing/corpus.ts";
import { corpusIsThere, orWhyNot } from "../testing/shared_corpus.ts";
import type { Authenticate } from "./authenticate.ts";
import { hmacOfBody } from "./hmac.ts";
import { sharedToken } from "./shared_token.ts";
import { signedTimestamp } from "./signed_timestamp.ts";
import { standardWebhooks } from "./standard_webhooks.ts";

interface Case {
  readonly name: string;
  readonly body_b64: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: string;
  readonly now?: number;
  readonly url?: string;
  readonly token?: string;
  readonly secrets_utf8?: readonly string[];
}
interface Scheme {
  readonly scheme: string;
  readonly cases: readonly Case[];
  readonly now?: number;
  readonly header_name?: string;
  readonly secret_utf8?: string;
  readonly secret?: string;
  readonly public_key?: string;
  readonly bearer?: string;
  readonly token?: string;
  readonly jwks?: unknown;
}

/** The rule that judges each scheme. Shops' own schemes stand here where the same rule would serve them. */
const rules: Readonly<Record<string, Authenticate>> = {
  easypost: easypost.authenticate,
  shippo: shippo.authenticate,
  aftership: aftership.authenticate,
  shipengine: shipengine.authenticate,
  "17track": seventeenTrack.authenticate,
  standard_webhooks: standardWebhooks,
  ups_track_alert: sharedToken,
  dhl_unified_push: sharedToken,
  fedex_aiv: hmacOfBody({ headers: ["fdx-signature"], encoding: "base64" }),
  usps_subscriptions: hmacOfBody({ headers: ["x-hmac"], encoding: "base64" }),
  shopify: hmacOfBody({ headers: ["x-shopify-hmac-sha256"], encoding: "base64" }),
  stripe: signedTimestamp("stripe-signature"),
};
const notOurs: Readonly<Record<string, string>> = {
  woocommerce: "a shop's webhook, whose key is decoded from HTML entities: no carrier does that",
};

const schemes = corpusIsThere
  ? (JSON.parse(new TextDecoder().decode(corpusFile("signatures.json"))) as { schemes: Scheme[] }).schemes
  : [];

function secretsOf(scheme: Scheme, one: Case): readonly string[] {
  const { secret_utf8, secret, public_key, bearer, jwks } = scheme;
  const own = [secret_utf8, secret, public_key, bearer, jwks && JSON.stringify(jwks), scheme.token];
  const all = one.secrets_utf8 ?? (one.token === undefined ? own : [one.token]);
  return all.filter((found) => typeof found === "string");
}

function judge(scheme: Scheme, one: Case) {
  const headers = new Headers(Object.entries(one.headers));
  const request = {
    header: (name: string) => headers.get(name) ?? undefined,
    token: one.url === undefined ? undefined : new URL(one.url).searchParams.get("token") ?? undefined,
    body: Buffer.from(one.body_b64, "base64"),
    nowMs: (one.now ?? scheme.now ?? 1_764_000_000) * 1000,
  };
  const { header_name: header } = scheme;
  return rules[scheme.scheme]!(request, { secrets: secretsOf(scheme, one), ...(header && { header }) });
}

describe.skipIf(!corpusIsThere)(`the published signatures${orWhyNot}`, () => {
  for (const scheme of schemes) {
    const why = notOurs[scheme.scheme];
    describe.skipIf(why !== undefined)(`${scheme.scheme}${why === undefined ? "" : ` (${why})`}`, () => {
      test.each(scheme.cases)("$name: $expect", async (one) => {
        const { authentic } = await judge(scheme, one);
        expect(authentic).toBe(one.expect.startsWith("valid"));
      });
    });
  }

  test("are all judged, or left out for a reason", () => {
    const known = [...Object.keys(rules), ...Object.keys(notOurs)].sort();
    expect(schemes.map(({ scheme }) => scheme).sort()).toEqual(known);
  });
});
