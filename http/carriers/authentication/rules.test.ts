import { Buffer } from "node:buffer";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Authenticate } from "./authenticate.ts";
import { firstHeader } from "./first_header.ts";
import { hmacOfBody } from "./hmac.ts";
import { rsaSignature } from "./rsa_signature.ts";
import { sharedToken } from "./shared_token.ts";
import { signedTimestamp } from "./signed_timestamp.ts";
import { standardWebhooks, webhookSignature } from "./standard_webhooks.ts";
import { suffixedHash } from "./suffixed_hash.ts";

const body = Buffer.from(`{"parcel":"1Z"}`);
const nowMs = 1_764_000_000_000;
const secret = "a secret";

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly atMs?: number;
}
async function authentic(
  rule: Authenticate,
  secrets: readonly string[],
  { headers = {}, token, atMs = nowMs }: Sent,
) {
  const header = (name: string) => Object.hasOwn(headers, name) ? headers[name] : undefined;
  return (await rule({ header, token, body, nowMs: atMs }, { secrets })).authentic;
}

const hex = (key: string, text: string) => createHmac("sha256", key).update(text).update(body).digest("hex");

describe("a signed timestamp", () => {
  const rule = signedTimestamp("x-signature");
  const seconds = nowMs / 1000;
  const headers = { "x-signature": `t=${seconds},v1=${hex(secret, `${seconds}.`)}` };

  test("is good for five minutes, either way", async () => {
    expect(await authentic(rule, [secret], { headers, atMs: nowMs + 300_000 })).toBe(true);
    expect(await authentic(rule, [secret], { headers, atMs: nowMs - 300_000 })).toBe(true);
    expect(await authentic(rule, [secret], { headers, atMs: nowMs + 300_001 })).toBe(false);
    expect(await authentic(rule, [secret], { headers, atMs: nowMs - 300_001 })).toBe(false);
  });

  test("may be signed with either secret while they rotate", async () => {
    expect(await authentic(rule, ["the next", secret], { headers })).toBe(true);
    expect(await authentic(rule, ["the next"], { headers })).toBe(false);
    expect(await authentic(rule, [], { headers })).toBe(false);
  });

  test("has one time only", async () => {
    const twice = { "x-signature": `t=1,${headers["x-signature"]}` };
    expect(await authentic(rule, [secret], { headers: twice })).toBe(false);
  });
});

describe("a rule by header", () => {
  const rule = firstHeader([["x-signature", signedTimestamp("x-signature")]], sharedToken);

  test("lets the token do where no signature was sent", async () => {
    expect(await authentic(rule, [secret], { token: secret })).toBe(true);
    expect(await authentic(rule, [secret], { token: "another" })).toBe(false);
    expect(await authentic(rule, [secret], {})).toBe(false);
  });

  test("does not let the token stand in for a signature that is wrong, or empty", async () => {
    for (const wrong of ["t=1,v1=00", ""]) {
      expect(await authentic(rule, [secret], { token: secret, headers: { "x-signature": wrong } })).toBe(
        false,
      );
    }
  });
});

describe("an RSA signature", () => {
  const rule = rsaSignature({ signature: "x-sig", keyId: "x-key", time: "x-time" });
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = publicKey.export({ format: "jwk" });
  const keySet = JSON.stringify({ keys: [{ kty: "oct", k: "AA", kid: "k" }, { ...jwk, kid: "k1" }] });
  const time = new Date(nowMs).toISOString();
  const signature = sign("sha256", Buffer.concat([Buffer.from(`${time}.`), body]), privateKey).toString(
    "base64",
  );
  const headers = { "x-sig": signature, "x-key": "k1", "x-time": time };

  test("is right for the key that it names, within five minutes", async () => {
    expect(await authentic(rule, [keySet], { headers })).toBe(true);
    expect(await authentic(rule, [keySet], { headers, atMs: nowMs + 300_001 })).toBe(false);
    expect(await authentic(rule, [keySet], { headers: { ...headers, "x-key": "k" } })).toBe(false);
    expect(await authentic(rule, [keySet], { headers: { ...headers, "x-time": "yesterday" } })).toBe(false);
  });

  test("may be of a key in either set while they rotate", async () => {
    expect(await authentic(rule, [`{"keys":[]}`, keySet], { headers })).toBe(true);
  });

  test.each(["", "no JSON", "null", `{"keys":[1]}`, `{"keys":[{"kid":"k1","kty":"RSA","n":"","e":7}]}`])(
    "is refused where the configured key set is %j",
    async (broken) => expect(await authentic(rule, [broken], { headers })).toBe(false),
  );

  test("is refused where the key is for another algorithm", async () => {
    const other = JSON.stringify({ keys: [{ ...jwk, kid: "k1", alg: "PS256" }] });
    expect(await authentic(rule, [other], { headers })).toBe(false);
  });
});

