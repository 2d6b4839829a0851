import { expect, test } from "vitest";
import type { Stored } from "../broker/broker.ts";
import { MemoryServer } from "../broker/memory.ts";
import { systemRuntime } from "../system_runtime.ts";
import { memberLimits, Members } from "./members.ts";

const heartbeat = (name: string, storedAtMs: number): Stored => ({
  subject: `registry.cluster.host.${name}`,
  sequence: storedAtMs,
  payload: new TextEncoder().encode(JSON.stringify({ name, state: "here" })),
  headers: new Map(),
  storedAtMs,
});

test("who reads late finds only the last heartbeat of each, its own perhaps before another's: nobody is dead for that", () => {
  const runtime = systemRuntime("test"), broker = new MemoryServer().connect();
  const members = new Members(broker, runtime, { role: "host", name: "us" });
  for (let ms = 10_000; ms <= 11_000; ms += 400) {
    members.see(heartbeat("us", ms));
    members.see(heartbeat("other", ms - memberLimits.heartbeatMs + 10));
  }
  members.see(heartbeat("us", 12_700)); // The other's of 12,710 stands behind it; those before are gone.
  expect(members.alive("other")).toBe(true);
  members.see(heartbeat("other", 12_710));
  expect(members.alive("other")).toBe(true);
  for (let ms = 13_100; ms <= 16_000; ms += 400) members.see(heartbeat("us", ms));
  expect(members.alive("other")).toBe(false);
});
