import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { readActs } from "../../streams/operations/acts.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { secretCheck } from "../doctor/checks/secret.ts";
import { setupOf } from "../doctor/setup.ts";
import { createLogger } from "../logging.ts";
import { expectKnownSecret } from "../run/known_secret.ts";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { registerSecret } from "./secret.ts";
import { runCommand } from "./testing/run_command.ts";

const first = "the secret of the first day", other = "another secret, of a later day";
const runtime = systemRuntime("test"), log = createLogger({ level: "silent", role: "test" });

let nats: TestNats, broker: Broker;
beforeAll(async () => {
  nats = await startTestNats();
  process.env.NATS_URL = nats.url;
  broker = await connectJetStream({ servers: nats.url, name: "test" });
  await ensureStreams(broker, 1);
});
afterAll(async () => {
  delete process.env.NATS_URL;
  delete process.env.WAYBILL_SECRET;
  await broker?.close();
  await nats?.stop();
});

const runsWith = (secret: string) => expectKnownSecret({ broker, runtime, log }, secret);
const doctorSays = (secret: string) =>
  secretCheck.look(setupOf({ NATS_URL: nats.url, WAYBILL_SECRET: secret }));
const change = (secret: string, ...flags: string[]) => {
  process.env.WAYBILL_SECRET = secret;
  return runCommand(registerSecret, "secret", "change", ...flags);
};

describe("a log and its WAYBILL_SECRET", () => {
  test("the first who runs says which it is, and nobody runs with another", async () => {
    expect(await doctorSays(first)).toEqual([]);
    await runsWith(first);
    await runsWith(first);
    await expect(runsWith(other)).rejects.toThrow(/^Cannot run: WAYBILL_SECRET is not the one/);
    expect(await doctorSays(first)).toMatchObject([{ verdict: "ok" }]);
    expect(await doctorSays(other)).toMatchObject([{ verdict: "wrong" }]);
  });

  test("changing it says what that costs, is recorded, and then the one of before is the other", async () => {
    expect((await change(first)).text).toBe("This WAYBILL_SECRET is the log's already");
    const dry = await change(other);
    expect(dry.text).toMatch(/sent again are answered 422[^]*Nothing was changed/);
    await expect(runsWith(other)).rejects.toThrow("Cannot run");

    await change(other, "--yes", "--why", "it was in a screenshot", "--by", "ada");
    await runsWith(other);
    await expect(runsWith(first)).rejects.toThrow("Cannot run");
    const [act] = await readActs(broker, 1);
    expect(act).toMatchObject({ does: "secret change", by: "ada", why: "it was in a screenshot" });
    expect(JSON.stringify(act)).not.toContain(other);
  });
});
