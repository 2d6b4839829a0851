import process from "node:process";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { watchApiKeys } from "../../streams/edge/api_keys.ts";
import { streamNames } from "../../streams/record.ts";
import { streamConfigs } from "../../streams/streams.ts";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { registerActs } from "./acts.ts";
import { registerKeys } from "./keys.ts";
import { runCommand } from "./testing/run_command.ts";

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
  process.env.NATS_URL = nats.url;
  const broker = await connectJetStream({ servers: nats.url, name: "test" });
  for (const config of streamConfigs(1)) {
    if ([streamNames.registry, streamNames.operations].some((name) => name === config.name)) {
      await broker.ensureStream(config);
    }
  }
  await broker.close();
});
afterEach(() => {
  process.env.NATS_URL = nats.url;
});
afterAll(async () => {
  delete process.env.NATS_URL;
  await nats?.stop();
});

/** What `waybill keys …` prints; a misuse rejects. */
async function keys(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const program = new Command("waybill").exitOverride().configureOutput({ writeErr: () => {} });
  registerKeys(program, (text) => printed.push(text));
  await program.parseAsync(["keys", ...args], { from: "user" });
  return printed.join("\n");
}
const created = async (...args: string[]) =>
  JSON.parse(await keys("create", "--json", ...args)) as { keyId: string; token: string };

async function authenticates(token: string): Promise<boolean> {
  const broker = await connectJetStream({ servers: nats.url, name: "test" });
  const directory = await watchApiKeys(broker);
  try {
    return directory.authenticate(token) !== undefined;
  } finally {
    await directory.stop();
    await broker.close();
  }
}

describe("waybill keys", () => {
  test("a created key is listed without its secret, works, and works no more once revoked", async () => {
    const args = [
      "--name",
      "shop",
      "--scopes",
      "orders:read, orders:write",
      "--channel",
      "web",
      "--rate",
      "50",
    ];
    const { keyId, token } = await created(...args);
    const listed = await keys("list", "--json");
    expect(JSON.parse(listed)).toContainEqual(expect.objectContaining({
      keyId,
      name: "shop",
      scopes: ["orders:read", "orders:write"],
      channel: "web",
      requestsPerSecondMax: 50,
    }));
    expect(listed).not.toContain(token);
    expect(listed).not.toContain("hash");
    expect(await authenticates(token)).toBe(true);
    const first = await keys("revoke", keyId, "--json");
    expect(await keys("revoke", keyId, "--json")).toBe(first);
    expect(JSON.parse(first)).toHaveProperty("revokedAt");
    expect(await authenticates(token)).toBe(false);
  });

  test("the text shows the token once, and the table fits 80 columns", async () => {
    const text = await keys(
      "create",
      "--name",
      "a very long name for one key",
      "--scopes",
      "operate,webhooks",
      "--rate",
      "none",
    );
    expect(text).toMatch(/wbk_[0-9a-f]{12}_\S{43}/);
    const table = await keys("list");
    expect(table).toContain("no limit");
    expect(table).not.toContain("wbk_");
    expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("a key without limits of its own gets 1,000 requests a second", async () => {
    await created("--name", "plain", "--scopes", "stock:read");
    expect(JSON.parse(await keys("list", "--json"))).toContainEqual(
      expect.objectContaining({ name: "plain", requestsPerSecondMax: 1000 }),
    );
  });

  test("unknown scopes, bad rates and missing options are refused before anything is stored", async () => {
    const before = await keys("list", "--json");
    await expect(keys("create", "--name", "x", "--scopes", "orders:fly")).rejects.toThrow(
      /Unknown: orders:fly/,
    );
    await expect(keys("create", "--name", "x", "--scopes", ",")).rejects.toThrow(/at least one/);
    await expect(keys("create", "--name", "x", "--scopes", "operate", "--rate", "0")).rejects.toThrow(
      /from 1 to/,
    );
    await expect(keys("create", "--scopes", "operate")).rejects.toThrow(/--name/);
    expect(await keys("list", "--json")).toBe(before);
  });

  test("revoking what is not there is one clear line", async () => {
    await expect(keys("revoke", "000000000000")).rejects.toThrow(
      /^Cannot revoke key 000000000000: there is no such key$/,
    );
  });

  test("both are recorded: who, and why if that was said; never the token, or what is kept of it", async () => {
    const made = ["--name", "audited", "--scopes", "stock:read", "--by", "ada", "--why", "a new till"];
    const { keyId, token } = await created(...made);
    await keys("revoke", keyId, "--by", "eve");
    await expect(keys("revoke", "000000000000", "--by", "eve")).rejects.toThrow("no such key");
    const { text } = await runCommand(registerActs, "acts", "--json", "--limit", "2");
    expect(JSON.parse(text)).toMatchObject([
      { does: "keys revoke", to: keyId, by: "eve", why: "", state: "done", details: { name: "audited" } },
      { does: "keys create", to: "audited", by: "ada", why: "a new till", state: "done", outcome: { keyId } },
    ]);
    expect(text).not.toContain(token.split("_")[2]!);
    expect(text).not.toContain("hash");
    const [revoked] = (await runCommand(registerActs, "acts", "--limit", "1")).text.split("\n").slice(1);
    expect(revoked).toBe("    by eve");
  });

  test("a server that is not there is one clear line", async () => {
    process.env.NATS_URL = "nats://127.0.0.1:9";
    await expect(keys("list")).rejects.toThrow(/^Cannot connect to NATS at nats:\/\/127\.0\.0\.1:9: .+$/);
  });
});
