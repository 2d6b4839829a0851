import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { secretsOf, secretsOfAll, settingOf, variableOf } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "waybill-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fileWith = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return `@${join(folder, name)}`;
};
const jwks = (kid: string) => ({ keys: [{ kty: "RSA", kid, n: "x", e: "AQAB" }] });
const ups = (value: string) => secretsOf({ WAYBILL_CARRIER_UPS_SECRET: value }, "ups").secrets;

describe("the secret of a carrier's callbacks", () => {
  test("is named after the carrier", () => {
    expect(variableOf("dhl_express", "SECRET")).toBe("WAYBILL_CARRIER_DHL_EXPRESS_SECRET");
    expect(variableOf("my-carrier", "HEADER")).toBe("WAYBILL_CARRIER_MY_CARRIER_HEADER");
    expect(variableOf("17track", "SECRET")).toBe("WAYBILL_CARRIER_17TRACK_SECRET");
  });
  test("may be absent: then nothing is proven", () => {
    expect(secretsOf({}, "ups")).toEqual({ secrets: [] });
    expect(ups("")).toEqual([]);
  });
  test("may be two while rotating", () => expect(ups("old, new")).toEqual(["old", "new"]));
  test("may lie in a file, which may hold two", () => {
    expect(ups(fileWith("one", "s3cret\n"))).toEqual(["s3cret"]);
    expect(ups(fileWith("two", "old,new\n"))).toEqual(["old", "new"]);
    expect(ups(`${fileWith("a", "old")},${fileWith("b", "new")}`)).toEqual(["old", "new"]);
  });
  test("may be JSON, whose commas separate nothing", () => {
    const [one, other] = [JSON.stringify(jwks("a")), JSON.stringify(jwks("b"))];
    expect(ups(one)).toEqual([one]);
    expect(ups(`${one}, ${other}`)).toEqual([one, other]);
    expect(ups(fileWith("jwks", JSON.stringify(jwks("a"), null, 2)))).toEqual([one]);
  });
  test.each([
    ["a,b,c", "Cannot use WAYBILL_CARRIER_UPS_SECRET: it has 3 secrets, and two are enough"],
    ["a,", "Cannot use WAYBILL_CARRIER_UPS_SECRET: nothing stands before or after a comma"],
    ["@/nowhere/at/all", "/nowhere/at/all cannot be read (there is no such file)"],
  ])("%s is refused with a reason", (value, message) => expect(() => ups(value)).toThrow(message));
  test("is no part of any message", () => {
    expect(() => ups("tell-no-one,b,c")).toThrow(expect.not.objectContaining({
      message: expect.stringContaining("tell-no-one"),
    }));
    expect(() => ups(fileWith("empty", " \n"))).toThrow("is empty");
  });
});

describe("the header of a token", () => {
  const headed = (value: string) => secretsOf({ WAYBILL_CARRIER_DHL_HEADER: value }, "dhl");
  test("is kept in lower case", () =>
    expect(headed("X-My-Token")).toEqual({ secrets: [], header: "x-my-token" }));
  test("is a name alone", () =>
    expect(() => headed("X-My-Token: abc")).toThrow("the name of a header alone"));
});

describe("all carriers at once", () => {
  test("each has its own", () => {
    const all = secretsOfAll({ WAYBILL_CARRIER_UPS_SECRET: "a", WAYBILL_CARRIER_DHL_HEADER: "T" }, [
      "ups",
      "dhl",
    ]);
    expect(all).toEqual({
      problems: [],
      secrets: new Map([["ups", { secrets: ["a"] }], ["dhl", { secrets: [], header: "t" }]]),
    });
  });
  test("a slip in a name is told, with the carriers that there are, and so is every other mistake", () => {
    const env = { WAYBILL_CARRIER_FEDX_SECRET: "a", WAYBILL_CARRIER_UPS_SECRET: ",", PATH: "/bin" };
    expect(secretsOfAll(env, ["fedex", "ups"]).problems).toEqual([
      { problem: "WAYBILL_CARRIER_FEDX_SECRET is set, but there is no such carrier; there are: fedex, ups" },
      {
        carrier: "ups",
        problem: "Cannot use WAYBILL_CARRIER_UPS_SECRET: nothing stands before or after a comma",
      },
    ]);
  });
  test("one that cannot be used stops no other, and leaves its own carrier without any", () => {
    const env = { WAYBILL_CARRIER_DHL_SECRET: "good", WAYBILL_CARRIER_UPS_SECRET: "," };
    expect(secretsOfAll(env, ["dhl", "ups"]).secrets).toEqual(new Map([["dhl", { secrets: ["good"] }]]));
  });
});

test("any other setting may lie in a file, too", () => {
  expect(settingOf({ WAYBILL_CARRIER_GENERIC_CODES: fileWith("codes", "{}\n") }, "generic", "CODES")).toBe(
    "{}",
  );
  expect(settingOf({}, "generic", "CODES")).toBeUndefined();
});
