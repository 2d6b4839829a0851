import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type CarrierAdapter, Unreadable } from "../../http/carriers/adapter.ts";
import { lineOfParcel, normalize, registerCarriers } from "./carriers.ts";
import { exitCodeOf, lineOf } from "./failure.ts";

const folder = mkdtempSync(join(tmpdir(), "waybill-carriers-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fileWith = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** Runs `waybill carriers …`: what it prints, or how it fails. */
async function run(...args: readonly string[]) {
  const printed: string[] = [],
    program = new Command("waybill").exitOverride().configureOutput({ writeErr: () => {} });
  registerCarriers(program, (text) => printed.push(text));
  for (const command of program.commands[0]!.commands) {
    command.exitOverride().configureOutput({ writeErr: () => {} });
  }
  try {
    await program.parseAsync(["carriers", ...args], { from: "user" });
    return { code: 0, printed, told: "" };
  } catch (error) {
    return { code: exitCodeOf(error), printed, told: lineOf(error) };
  }
}

const parcels = JSON.stringify([
  {
    trackingNumber: "T1",
    carrier: "acme",
    code: "X",
    occurredAt: "2026-11-20T10:00:00Z",
    estimatedDelivery: "2026-11-21",
  },
  { trackingNumber: "T2", status: "exception", subStatus: "held", occurredAt: "2026-11-20T10:00:00Z" },
]);
const body = fileWith("parcels.json", parcels);

describe("normalize", () => {
  test("prints one line for each parcel, its fields in order", async () => {
    const { code, printed } = await run("normalize", "--carrier", "generic", body);
    expect(code).toBe(0);
    expect(printed.map((line) => Object.keys(JSON.parse(line)))).toEqual([
      ["trackingNumber", "carrier", "status", "estimatedDelivery", "events", "unmapped"],
      ["trackingNumber", "carrier", "status", "subStatus", "events"],
    ]);
  });

  test("has the fields that only some parcels have at the end", () => {
    const parcel = {
      unmapped: ["X"],
      disagrees: true,
      events: [],
      status: "unknown",
      carrier: "ups",
      trackingNumber: "1Z",
    } as const;
    expect(lineOfParcel(parcel)).toBe(
      '{"trackingNumber":"1Z","carrier":"ups","status":"unknown","events":[],"disagrees":true,"unmapped":["X"]}',
    );
  });

  test("fails with 1 on a body that is not the carrier's", async () => {
    const { code, told, printed } = await run("normalize", "--carrier", "dhl", fileWith("bad.xml", "<a>"));
    expect([code, printed]).toEqual([1, []]);
    expect(told).toContain("Cannot read this body as a callback of dhl: not JSON");
  });

  test("does not read a callback as a reply of its own accord, but says that it could", () => {
    const adapter: CarrierAdapter = {
      ...{ name: "acme", title: "Acme", authenticate: () => ({ authentic: true }), reply: () => [] },
      callback: () => {
        throw new Unreadable("no event");
      },
    };
    expect(() => normalize(adapter, "callback", new Uint8Array())).toThrow(
      "Cannot read this body as a callback of acme: no event; it can be read with --kind reply",
    );
    expect(normalize(adapter, "reply", new Uint8Array())).toEqual([]);
  });

  test.each([
    ["an unknown carrier", ["--carrier", "pigeon", body], "Cannot find carrier pigeon: there are "],
    [
      "a file that is not there",
      ["--carrier", "dhl", "/nowhere"],
      "Cannot read /nowhere: there is no such file",
    ],
  ])("%s is a misuse", async (_, args, message) => {
    const { code, told } = await run("normalize", ...args);
    expect([code, told.startsWith(message)]).toEqual([2, true]);
  });

  test("the carriers that there are are named to who asks for another", async () => {
    expect((await run("normalize", "--carrier", "pigeon", body)).told).toMatch(
      /\bdhl, dhl_express, dpd\b.*\bgls\b/,
    );
  });

  test("a setting that cannot be used is a misuse", async () => {
    vi.stubEnv("WAYBILL_CARRIER_GENERIC_CODES", "X=delivered");
    const { code, told } = await run("normalize", "--carrier", "generic", body);
    vi.unstubAllEnvs();
    expect([code, told]).toEqual([2, expect.stringContaining("Cannot use WAYBILL_CARRIER_GENERIC_CODES")]);
  });
});

describe("verify", () => {
  const token = "example-token-123";
  const signature = `X-Waybill-Signature: sha256=${
    createHmac("sha256", token).update(parcels).digest("hex")
  }`;

  test.each([
    ["a signature", ["generic", "--secret", token, "--header", signature]],
    ["the newer of two secrets", ["generic", "--secret", `old,${token}`, "--header", signature]],
    ["secrets given one by one", ["generic", "--secret", "old", "--secret", token, "--header", signature]],
    ["a secret of a file", [
      "generic",
      "--secret",
      `@${fileWith("secret", `${token}\n`)}`,
      "--header",
      signature,
    ]],
    ["a bearer", ["dhl", "--secret", token, "--header", `authorization: Bearer ${token}`]],
    ["the token of the URL", ["dhl", "--secret", token, "--url", `https://shop.example/v1/x?token=${token}`]],
    ["the token alone", ["dhl", "--secret", token, "--token", token]],
    ["the header that is named", [
      "dhl",
      "--secret",
      token,
      "--token-header",
      "X-Mine",
      "--header",
      `x-mine: ${token}`,
    ]],
    ["a header that nobody has named", [
      "dhl",
      "--secret",
      token,
      "--header",
      `example-secure-header: ${token}`,
    ]],
  ])("%s proves a callback", async (_, [carrier, ...args]) => {
    expect(await run("verify", "--carrier", carrier!, ...args, body)).toEqual({
      code: 0,
      printed: ["Authentic"],
      told: "",
    });
  });

  test.each([
    ["nothing", [], "Not authentic: no token was sent"],
    [
      "another token",
      ["--header", "example-secure-header: example-token-124"],
      "Not authentic: the token is another one",
    ],
    [
      "another header than the one named",
      ["--token-header", "x-mine", "--header", `x: ${token}`],
      "Not authentic: no token was sent",
    ],
  ])("%s does not", async (_, args, told) => {
    expect(await run("verify", "--carrier", "dhl", "--secret", token, ...args, body)).toEqual({
      code: 1,
      printed: [],
      told,
    });
  });

  test("secret and header may be configured", async () => {
    vi.stubEnv("WAYBILL_CARRIER_DHL_SECRET", token);
    vi.stubEnv("WAYBILL_CARRIER_DHL_HEADER", "X-Mine");
    const right = await run("verify", "--carrier", "dhl", "--header", `X-Mine: ${token}`, body);
    const wrong = await run("verify", "--carrier", "dhl", "--header", `X-Other: ${token}`, body);
    vi.unstubAllEnvs();
    expect([right.code, wrong.code]).toEqual([0, 1]);
  });

  test.each([
    ["no secret", [], "Cannot verify without a secret: give --secret, or set WAYBILL_CARRIER_DHL_SECRET"],
    ["a secret of no file", ["--secret", "@/nowhere"], "Cannot use --secret: /nowhere cannot be read"],
    [
      "a header without its value",
      ["--secret", token, "--header", "nonsense"],
      "argument 'nonsense' is invalid",
    ],
    ["a moment that is none", ["--secret", token, "--now", "noon"], "argument 'noon' is invalid"],
  ])("%s is a misuse", async (_, args, message) => {
    const { code, told } = await run("verify", "--carrier", "dhl", ...args, body);
    expect(told).toContain(message);
    expect(code).not.toBe(0);
    if (!told.startsWith("error:")) expect(code).toBe(2); // The others are commander's: main.ts makes 2 of them.
  });
});
