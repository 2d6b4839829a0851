import { describe, expect, test } from "vitest";
import { loadCarriers } from "./load.ts";
import { hasCorpus, type SignatureCase, type SignatureScheme, signatureSchemes } from "./testing/corpus.ts";

const carriers = await loadCarriers();
/** Schemes that are not named after their carrier. */
const carrierOf: { readonly [scheme: string]: string } = {
  dhl_unified_push: "dhl",
  fedex_aiv: "fedex",
  ups_track_alert: "ups",
  usps_subscriptions: "usps",
};

/** What the operator would have configured. */
function configured({ secret_utf8, bearer, token, jwks, header_name }: SignatureScheme, one: SignatureCase) {
  const secret = one.token ?? secret_utf8 ?? bearer ?? token ?? JSON.stringify(jwks);
  return { secrets: [secret], ...(header_name !== undefined && { header: header_name.toLowerCase() }) };
}

function requestOf(scheme: SignatureScheme, one: SignatureCase) {
  const headers = new Map(Object.entries(one.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    header: (name: string) => headers.get(name),
    token: one.url === undefined ? undefined : new URL(one.url).searchParams.get("token") ?? undefined,
    body: new Uint8Array(Buffer.from(one.body_b64, "base64")),
    nowMs: (one.now ?? scheme.now ?? 0) * 1000,
  };
}

describe.skipIf(!hasCorpus)("signatures of vendors (skipped without ../shared/carriers)", () => {
  const schemes = signatureSchemes.map((scheme) => ({
    scheme,
    adapter: carriers.get(carrierOf[scheme.scheme] ?? scheme.scheme),
  }));
  for (const { scheme, adapter } of schemes) {
    if (adapter === undefined) continue;
    test.each(scheme.cases.map((one) => [one.name, one.expect, one] as const))(
      `${scheme.scheme}: %s is %s`,
      async (_name, expected, one) => {
        const { authentic } = await adapter.authenticate(requestOf(scheme, one), configured(scheme, one));
        expect(authentic).toBe(expected !== "invalid");
      },
    );
  }
  test("are of carriers that there are", () => {
    expect(schemes.some(({ adapter }) => adapter !== undefined)).toBe(true);
  });
});