describe("a shared token", () => {
  const sent = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test("is any of the secrets, and nothing longer, shorter or other", async () => {
    for (const token of [secret, "the next"]) {
      expect(await authentic(sharedToken, [secret, "the next"], sent(token))).toBe(true);
    }
    for (const token of [`${secret}s`, secret.slice(0, -1), secret.toUpperCase(), "ü"]) {
      expect(await authentic(sharedToken, [secret], sent(token))).toBe(false);
    }
  });

  test("is not good any more once its secret is gone", async () => {
    expect(await authentic(sharedToken, [secret], sent(secret))).toBe(true);
    expect(await authentic(sharedToken, ["the next"], sent(secret))).toBe(false);
  });
});

describe("Standard Webhooks", () => {
  const key = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  const timestamp = String(nowMs / 1000);
  const signed = { "webhook-id": "msg_1", "webhook-timestamp": timestamp };

  test("accepts what we sign ourselves", async () => {
    const signature = webhookSignature({ id: "msg_1", timestamp, body }, key)!;
    const headers = { ...signed, "webhook-signature": signature };
    expect(await authentic(standardWebhooks, [key], { headers })).toBe(true);
    expect(await authentic(standardWebhooks, [key], { headers: { ...headers, "webhook-id": "msg_2" } })).toBe(
      false,
    );
  });

  test.each(["", "whsec_", "whsec_AAAA", "not a secret", "whpk_AAAA"])(
    "signs nothing with %j",
    async (poor) => {
      expect(webhookSignature({ id: "msg_1", timestamp, body }, poor)).toBeUndefined();
      const headers = { ...signed, "webhook-signature": "v1, v1a, v1a,AAAA" };
      expect(await authentic(standardWebhooks, [poor], { headers })).toBe(false);
    },
  );
});

const headerNames = [
  "authorization",
  "x-signature",
  "x-key",
  "x-time",
  "sign",
  "webhook-id",
  "webhook-timestamp",
];
const every: readonly Authenticate[] = [
  sharedToken,
  hmacOfBody({ headers: ["x-signature"], encoding: "hex", prefix: "hmac-sha256-hex=" }),
  signedTimestamp("x-signature"),
  suffixedHash("sign"),
  rsaSignature({ signature: "x-signature", keyId: "x-key", time: "x-time" }),
  standardWebhooks,
  firstHeader([["x-signature", signedTimestamp("x-signature")]], sharedToken),
];

test("no rule throws, whatever is sent or configured, nor accepts what nobody signed", async () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "\u0000\ud800\u2603",
      "",
      "Bearer ",
      "t=,v1=",
      `t=${nowMs / 1000},v1=`,
      "v1, v1a,",
      new Date(nowMs).toISOString(),
    ),
  );
  const headers = fc.dictionary(fc.constantFrom(...headerNames, "webhook-signature"), value);
  const secrets = fc.array(fc.oneof(fc.string(), fc.constantFrom("whsec_", "whpk_", `{"keys":[{}]}`)), {
    maxLength: 2,
  });
  const sent = fc.record({
    headers,
    token: fc.option(fc.constantFrom("", "wrong\u0000"), { nil: undefined }),
  });
  await fc.assert(fc.asyncProperty(sent, secrets, async ({ headers, token }, configured) => {
    const said = { headers, ...(token !== undefined && { token }) };
    const safe = configured.filter((one) => !Object.values(headers).some((text) => text.includes(one)));
    const accepted = await Promise.all(every.map((rule) => authentic(rule, safe, said)));
    expect(accepted).not.toContain(true);
  }));
});
