import { describe, expect, test, vi } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { MemoryServer, type PublishFault } from "../broker/memory.ts";
import { streamNames } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";
import { emptyRecord, PersonalKit } from "../testing/personal_kit.ts";
import { type CopierLimits, PersonalCopier } from "./personal.ts";

const quick: Partial<CopierLimits> = { gatherMs: 5, idleMs: 20, ackMsMax: 20, retryMs: 5 };
const order = (key: string) => actorId("order", key);

async function open(fault: (subject: string) => PublishFault | undefined = () => undefined) {
  const server = new MemoryServer({ publishFault: fault });
  const kit = await PersonalKit.open(server.connect());
  const interruptions: string[] = [];
  const start = (limits: Partial<CopierLimits> = {}) => {
    const broker = server.connect(), runtime = systemRuntime("test");
    const copier = new PersonalCopier({
      broker,
      runtime,
      partition: 0,
      limits: { ...quick, ...limits },
      observer: { interrupted: (reason) => void interruptions.push(reason) },
    });
    const running = copier.run();
    const stop = () => copier.stop().then(() => running);
    const caughtUp = () => vi.waitFor(() => expect(copier.position).toEqual(kit.head));
    return { copier, running, stop, broker, caughtUp };
  };
  return { server, kit, start, interruptions };
}

