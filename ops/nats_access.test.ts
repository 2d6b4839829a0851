import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const credsFile = `-----BEGIN NATS USER JWT-----
eyJ0
------END NATS USER JWT------
-----BEGIN USER NKEY SEED-----
SUAA
------END USER NKEY SEED------
`;
const read = (env: Record<string, string>, text = "") => readConfig(env, () => text);
const accessOf = (env: Record<string, string>, text = "") => {
  const result = read(env, text);
  if (!result.ok) throw new Error(result.problems.join());
  return result.config.natsAccess;
};
const problemsOf = (env: Record<string, string>, text = "") => {
  const result = read(env, text);
  return result.ok ? [] : result.problems;
};

describe("who we are to NATS", () => {
  test("a token, a user with a password, or a credentials file", () => {
    expect(accessOf({})).toEqual({});
    expect(accessOf({ NATS_TOKEN: "t" })).toEqual({ token: "t" });
    expect(accessOf({ NATS_USER: "edge", NATS_PASSWORD: "p", NATS_INBOX_PREFIX: "_INBOX.edge" })).toEqual({
      user: "edge",
      pass: "p",
      inboxPrefix: "_INBOX.edge",
    });
    expect(accessOf({ NATS_CREDS: "/run/secrets/edge.creds" }, credsFile)).toEqual({ creds: credsFile });
  });

  test("user and password may lie in files", () => {
    const env = { NATS_USER: "host", NATS_PASSWORD_FILE: "/run/secrets/nats" };
    expect(accessOf(env, "pa55word\n")).toEqual({ user: "host", pass: "pa55word" });
  });

  test("the authority that signed for the server, and a certificate of ours, lie in files", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
    expect(accessOf({ NATS_CA: "/etc/nats/ca.pem" }, pem)).toEqual({ tls: { ca: pem } });
    expect(problemsOf({ NATS_CA: "/x" }, "no PEM")).toEqual([
      "Cannot use NATS_CA: /x holds no PEM block of a certificate",
    ]);
    expect(problemsOf({ NATS_CERT: "/x" }, pem)).toEqual(["Cannot use NATS_CERT: NATS_KEY is not set"]);
    expect(problemsOf({ NATS_CERT: "/x", NATS_KEY: "/y" }, pem)).toEqual([
      "Cannot use NATS_KEY: /y holds no PEM block of a private key",
    ]);
    const key = "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----\n";
    expect(accessOf({ NATS_CERT: "/x", NATS_KEY: "/y" }, pem + key)).toEqual({
      tls: { cert: pem + key, key: pem + key },
    });
  });

  test("half of a pair, two ways at once, and a file of another kind are problems", () => {
    expect(problemsOf({ NATS_USER: "edge" })).toEqual(["Cannot use NATS_USER: NATS_PASSWORD is not set"]);
    expect(problemsOf({ NATS_PASSWORD: "p" })).toEqual(["Cannot use NATS_PASSWORD: NATS_USER is not set"]);
    expect(problemsOf({ NATS_TOKEN: "t", NATS_USER: "edge", NATS_PASSWORD: "p" })).toEqual([
      "Cannot use NATS_TOKEN and NATS_USER together: set one of them",
    ]);
    expect(problemsOf({ NATS_CREDS: "/x" }, "SUAA")).toEqual([
      "Cannot use NATS_CREDS: /x is not a NATS credentials file",
    ]);
    expect(problemsOf({ NATS_INBOX_PREFIX: "_INBOX.>" })).toEqual([
      "Cannot use NATS_INBOX_PREFIX=_INBOX.>: it is not a subject without wildcards",
    ]);
  });

  test("the password is not printed", () => {
    const result = read({ NATS_USER: "edge", NATS_PASSWORD: "pa55word" });
    expect(result.ok && result.printable).toMatchObject({ NATS_USER: "edge", NATS_PASSWORD: "***" });
  });
});
