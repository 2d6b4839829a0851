import { jetstream } from "@nats-io/jetstream";
import { connect } from "./connect.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestNats, type TestNats } from "../../ops/testing/nats.ts";
import { brokerContract } from "./contract.ts";
import { ackMsMax, bytes } from "./contract_kit.ts";
import { connectJetStream } from "./jetstream.ts";

brokerContract("JetStream", async () => {
  const nats = await startTestNats();
  return {
    connect: () => connectJetStream({ servers: nats.url, name: "contract" }),
    kill: () => nats.kill("SIGKILL"),
    start: () => nats.restart(),
    stop: () => nats.stop(),
  };
});

describe("the real JetStream", () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterAll(() => nats.stop());

  test("the client library's batch helper drops the expectation: why ours is written by hand", async () => {
    const broker = await connectJetStream({ servers: nats.url, name: "fact" });
    await broker.ensureStream({
      name: "S",
      subjects: ["s.*"],
      discard: "new",
      atomicBatches: true,
      replicas: 1,
    });
    await broker.publish("s.a", bytes("1"), { ackMsMax });
    const nc = await connect({ servers: nats.url });
    const batch = await jetstream(nc).startBatch("s.b", bytes("2"));
    const options = { timeout: ackMsMax, expect: { lastSubjectSequence: 99 } };
    await batch.commit("s.a", bytes("2"), options);
    expect(await broker.info("S")).toMatchObject({ messages: 3 }); // It should have been refused.
    await nc.close();
    await broker.close();
  });

  test("a server that stops answering is noticed, and publishes end in time", async () => {
    const broker = await connectJetStream({ servers: nats.url, name: "frozen" });
    await broker.ensureStream({ name: "F", subjects: ["f.*"], discard: "new", replicas: 1 });
    await nats.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 100)); // A busy process stops a little later than it is told.
    const startedMs = performance.now();
    expect(await broker.publish("f.a", bytes("1"), { ackMsMax: 200 })).toEqual({
      kind: "unknown",
      reason: "no ack in time",
    });
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    await nats.kill("SIGCONT");
    let outcome = await broker.publish("f.a", bytes("2"), { ackMsMax: 1_000 });
    while (outcome.kind !== "stored") outcome = await broker.publish("f.a", bytes("2"), { ackMsMax: 1_000 });
    expect(outcome.sequence).toBeGreaterThanOrEqual(2); // The first one was only late.
    await broker.close();
  });

  test("no server, or one without JetStream or with small payloads, is a clear fault", async () => {
    await expect(connectJetStream({ servers: "127.0.0.1:1", name: "x", connectMsMax: 200 })).rejects
      .toMatchObject({
        code: "log.unavailable",
      });
    const small = await startTestNats({ config: "max_payload: 1MB" });
    await expect(connectJetStream({ servers: small.url, name: "x" })).rejects.toMatchObject({
      code: "log.unsuitable",
    });
    await small.stop();
  });

  test("a live reader hears of a message within milliseconds", async () => {
    const broker = await connectJetStream({ servers: nats.url, name: "latency" });
    await broker.ensureStream({ name: "L", subjects: ["l.*"], discard: "new", replicas: 1 });
    const iterator = broker.read("L", { fromSequence: 1 })[Symbol.asyncIterator]();
    const tookMs: number[] = [];
    for (let i = 0; i < 50; i++) {
      const next = iterator.next();
      await broker.publish("l.a", bytes("x"), { ackMsMax });
      const startedMs = performance.now();
      await next;
      tookMs.push(performance.now() - startedMs);
    }
    tookMs.sort((a, b) => a - b);
    expect(tookMs[25]).toBeLessThan(50); // A machine under load; without one it is below 1.
    await broker.close();
  });

  test("the last messages of many subjects are all read, though the server sends 64 MiB at a time", async () => {
    const broker = await connectJetStream({ servers: nats.url, name: "large" });
    await broker.ensureStream({ name: "LARGE", subjects: ["large.*"], discard: "new", replicas: 1 });
    const subjects = Array.from({ length: 12 }, (_, i) => `large.${i}`);
    const payload = new Uint8Array(7 * 1024 * 1024);
    for (const subject of subjects) await broker.publish(subject, payload, { ackMsMax });
    const found = await broker.lastOfMany("LARGE", [...subjects, "large.none"]);
    expect(found.map(({ subject }) => subject).toSorted()).toEqual(subjects.toSorted());
    await broker.close();
  });
});