describe("the copier of personal data", () => {
  test("copies what came with accepted commands, and only that", async () => {
    const { kit, start } = await open();
    const at = await kit.place([
      { key: "a", personal: "Ada" },
      { key: "b" },
      { key: "c", personal: "refused" },
      { key: "d", personal: "Dora" },
    ]);
    await kit.decide([
      { key: "a", personal: true },
      { key: "b", personal: false },
      { key: "c", personal: true, accepted: false },
      { key: "d", personal: true },
    ]);
    const { stop, caughtUp } = start();
    await caughtUp();
    expect(await kit.copied()).toEqual([{
      format: 1,
      partition: 0,
      position: kit.head,
      items: [
        { actor: order("a"), id: "c-a", at: [at, 0], personal: "Ada" },
        { actor: order("d"), id: "c-d", at: [at, 3], personal: "Dora" },
      ],
    }]);
    await stop();
  });

  test("joins what several turns accepted into one message", async () => {
    const { kit, start } = await open();
    const keys = ["a", "b", "c"];
    await kit.place(keys.map((key) => ({ key, personal: key })));
    for (const key of keys) await kit.decide([{ key, personal: true }]);
    const { stop, caughtUp } = start({ gatherMs: 1_000 });
    await caughtUp();
    expect((await kit.copied()).map(({ items }) => items.length)).toEqual([3]);
    await stop();
  });

  test("without anything personal the position moves on all the same, but seldom", async () => {
    const { kit, start } = await open();
    await kit.place(Array.from({ length: 130 }, (_, i) => ({ key: String(i) })));
    for (let i = 0; i < 130; i++) await kit.decide([{ key: String(i), personal: false }]);
    const { stop, caughtUp, copier } = start({ idleMs: 60, recordsMax: 50 });
    await caughtUp();
    const messages = await kit.copied();
    expect(messages.length).toBeGreaterThanOrEqual(3);
    expect(messages.length).toBeLessThan(10);
    expect(messages.every(({ items }) => items.length === 0)).toBe(true);
    expect(copier.passed()).toBe(1);
    await stop();
  });

  test("a pack that is only partly decided is not passed yet", async () => {
    const { kit, start } = await open();
    const { stop, caughtUp, copier } = start();
    const first = await kit.place([{ key: "a" }, { key: "b" }]);
    await kit.decide([{ key: "a", personal: false }]);
    await caughtUp();
    expect(copier.passed()).toBe(first - 1);
    await kit.decide([{ key: "b", personal: false }]);
    await caughtUp();
    expect(copier.passed()).toBe(first);
    await stop();
  });

  test("splits what is too large for one message; the position is never ahead of the items", async () => {
    const { kit, start } = await open();
    const keys = ["a", "b", "c", "d", "e"];
    await kit.place(keys.map((key) => ({ key, personal: key.repeat(400) })));
    await kit.decide(keys.slice(0, 4).map((key) => ({ key, personal: true })));
    const first = kit.head;
    await kit.decide([{ key: "e", personal: true }]);
    const { stop, caughtUp } = start({ messageBytesMax: 1_000 });
    await caughtUp();
    const messages = await kit.copied();
    expect(messages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(messages.map(({ position }) => position.sequence)).toEqual([0, first.sequence, kit.head.sequence]);
    expect(Object.keys(await kit.people())).toHaveLength(5);
    await stop();
  });

  test("goes on where it was after a restart, wherever it died", async () => {
    const lost: PublishFault[] = ["lose-ack", "lose-message"];
    for (const fault of lost) {
      let armed = true;
      const { kit, start } = await open((subject) => {
        if (!subject.startsWith("personal.") || !armed) return undefined;
        armed = false;
        return fault;
      });
      await kit.place([{ key: "a", personal: "Ada" }, { key: "b", personal: "Bob" }]);
      await kit.decide([{ key: "a", personal: true }]);
      const first = start({ ackMsMax: 30 });
      await vi.waitFor(() => expect(armed).toBe(false));
      first.broker.cut(); // Dies before it knows.
      await first.copier.stop();
      await first.running;
      await kit.decide([{ key: "b", personal: true }]);
      const second = start();
      await second.caughtUp();
      expect(await kit.people()).toEqual({ [order("a")]: "Ada", [order("b")]: "Bob" });
      const items = (await kit.copied()).flatMap((message) => message.items);
      expect(items).toHaveLength(2);
      await second.stop();
    }
  });

  test("a lost ack is found out, not repeated", async () => {
    let armed = true;
    const { kit, start, interruptions } = await open((subject) => {
      if (!subject.startsWith("personal.") || !armed) return undefined;
      armed = false;
      return "lose-ack";
    });
    await kit.place([{ key: "a", personal: "Ada" }]);
    await kit.decide([{ key: "a", personal: true }]);
    const { stop, caughtUp } = start();
    await caughtUp();
    expect(await kit.copied()).toHaveLength(1);
    expect(interruptions).toHaveLength(1);
    await stop();
  });

  test("of two copiers one is fenced, and nothing is copied twice", async () => {
    const { kit, start } = await open();
    const first = start({ gatherMs: 1 });
    const second = start({ gatherMs: 7 });
    const ends = Promise.allSettled([first.running, second.running]);
    let i = 0;
    const outcome = await Promise.race([
      ends.then(() => "both ended"),
      (async () => {
        let fenced = false;
        void Promise.race([first.running, second.running]).catch(() => fenced = true);
        while (!fenced) {
          const key = String(i++);
          await kit.place([{ key, personal: key }]);
          await kit.decide([{ key, personal: true }]);
          await new Promise((done) => setTimeout(done, 2));
        }
        return "one fenced";
      })(),
    ]);
    expect(outcome).toBe("one fenced");
    await vi.waitFor(async () => expect(Object.keys(await kit.people())).toHaveLength(i));
    const items = (await kit.copied()).flatMap((message) => message.items);
    expect(items).toHaveLength(i);
    await Promise.all([first.copier.stop(), second.copier.stop()]);
    const rejected = (await ends).filter((end) => end.status === "rejected");
    expect(rejected).toMatchObject([{ reason: { code: "partition.fenced" } }]);
  });

  test("what is gone from COMMANDS is counted and recorded as missing", async () => {
    const { kit, start } = await open();
    const at = await kit.place([{ key: "a", personal: "Ada" }]);
    await kit.decide([{ key: "a", personal: true }]);
    await kit.place([{ key: "b", personal: "Bob" }]);
    await kit.decide([{ key: "b", personal: true }]);
    await kit.broker.deleteMessage(streamNames.commands, at, true);
    const { stop, caughtUp, copier } = start();
    await caughtUp();
    expect(await kit.people()).toEqual({ [order("b")]: "Bob" });
    expect((await kit.copied())[0]?.missing).toEqual([
      { actor: order("a"), id: "c-a", at: [at, 0], missing: true },
    ]);
    expect(copier.missing).toBe(1);
    await stop();
  });

  test("a log that holds something else where it was stops it", async () => {
    const { kit, server, start } = await open();
    await kit.place([{ key: "a" }, { key: "b" }]);
    await kit.decide([{ key: "a", personal: false }]);
    await kit.decide([{ key: "b", personal: false }]);
    const first = start();
    await first.caughtUp();
    await first.stop();
    server.stream(streamNames.events).loseTail(1);
    await expect(start().running).rejects.toMatchObject({ code: "log.lost" });
  });

  test("a record that does not follow the last one stops it", async () => {
    const { kit, start } = await open();
    await kit.place([{ key: "a" }]);
    const { running } = start();
    const before = { sequence: 99, hash: "x" };
    const read = { commands: { ...before, taken: 0, of: 0 }, peers: before };
    await kit.append({ ...emptyRecord, previous: before, read });
    await expect(running).rejects.toMatchObject({ code: "log.lost" });
  });

  test("a server that is away for a while only delays it", async () => {
    const { kit, server, start } = await open();
    const { stop, caughtUp } = start();
    await kit.place([{ key: "a", personal: "Ada" }]);
    await kit.decide([{ key: "a", personal: true }]);
    server.goDown();
    await new Promise((done) => setTimeout(done, 50));
    server.comeUp();
    await caughtUp();
    expect(await kit.people()).toEqual({ [order("a")]: "Ada" });
    await stop();
  });
});
