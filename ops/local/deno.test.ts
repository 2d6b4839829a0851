import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { filesNamed, filesOfSettings, hostsOf, permissionFlags } from "./deno.mjs";
import { firstDifference } from "./install.mjs";
import { worthShowing } from "./roles.mjs";

describe("what a process may do", () => {
  test("is said flag by flag, never everything", () => {
    const flags = permissionFlags({
      projectFolder: "/p",
      dataDir: "/d",
      hosts: ["127.0.0.1:8080"],
      files: ["/a b.csv"],
    });
    expect(flags).toContain("--allow-net=127.0.0.1:8080");
    expect(flags).toContain("--allow-write=/d");
    expect(flags.find((flag) => flag.startsWith("--allow-read="))).toContain(",/a b.csv");
    expect(flags.filter((flag) => /^(-A|--allow-(all|run|ffi|import))/.test(flag))).toEqual([]);
  });

  test("what arguments may name is read, whether it is there or not, and --out is written", () => {
    const args = [
      "demo",
      "/nowhere/sales.csv",
      "--stock",
      "0.6",
      "--out",
      "new.json",
      "--out=b.json",
      "-o",
      "c",
    ];
    expect(filesNamed(args))
      .toEqual({
        files: [resolve("demo"), "/nowhere/sales.csv", resolve("0.6")],
        outputs: [resolve("new.json"), resolve("b.json"), resolve("c")],
      });
  });

  test("a list of something is no path, and a path with a comma is refused: the runtime would take it for several", () => {
    expect(filesNamed(["keys", "--scopes", "orders:read,orders:write", "--why", "late, again"]).files)
      .toEqual([resolve("keys")]);
    const access = { projectFolder: "/p", dataDir: "/d" };
    for (const paths of [{ files: ["/a,b.csv"] }, { outputs: ["/a,b"] }]) {
      expect(() => permissionFlags({ ...access, ...paths })).toThrow(/^Cannot use \/a,b.*comma/);
    }
    expect(() => permissionFlags({ ...access, dataDir: "/d,e" })).toThrow("Cannot use /d,e");
  });

  test("a file that stands for a secret is read, too", () => {
    expect(filesNamed(["--secret", "@package.json,@deno.json", "--secret=@nowhere", "--why", ""]).files)
      .toEqual([resolve("package.json"), resolve("deno.json"), resolve("nowhere")]);
    const env = {
      WAYBILL_CARRIER_DHL_SECRET: "@old,@new",
      WAYBILL_CARRIER_UPS_SECRET: "s3cret",
      NATS_TOKEN_FILE: "/run/secrets/token",
      DATABASE_URL_FILE: "/run/secrets/url",
      NATS_CA: "ca.pem",
      WAYBILL_SHOP_NAME: "@x",
      OTHER_FILE: "/etc/shadow",
    };
    expect(filesOfSettings(env)).toEqual(
      [resolve("old"), resolve("new"), "/run/secrets/token", "/run/secrets/url", resolve("ca.pem")],
    );
  });

  test("sellers are read from the file that is named, unless they stand in the variable itself", () => {
    expect(filesOfSettings({ WAYBILL_SELLERS: "sellers.json" })).toEqual([resolve("sellers.json")]);
    expect(filesOfSettings({ WAYBILL_SELLERS: ' {"entities":{}}' })).toEqual([]);
  });

  test("hosts come with their ports", () => {
    expect(hostsOf(["postgres://u:p@db:5433/x", "https://otlp.example/v1", undefined, "nonsense"])).toEqual([
      "db:5433",
      "otlp.example:443",
    ]);
  });
});

describe("what is installed", () => {
  const wanted = {
    "": {},
    "node_modules/a": { version: "1" },
    "node_modules/b": { version: "2", optional: true },
  };

  test("differs from the lock when a package is missing or has another version", () => {
    expect(firstDifference(wanted, undefined)).toBe("nothing is installed yet");
    expect(firstDifference(wanted, {})).toBe("node_modules/a is missing, not 1");
    expect(firstDifference(wanted, { "node_modules/a": { version: "0" } })).toBe(
      "node_modules/a is 0, not 1",
    );
  });

  test("may lack what is for other platforms, but not hold it in another version", () => {
    expect(firstDifference(wanted, { "node_modules/a": { version: "1" } })).toBeUndefined();
    expect(
      firstDifference(wanted, { "node_modules/a": { version: "1" }, "node_modules/b": { version: "1" } }),
    )
      .toBe("node_modules/b is 1, not 2");
  });
});

test("of a process's output, warnings, errors and crashes are shown", () => {
  expect(worthShowing(`{"level":"info","msg":"listening"}`)).toBeUndefined();
  expect(worthShowing(`{"level":30,"msg":"listening"}`)).toBeUndefined();
  expect(worthShowing(`{"level":"warn","msg":"slow","err":{"message":"disk"}}`)).toBe("slow: disk");
  expect(worthShowing(`{"level":50,"msg":"gone"}`)).toBe("gone");
  expect(worthShowing("Cannot use WAYBILL_PORT=x: it is not a port number")).toMatch(/^Cannot use/);
  expect(worthShowing("error: Uncaught (in promise) NotCapable: Requires sys access")).toMatch(/^error/);
  expect(worthShowing("The requested module does not provide an export")).toMatch(/^The requested/);
  expect(worthShowing("    at file:///x/error.ts:1:1")).toBeUndefined();
});
