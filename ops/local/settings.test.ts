import { describe, expect, test } from "vitest";
import { readSettings } from "./settings.mjs";
import { Unusable } from "./unusable.mjs";

function refusalOf(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof Unusable && error.exitCode === 2) return error.message;
    throw error;
  }
  throw new Error("was not refused");
}

describe("the launcher's settings", () => {
  test("nothing set, or set to nothing: the embedded profile", () => {
    const settings = readSettings({ WAYBILL_PORT: "", NATS_URL: "" });
    expect(settings).toMatchObject({
      port: 8080,
      host: "127.0.0.1",
      natsUrl: undefined,
      databaseUrl: undefined,
    });
    expect(settings.dataDir).toMatch(/\.waybill$/);
  });

  test.each([["eighty"], ["65536"], ["-1"], ["80.5"]])("WAYBILL_PORT=%s is refused by name", (port) => {
    expect(refusalOf({ WAYBILL_PORT: port })).toBe(
      `Cannot use WAYBILL_PORT=${port}: it is not a port number (0 to 65535)`,
    );
  });

  test("a bad address is refused without showing the password in it", () => {
    expect(refusalOf({ DATABASE_URL: "mysql://shop:hunter2@db/x" })).toBe(
      "Cannot use DATABASE_URL: it is not a URL that starts with postgres://",
    );
    expect(refusalOf({ NATS_URL: "nats://a:4222, http://b" })).toMatch(/^Cannot use NATS_URL/);
  });

  test("several NATS servers, and one without a scheme", () => {
    expect(readSettings({ NATS_URL: "nats://a:4222,b:4222" }).natsUrl).toBe("nats://a:4222,b:4222");
  });

  test("a short key and a secret file that is not there are refused", () => {
    expect(refusalOf({ WAYBILL_BOOTSTRAP_KEY: "short" })).toBe(
      "Cannot use WAYBILL_BOOTSTRAP_KEY: it is shorter than 16 characters",
    );
    expect(refusalOf({ WAYBILL_SECRET_FILE: "/nowhere/at/all" })).toMatch(
      /^Cannot read WAYBILL_SECRET_FILE: ENOENT/,
    );
    expect(refusalOf({ NATS_TOKEN: "a", NATS_TOKEN_FILE: "/b" })).toMatch(/together/);
  });
});
