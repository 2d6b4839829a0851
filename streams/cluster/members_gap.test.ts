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

test("where every heartbeat takes long, who is silent is missed all the same", () => {
  const runtime = systemRuntime("test"), broker = new MemoryServer().connect();
  const members = new Members(broker, runtime, { role: "host", name: "us" });
  members.see(heartbeat("other", 10_000));
  for (let ms = 10_000; ms <= 15_000; ms += 520) members.see(heartbeat("us", ms));
  expect(members.alive("other")).toBe(false);
});

test("who was not heard of yet is nobody's prey before the registry was read for a while", () => {
  const runtime = systemRuntime("test"), broker = new MemoryServer().connect();
  const members = new Members(broker, runtime, { role: "host", name: "us" });
  members.see(heartbeat("us", 10_000)); // The other's of 9,900 was replaced while we read; that of 10,300 stands behind ours.
  expect(members.alive("other")).toBe(true);
  for (let ms = 10_400; ms <= 12_800; ms += 400) members.see(heartbeat("us", ms));
  expect(members.alive("other")).toBe(false);
});

test("who has been silent for an hour is forgotten", () => {
  const runtime = systemRuntime("test"), broker = new MemoryServer().connect();
  const members = new Members(broker, runtime, { role: "host", name: "us" });
  for (let n = 0; n < 10; n++) members.see(heartbeat(`old ${n}`, 10_000));
  members.see(heartbeat("us", 4_000_000));
  expect(members.count).toBe(1);
});
