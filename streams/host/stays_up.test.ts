import { afterEach, describe, expect, test, vi } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { Fault } from "../faults.ts";
import { streamNames, subjects } from "../record.ts";
import { Gate } from "../testing/gate.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, idle, killAll, start, sumOf, tell } from "../testing/partition_steps.ts";
import { toy } from "../testing/toys.ts";
import { readHead } from "./lease.ts";

afterEach(killAll);

describe("what one caller sends does not end the partition", () => {
  test("a command that lacks what it should have is recorded as dead", async () => {
    const kit = new PartitionKit();
    await start(kit);
    const ids = await kit.send(tell("a", { type: "spread", amount: 1 }), add("b", 1));
    await answered(kit, ids);
    expect(kit.replies.get(ids[0]!)).toEqual([expect.objectContaining({ defect: expect.any(String) })]);
    expect(await sumOf(kit, "b")).toBe(1);
  });

  test("a command for a kind of actor that there is not is recorded as dead", async () => {
    const kit = new PartitionKit();
    await start(kit);
    const to = ["constructor:a", "nonsense:a", "a"] as ActorId[];
    const ids = await kit.send(...to.map((id): [ActorId, { type: string }] => [id, { type: "add" }]));
    await answered(kit, ids);
    expect((await kit.records()).flatMap((record) => record.dead).map(({ actor }) => actor)).toEqual(to);
    expect(await sumOf(kit, "b")).toBe(0);
  });

  test("any number of messages that are no commands are recorded in turns of their own", async () => {
    const kit = new PartitionKit(), gate = new Gate();
    kit.disturb = (broker) => ({
      publish: async (subject, payload, options) => {
        if (subject.startsWith("events.")) await gate.pass();
        return await broker.publish(subject, payload, options);
      },
    });
    await start(kit, { commandsMax: 10 });
    gate.hold();
    for (let i = 0; i < 50; i++) {
      const payload = new TextEncoder().encode(i % 2 ? "{" : `{"format":1,"commands":[]}`);
      await kit.broker.publish(subjects.commands(0), payload, { ackMsMax: 100 });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    gate.letGo();
    expect(await sumOf(kit, "a")).toBe(0);
    const dead = (await kit.records()).map((record) => record.dead.length);
    expect(dead.reduce((sum, count) => sum + count)).toBe(50);
    expect(Math.max(...dead)).toBeLessThanOrEqual(10);
  });
});

describe("what the world does", () => {
  test("a failure of the keeper ends the partition with its reason, not the process", async () => {
    const kit = new PartitionKit();
    kit.disturb = (broker) => ({
      info: (stream) =>
        stream === streamNames.commands && kit.nowMs > 1_000_000
          ? Promise.reject(new Fault("log.missing", "Cannot read stream COMMANDS: it is gone"))
          : broker.info(stream),
    });
    const host = await start(kit);
    await answered(kit, await kit.send(add("a", 1)));
    kit.nowMs += 2_000;
    await vi.waitFor(() => expect(kit.faults).toEqual([expect.stringContaining("log.missing")]));
    await host.running;
  });

  test("a partition that opens again says why, each time", async () => {
    const kit = new PartitionKit();
    let tries = 0;
    kit.disturb = (broker) => ({
      info: (stream) =>
        stream === streamNames.commands && tries++ < 2
          ? Promise.reject(new Fault("log.unavailable", "Cannot read stream COMMANDS: no answer"))
          : broker.info(stream),
    });
    await start(kit);
    expect(await sumOf(kit, "a")).toBe(0);
    const why = "reopening log.unavailable: Cannot read stream COMMANDS: no answer";
    expect(kit.observed.slice(0, 3)).toEqual([why, why, "opened 0"]);
  });

  test("a host that loses its partition while a turn is in doubt does not claim it back", async () => {
    const kit = new PartitionKit();
    let away = false;
    kit.disturb = (broker) => ({
      publish: (subject, payload, options) =>
        away && subject.startsWith("events.")
          ? Promise.resolve({ kind: "unknown", reason: "no ack in time" })
          : broker.publish(subject, payload, options),
    });
    const old = await start(kit, { headEveryMs: 1 }, "old");
    await answered(kit, await kit.send(add("a", 1)));
    away = true;
    const ids = await kit.send(add("a", 1));
    kit.disturb = () => ({});
    await start(kit, {}, "new");
    kit.nowMs += 2_000;
    expect(await old.running).toBe("lost");
    await answered(kit, ids);
    expect(await sumOf(kit, "a")).toBe(2);
  });

  test("a host that is told to stop while the log does not answer stops all the same", async () => {
    const kit = new PartitionKit({
      publishFault: (subject) => subject.startsWith("events.") ? "lose-message" : undefined,
      after: (_ms, run) => void setTimeout(run, 5),
    });
    const host = await start(kit);
    await kit.send(add("a", 1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    host.host.stop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const tick = setInterval(() => kit.nowMs += 60_000, 30);
    await host.running;
    clearInterval(tick);
    expect(await kit.records()).toEqual([]);
  });

  test("a log that is full answers nobody, and all of them once there is room", async () => {
    let full = true;
    const kit = new PartitionKit();
    kit.disturb = (broker) => ({
      publish: (subject, payload, options) =>
        full && subject.startsWith("events.")
          ? Promise.resolve({ kind: "full" })
          : broker.publish(subject, payload, options),
    });
    await start(kit);
    const ids = await kit.send(add("a", 1), add("a", 2));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kit.replies.size).toBe(0);
    full = false;
    await answered(kit, ids);
    expect(await kit.records()).toHaveLength(1);
    expect(await sumOf(kit, "a")).toBe(3);
    idle(kit);
  });
});

describe("a log whose reader ends early", () => {
  /** The first reader of EVENTS that begins at its first record sees only that one. */
  function endsEarly(kit: PartitionKit): { times: number } {
    const left = { times: 1 };
    kit.disturb = (broker) => ({
      read: (stream, options) => {
        const reader = broker.read(stream, options);
        if (stream !== streamNames.events || left.times-- <= 0) return reader;
        const first = async function* () {
          for await (const stored of reader) {
            yield stored;
            return;
          }
        };
        return { [Symbol.asyncIterator]: first, stop: () => reader.stop() };
      },
    });
    return left;
  }

  test("does not open the partition with a part of it", async () => {
    const kit = new PartitionKit();
    const first = await start(kit);
    for (let i = 0; i < 3; i++) await answered(kit, await kit.send(add("a", 1)));
    await first.kill();
    const left = endsEarly(kit);
    await start(kit);
    expect(await sumOf(kit, "a")).toBe(3);
    expect(left.times).toBeLessThan(1);
    expect(kit.observed).not.toContain("fenced");
  });

  test("does not wake an actor with a part of its events", async () => {
    const kit = new PartitionKit();
    const first = await start(kit);
    for (let i = 0; i < 3; i++) await answered(kit, await kit.send(add("a", 1)));
    await first.stop();
    const left = endsEarly(kit);
    kit.actors = { toy: { ...toy, stateVersion: 2 } };
    await start(kit);
    expect(await sumOf(kit, "a")).toBe(3);
    expect(left.times).toBeLessThan(1);
  });
});

test("the witness of the head is written again when it got lost", async () => {
  let lost = 0;
  const kit = new PartitionKit({
    publishFault: (subject) =>
      subject.startsWith("registry.head.") && lost++ === 0 ? "lose-message" : undefined,
    after: (_ms, run) => void setTimeout(run, 2),
  });
  await start(kit, { headEveryMs: 1 });
  await answered(kit, await kit.send(add("a", 1)));
  const tick = setInterval(() => kit.nowMs += 2, 2);
  await vi.waitFor(async () => expect((await readHead(kit.broker, 0))?.sequence).toBe(1));
  clearInterval(tick);
});

test("an event that this code cannot fold stops the partition by name, and nothing is decided on half a state", async () => {
  const kit = new PartitionKit();
  const first = await start(kit);
  await answered(kit, await kit.send(add("a", 1)));
  await first.kill();
  const evolve = () => {
    throw new Error("no such event");
  };
  kit.actors = { toy: { ...toy, evolve } };
  const second = await start(kit);
  await kit.send(add("a", 1));
  await second.running;
  expect(kit.faults).toEqual([expect.stringMatching(/record.undecodable: Cannot fold toy:a: .*toy\.added/)]);
  expect(await kit.records()).toHaveLength(1);
});
