import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findSystem, ownConfig } from "./find_system.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waybill-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const find = (env: Record<string, string> = {}) => findSystem(ownConfig({ WAYBILL_DATA: folder, ...env }));
const write = (text: string) => writeFileSync(join(folder, "runtime.json"), text);

describe("finding the running system", () => {
  test("the environment wins", () => {
    write(`{"natsUrl":"nats://127.0.0.1:1","host":"127.0.0.1","port":1}`);
    expect(find({ NATS_URL: "nats://nats:4222", NATS_TOKEN: "t", WAYBILL_HOST: "::", WAYBILL_PORT: "9000" }))
      .toEqual({
        natsUrl: "nats://nats:4222",
        natsAccess: { token: "t" },
        baseUrl: "http://127.0.0.1:9000",
      });
  });

  test("else the data folder says", () => {
    write(`{"natsUrl":"nats://127.0.0.1:4333","natsToken":"s","host":"::1","port":8081,"pids":{}}`);
    expect(find()).toEqual({
      natsUrl: "nats://127.0.0.1:4333",
      natsAccess: { token: "s" },
      baseUrl: "http://[::1]:8081",
    });
  });

  test("none running is one clear line", () => {
    expect(() => find()).toThrow(
      /^Cannot find a running system: start one with "npm start", or set NATS_URL$/,
    );
  });

  test("a damaged file is one clear line", () => {
    for (const text of ["", "{", `{"natsUrl":1}`]) {
      write(text);
      expect(() => find()).toThrow(/^Cannot read .*runtime\.json: it is not what "npm start" writes$/);
    }
  });

  test("a bad environment ends with code 2 and one line for each problem", () => {
    expect(() => ownConfig({ WAYBILL_PORT: "x", WAYBILL_LOG_LEVEL: "y" })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringMatching(/^Cannot use .*\nCannot use .*$/),
      }),
    );
  });
});
