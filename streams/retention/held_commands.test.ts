import { expect, test, vi } from "vitest";
import { streamNames } from "../record.ts";
import { systemRuntime } from "../system_runtime.ts";
import { PlacingKit } from "../testing/placing_kit.ts";
import { DoneCommands } from "./copied.ts";
import { CommandsTrimmer } from "./trim.ts";

const later = { ...systemRuntime("test"), nowMs: () => Date.now() + 100 * 3_600_000 };

test("a command that waits for an actor is kept in COMMANDS with its personal part until it is decided and copied", async () => {
  const placing = new PlacingKit(), stop = await placing.start(), { kit, copier } = placing;
  const done = new DoneCommands(kit.broker);
  const trimmer = new CommandsTrimmer({
    broker: kit.broker,
    runtime: later,
    partitions: () => [0],
    done: () => done.look([{ partition: 0, range: [0, 1024] }]),
    limits: { streamBytesMax: 1_000_000 },
  });
  const first = async () => {
    kit.nowMs += 1_000; // The host looks after its partition once a second.
    await new Promise((done) => setTimeout(done, 20));
    await trimmer.trim();
    return (await kit.broker.info(streamNames.commands)).firstSequence;
  };
  await placing.operate("pause", "b");
  await placing.place("a");
  const held = await placing.place("b");
  await placing.place("c");
  await vi.waitFor(async () => expect(await placing.people()).toEqual(["of a", "of c"]));
  await vi.waitFor(async () => expect(await first()).toBe(held));
  for (let i = 0; i < 5; i++) expect(await first()).toBe(held);

  await placing.operate("resume", "b");
  await vi.waitFor(async () => expect(await placing.people()).toContain("of b"));
  expect(copier.missing).toBe(0);
  await vi.waitFor(async () => expect(await first()).toBeGreaterThan(held + 2));
  await stop();
});
