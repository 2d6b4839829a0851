import { describe, expect, test, vi } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { streamNames } from "../record.ts";
import { edge, question } from "../testing/asking_kit.ts";

describe("packing", () => {
  test("what arrives while a publish is in flight shares the next message, in order", async () => {
    const { ask, packs, stored, stop } = await edge();
    for (let i = 0; i < 101; i++) void ask(question());
    await stored(2);
    const ids = (await packs()).map(({ commands }) => commands.map(({ id }) => id));
    expect(ids[0]).toEqual(["c1"]);
    expect(ids[1]).toEqual(Array.from({ length: 100 }, (_, i) => `c${i + 2}`));
    stop();
  });

  test("after a pack of several the next one gathers company, but not for long", async () => {
    const { ask, packs, stored, stop } = await edge({ limits: { gatherCountMax: 3, gatherMs: 5 } });
    const askTimes = (times: number) => {
      for (let i = 0; i < times; i++) void ask(question());
    };
    askTimes(6);
    await stored(2);
    await vi.waitFor(async () =>
      expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 5])
    );
    askTimes(3); // Three are enough.
    await stored(3);
    askTimes(2); // Nobody else comes.
    await stored(4);
    expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 5, 3, 2]);
    stop();
  });

  test("packs are bounded in commands and in bytes, and a large command still goes alone", async () => {
    const { ask, packs, stored, stop } = await edge({ limits: { packCountMax: 3, packBytesMax: 2_000 } });
    const sizes = [10, 10, 10, 10, 10, 3_000, 1_000, 1_000];
    for (const size of sizes) void ask(question({ personal: "x".repeat(size) }));
    await stored(6);
    expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 3, 1, 1, 1, 1]);
    stop();
  });

  test("each partition has its own lane", async () => {
    const { ask, broker, stored, stop } = await edge();
    void ask(question());
    void ask(question({ to: actorId("sku", "A") }));
    await stored(2);
    expect(await broker.last(streamNames.commands, "commands.0")).toBeDefined();
    expect(await broker.last(streamNames.commands, "commands.1")).toBeDefined();
    stop();
  });

  test("two publishes in flight, when the limit says so", async () => {
    const { ask, packs, stored, stop } = await edge({ limits: { publishesInFlightMax: 2 } });
    for (let i = 0; i < 10; i++) void ask(question());
    await stored(3);
    expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 1, 8]);
    stop();
  });
});
