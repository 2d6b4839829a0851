import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { startTestNats, type TestNats } from "../../ops/testing/nats.ts";
import type { Broker } from "../broker/broker.ts";
import { connectJetStream } from "../broker/jetstream.ts";
import { type CommandPack, streamNames, subjects } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";
import { createAsk } from "./ask.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const runtime = systemRuntime("test");

/** Answers everything in COMMANDS, as a host would. */
async function answerAll(broker: Broker): Promise<void> {
  for await (const stored of broker.read(streamNames.commands, { fromSequence: 1 })) {
    const { commands } = JSON.parse(decoder.decode(stored.payload)) as CommandPack;
    const replies = commands.map(({ id, to }) => ({ id, ok: true, value: to }));
    const pack = { partition: 0, sequence: stored.sequence, replies };
    broker.send(subjects.replies(commands[0]?.edge ?? ""), encoder.encode(JSON.stringify(pack)));
  }
}

describe("ask through a real server", () => {
  let nats: TestNats;
  let edge: Broker;
  let host: Broker;
  beforeAll(async () => {
    nats = await startTestNats();
    edge = await connectJetStream({ servers: nats.url, name: "edge" });
    host = await connectJetStream({ servers: nats.url, name: "host" });
    await host.ensureStream({
      name: streamNames.commands,
      subjects: ["commands.*"],
      discard: "new",
      replicas: 1,
    });
    void answerAll(host);
  });
  afterAll(async () => {
    await edge?.close();
    await host?.close();
    await nats?.stop();
  });
  const open = () => {
    const packs: number[] = [];
    const asker = createAsk({
      broker: edge,
      edgeId: `e${runtime.newId()}`,
      partitionOf: () => 0,
      runtime,
      newId: runtime.newId,
      limits: { queuedMsMax: 100 },
      observer: { published: ({ count }) => void packs.push(count) },
    });
    return { ...asker, packs };
  };

  test("thousands of questions are answered, each with its own answer, in few messages", async () => {
    const { ask, stop, packs } = open();
    const count = 4_000;
    const asked = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const to = actorId("order", String(i));
        const got = await ask({ to, command: { type: "read" }, patienceMs: 60_000 });
        return got.kind === "answered" && got.answer.ok && JSON.parse(got.answer.json) === to;
      }),
    );
    expect(asked.filter(Boolean)).toHaveLength(count);
    expect(packs.reduce((sum, commands) => sum + commands, 0)).toBe(count);
    expect(packs.length).toBeLessThan(10);
    stop();
  });

  test(
    "a killed and restarted server under load: every question ends as answered, in doubt or not accepted",
    async () => {
      const { ask, stop } = open();
      const kinds = new Map<string, number>();
      let on = true;
      const buyer = async () => {
        for (let i = 0; on; i++) {
          const to = actorId("order", String(i));
          const { kind } = await ask({ to, command: { type: "read" }, patienceMs: 300 });
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
      };
      const buyers = Array.from({ length: 16 }, buyer);
      const answered = () => kinds.get("answered") ?? 0;
      const until = async (count: number) => {
        while (answered() < count) await new Promise((done) => setTimeout(done, 5));
      };
      await until(100);
      await nats.kill("SIGKILL");
      await new Promise((done) => setTimeout(done, 500));
      const before = answered();
      await nats.restart();
      await until(before + 100);
      on = false;
      await Promise.all(buyers);
      const expected = ["answered", "accepted", "in-doubt", "unavailable", "overloaded"];
      expect([...kinds.keys()].filter((kind) => !expected.includes(kind))).toEqual([]);
      const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
      expect(total - answered()).toBeGreaterThan(0); // The server was away for longer than anyone's patience.
      stop();
    },
  );
});
