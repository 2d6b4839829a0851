import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { createLogger } from "../logging.ts";
import { freePort } from "../local/ports.mjs";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { runRoles } from "./roles.ts";

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats?.stop());

test("a role that cannot start says why, and nothing else", async () => {
  const env = {
    NATS_URL: nats.url,
    DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none`,
    WAYBILL_LOG_INIT: "true",
    OTEL_SDK_DISABLED: "true",
  };
  const result = readConfig(env, () => "");
  if (!result.ok) throw new Error(result.problems.join());
  const log = createLogger({ level: "silent", role: "projector" });
  // Whatever is rejected beside it, and heard by nobody, would end a process with the wrong reason, and fails this run.
  await expect(runRoles(["projector"], result.config, log, new AbortController().signal))
    .rejects.toThrow(/ECONNREFUSED|refused/i);
});
