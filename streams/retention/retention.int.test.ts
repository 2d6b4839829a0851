import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { startTestNats, type TestNats } from "../../ops/testing/nats.ts";
import type { Broker } from "../broker/broker.ts";
import { connectJetStream } from "../broker/jetstream.ts";
import { streamNames } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";
import { PersonalKit } from "../testing/personal_kit.ts";
import { copiedCommands } from "./copied.ts";
import { PersonalCopier } from "./personal.ts";
import { CommandsTrimmer } from "./trim.ts";

const runtime = systemRuntime("test");

describe("copying and trimming on a real server", () => {
  let nats: TestNats;
  let broker: Broker;
  let kit: PersonalKit;
  beforeAll(async () => {
    nats = await startTestNats();
    broker = await connectJetStream({ servers: nats.url, name: "retention" });
    kit = await PersonalKit.open(broker);
  });
  afterAll(async () => {
    await broker?.close();
    await nats?.stop();
  });
  const copier = () =>
    new PersonalCopier({ broker, runtime, partition: 0, limits: { gatherMs: 10, idleMs: 50, retryMs: 20 } });

  test(
    "survives a killed server and its own restart; each person is copied once; then COMMANDS may go",
    async () => {
      const people = Array.from({ length: 40 }, (_, i) => ({ key: String(i), personal: `person ${i}` }));
      const first = copier();
      const running = first.run();
      const decideAll = async (from: number, to: number) => {
        for (const person of people.slice(from, to)) {
          await kit.place([person]);
          await kit.decide([{ key: person.key, personal: true }]);
        }
      };
      await decideAll(0, 10);
      await nats.kill("SIGKILL");
      await nats.restart();
      await vi.waitFor(() => expect(broker.connected()).toBe(true));
      await decideAll(10, 20);
      await first.stop();
      await running;
      await decideAll(20, 40);
      const second = copier();
      const again = second.run();
      await vi.waitFor(() => expect(second.position).toEqual(kit.head));
      const items = (await kit.copied()).flatMap((message) => message.items);
      expect(items).toHaveLength(40);
      expect(items.map(({ actor, personal }) => [actor, personal])).toEqual(
        people.map(({ key, personal }) => [actorId("order", key), personal]),
      );

      await kit.place([{ key: "undecided" }]);
      const limits = { streamBytesMax: 8 * 1024 ** 3, ageMsMax: 0 };
      const tomorrow = { ...runtime, nowMs: () => Date.now() + 1_000 };
      const trimmer = new CommandsTrimmer({
        broker,
        runtime: tomorrow,
        partitions: () => [0],
        done: async () => new Map([[0, { passed: await copiedCommands(broker, 0) }]]),
        limits,
      });
      await trimmer.trim();
      expect(await broker.info(streamNames.commands)).toMatchObject({ messages: 1, firstSequence: 41 });
      await second.stop();
      await again;
    },
  );
});
