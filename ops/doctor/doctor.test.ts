import { describe, expect, test } from "vitest";
import { carrierCheck } from "./checks/carriers.ts";
import { configurationCheck } from "./checks/configuration.ts";
import { diskCheck } from "./checks/disk.ts";
import { checks, examine } from "./doctor.ts";
import { type Check, ok, wrong } from "./finding.ts";
import { setupOf } from "./setup.ts";
import { findingsText } from "./text.ts";

const nowhere = { WAYBILL_DATA: "/nonexistent/waybill" };
const readText = () => {
  throw new Error("no such file");
};
const setup = (env: Record<string, string>) => setupOf({ ...nowhere, ...env }, readText);
const verdicts = (said: readonly { readonly verdict: string }[]) =>
  new Set(said.map(({ verdict }) => verdict));

describe("the setup", () => {
  test("is known as far as its variables can be used", () => {
    const { config, problems } = setup({
      WAYBILL_PORT: "http",
      NATS_URL: "nats://10.0.0.1:4222",
      WAYBILL_SECRET: "short",
    });
    expect(problems).toEqual([
      "Cannot use WAYBILL_PORT=http: it is not a port number",
      "Cannot use WAYBILL_SECRET: it is shorter than 16 characters",
    ]);
    expect([config.port, config.natsUrl]).toEqual([8080, "nats://10.0.0.1:4222"]);
  });

  test("has a reason why no system is found", () => {
    expect(setup({}).notFound).toContain("npm start");
    expect(setup({ NATS_URL: "nats://10.0.0.1:4222" }).system?.natsUrl).toBe("nats://10.0.0.1:4222");
  });
});

describe("the configuration", () => {
  test("is wrong where the roles would not start", async () => {
    const said = await configurationCheck.look(
      setup({ NATS_URL: "nats://10.0.0.1:4222", WAYBILL_SECRET: "short" }),
    );
    const wrongs = said.filter(({ verdict }) => verdict === "wrong").map(({ says }) => says);
    expect(wrongs).toEqual([
      "Cannot use WAYBILL_SECRET: it is shorter than 16 characters",
      "DATABASE_URL is not set",
      "WAYBILL_SECRET is not set",
    ]);
    expect(said.every(({ verdict, advice }) => verdict === "ok" || advice !== undefined)).toBe(true);
  });

  test("of a shop that is set up has nothing to say", async () => {
    const said = await configurationCheck.look(setup({
      ...{ NATS_URL: "nats://10.0.0.1:4222", DATABASE_URL: "postgres://db/waybill" },
      ...{ WAYBILL_SECRET: "a-secret-of-the-shop", WAYBILL_BOOTSTRAP_KEY: "a-key-of-the-operator" },
      ...{
        WAYBILL_SHOP_VAT_ID: "GB123456789",
        WAYBILL_SHOP_COUNTRY: "GB",
        WAYBILL_PUBLIC_URL: "https://shop.example",
      },
      ...{ WAYBILL_SMTP_URL: "smtp://mail.example", WAYBILL_MAIL_FROM: "Shop <shop@shop.example>" },
    }));
    expect(said).toEqual([ok("every variable that is set can be used")]);
  });

  test("of a carrier that cannot be used is wrong, and says what is not done until then", async () => {
    const said = await carrierCheck.look(
      setup({ WAYBILL_CARRIER_GENERIC_CODES: "{", WAYBILL_CARRIER_UPS_SECRET: "a-secret-of-ups" }),
    );
    expect(verdicts(said)).toEqual(new Set(["wrong"]));
    expect(said[0]).toMatchObject({
      says: expect.stringContaining("GENERIC_CODES"),
      advice: expect.stringContaining("are kept"),
    });
  });

  test("names a data folder that is not there", async () => {
    expect(await diskCheck.look(setup({}))).toEqual([ok("nothing is kept at /nonexistent/waybill yet")]);
  });
});

describe("the examination", () => {
  const slow: Check = { name: "slow", msMax: 20, look: () => new Promise(() => {}) };
  const broken: Check = { name: "broken", msMax: 1_000, look: () => Promise.reject(new Error("a defect")) };
  const fine: Check = { name: "fine", msMax: 1_000, look: () => Promise.resolve([ok("all is well")]) };

  test("ends although a check does not, and no check spoils another", async () => {
    expect(await examine(setup({}), [slow, broken, fine])).toEqual([
      expect.objectContaining({
        check: "slow",
        verdict: "warning",
        says: "it took longer than 0.02 s to find out",
      }),
      expect.objectContaining({ check: "broken", verdict: "wrong", says: "a defect" }),
      { check: "fine", verdict: "ok", says: "all is well" },
    ]);
  });

  test("of nothing at all says that nothing runs, and what to do", async () => {
    const findings = await examine(setup({}), checks.filter(({ name }) => name !== "edge"));
    const wrongs = findings.filter(({ verdict }) => verdict === "wrong");
    expect(wrongs.map(({ check }) => check)).toEqual(["NATS"]);
    expect(wrongs[0]?.advice).toContain("npm start");
  });

  test("is told in 80 columns, however long a URL is", () => {
    const says = `https://${
      "very-long-name.".repeat(12)
    }example cannot be reached: it is not there, as far as anybody can tell`;
    const text = findingsText([
      { check: "public URL", ...wrong(says, "See that it is there.") },
      { check: "disk", ...ok("69.6 GiB are free") },
    ]);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain("WRONG    public URL    ");
    expect(text).toContain("→ See that it is there.");
    expect(text).toMatch(/1 thing is wrong\.$/);
  });
});
