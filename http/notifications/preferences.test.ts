import { beforeEach, describe, expect, test } from "vitest";
import { milestones } from "../../projections/outbox/milestones.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { openRegistry, type Registry } from "../../streams/edge/registry.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { openPreferences, type Preferences } from "./preferences.ts";

let preferences: Preferences, registry: Registry;
beforeEach(async () => {
  const broker = new MemoryServer().connect(), runtime = systemRuntime("test");
  await ensureStreams(broker, 1);
  preferences = openPreferences(broker, runtime);
  registry = openRegistry(broker, "notifications", runtime);
});
const kept = async () => (await registry.get("off-sms-ada"))?.value;

describe("what somebody does not want to hear", () => {
  test("is of one channel, and comes back as it was said", async () => {
    await preferences.setOff("sms", "ada", ["delivered", "shipped", "shipped"]);
    expect(await preferences.off("sms", "ada")).toEqual(["shipped", "delivered"]);
    expect(await preferences.off("email", "ada")).toEqual([]);
    await preferences.setOff("sms", "ada", []);
    expect(await preferences.off("sms", "ada")).toEqual([]);
  });

  test("a topic that is off as a whole stays so, whatever it is about one day", async () => {
    await preferences.setOff("sms", "ada", ["confirmed", "shipped", "delayed"]);
    expect(await kept()).toEqual({ off: ["orders", "delayed"] });
    await preferences.setOff("sms", "ada", milestones);
    expect(await kept()).toEqual({ off: ["orders", "parcels", "problems"] });
  });

  test("a choice from when there were only topics still holds; what means nothing is passed over", async () => {
    await registry.put("off-sms-ada", { off: ["problems", "gossip", 7] });
    expect(await preferences.off("sms", "ada")).toEqual(["delayed", "exception", "attempt_failed"]);
  });
});
