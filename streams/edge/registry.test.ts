import { describe, expect, test } from "vitest";
import { MemoryServer, type PublishFault } from "../broker/memory.ts";
import { streamNames } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";
import { openRegistry } from "./registry.ts";
import { registryContract } from "./registry_contract.ts";

const config = {
  name: streamNames.registry,
  subjects: ["registry.>"],
  discard: "new",
  messagesPerSubjectMax: 1,
  replicas: 1,
} as const;

describe("the registry in memory", () => {
  const server = new MemoryServer();
  server.ensureStream(config);
  registryContract(() => Promise.resolve(server.connect()));
});

describe("the registry when acks are lost", () => {
  const open = (faults: readonly (PublishFault | undefined)[]) => {
    const left = [...faults];
    const server = new MemoryServer({
      publishFault: () => left.shift(),
      after: (_ms, run) => setTimeout(run, 1),
    });
    server.ensureStream(config);
    return openRegistry(server.connect(), "s", systemRuntime("test"));
  };
  test("a writer recognizes its own value", async () => {
    const registry = open(["lose-ack"]);
    expect(await registry.put("k", "mine", 0)).toEqual({ kind: "stored", revision: 1 });
  });
  test("and does not take another's, even the same one, for its own", async () => {
    const registry = open(["lose-message", undefined]);
    const [first, second] = await Promise.all([registry.put("k", "same", 0), registry.put("k", "same", 0)]);
    expect([first.kind, second.kind]).toEqual(["conflict", "stored"]);
  });
  test("without any ack it is a fault that may be tried again", async () => {
    const registry = open(Array(5).fill("lose-message"));
    await expect(registry.put("k", 1)).rejects.toMatchObject({ code: "log.unavailable" });
  });
  test("a value that is too large is refused", async () => {
    await expect(open([]).put("k", "x".repeat(300_000))).rejects.toThrow(/Cannot register/);
  });
});
