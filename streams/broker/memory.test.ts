import { describe, expect, test, vi } from "vitest";
import { brokerContract } from "./contract.ts";
import { bytes, text } from "./contract_kit.ts";
import { type MemoryOptions, MemoryServer, type PublishFault } from "./memory.ts";

brokerContract("the in-memory model", () => {
  const server = new MemoryServer();
  return Promise.resolve({
    connect: () => Promise.resolve(server.connect()),
    kill: () => Promise.resolve(server.goDown()),
    start: () => Promise.resolve(server.comeUp()),
    stop: () => Promise.resolve(),
  });
});

describe("the in-memory model's faults", () => {
  const open = async (options: MemoryOptions) => {
    const server = new MemoryServer(options);
    const broker = server.connect();
    await broker.ensureStream({ name: "S", subjects: ["s.*"], discard: "new", replicas: 1 });
    return { server, broker };
  };
  const once = (fault: PublishFault) => {
    let left = 1;
    return () => left-- > 0 ? fault : undefined;
  };

  test("a lost ack: unknown, but stored", async () => {
    const { broker } = await open({ publishFault: once("lose-ack") });
    const outcome = await broker.publish("s.a", bytes("x"), { ackMsMax: 5 });
    expect(outcome.kind).toBe("unknown");
    expect(text(await broker.last("S", "s.a"))).toBe("x");
  });

  test("a lost message: unknown, and not stored", async () => {
    const { broker } = await open({ publishFault: once("lose-message") });
    expect((await broker.publish("s.a", bytes("x"), { ackMsMax: 5 })).kind).toBe("unknown");
    expect(await broker.last("S", "s.a")).toBeUndefined();
  });

  test("a delayed message: unknown, and stored later", async () => {
    const waits: { ms: number; run: () => void }[] = [];
    const { broker } = await open({
      publishFault: once("delay"),
      after: (ms, run) => void waits.push({ ms, run }),
    });
    const publishing = broker.publish("s.a", bytes("x"), { ackMsMax: 5 });
    await vi.waitFor(() => expect(waits).toHaveLength(2));
    waits.sort((a, b) => a.ms - b.ms);
    waits.shift()?.run();
    expect((await publishing).kind).toBe("unknown");
    expect(await broker.last("S", "s.a")).toBeUndefined();
    waits.shift()?.run();
    expect(text(await broker.last("S", "s.a"))).toBe("x");
  });

  test("a client that is cut off alone reads on where it was once it is back", async () => {
    const { server, broker } = await open({});
    const other = server.connect();
    const seen: string[] = [];
    const reader = other.read("S", { fromSequence: 1 });
    const reading = (async () => {
      for await (const message of reader) seen.push(text(message) ?? "");
    })();
    await broker.publish("s.a", bytes("1"), { ackMsMax: 5 });
    other.cut();
    await broker.publish("s.a", bytes("2"), { ackMsMax: 5 });
    expect((await other.publish("s.a", bytes("3"), { ackMsMax: 5 })).kind).toBe("unknown");
    other.mend();
    await broker.publish("s.a", bytes("4"), { ackMsMax: 5 });
    while (seen.length < 3) await new Promise((done) => setTimeout(done, 1));
    await reader.stop();
    await reading;
    expect(seen).toEqual(["1", "2", "4"]);
  });

  test("a lost tail gives its sequences out again", async () => {
    const { server, broker } = await open({});
    for (const value of ["1", "2", "3"]) await broker.publish("s.a", bytes(value), { ackMsMax: 5 });
    server.stream("S").loseTail(1);
    expect(await broker.info("S")).toMatchObject({ lastSequence: 1, messages: 1 });
    expect(await broker.publish("s.a", bytes("new"), { ackMsMax: 5 })).toEqual({
      kind: "stored",
      sequence: 2,
    });
  });

  test("old messages go when their time is over", async () => {
    let nowMs = 1_000;
    const server = new MemoryServer({ nowMs: () => nowMs });
    const broker = server.connect();
    await broker.ensureStream({ name: "S", subjects: ["s.*"], discard: "old", ageMsMax: 100, replicas: 1 });
    await broker.publish("s.a", bytes("1"), { ackMsMax: 5 });
    nowMs = 1_101;
    expect(await broker.info("S")).toMatchObject({ messages: 0, firstSequence: 2 });
  });
});
