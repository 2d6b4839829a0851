import { describe, expect, test } from "vitest";
import { Chance } from "./chance.ts";
import { Kernel, world } from "./kernel.ts";
import { Process, startMs } from "./process.ts";
import { Trace } from "./trace.ts";

const right = { aheadMs: 0, rate: 1 };
function open(seed = 1) {
  const kernel = new Kernel(new Chance(seed, "schedule"), new Trace({ keepAll: true }));
  return {
    kernel,
    start: (name: string, clock = right) => new Process(kernel, new Chance(seed, name), name, clock),
  };
}
async function run(kernel: Kernel): Promise<void> {
  while (await kernel.step());
}

describe("chance", () => {
  test("is the same everywhere, for ever", () => {
    const chance = new Chance(7, "golden");
    expect(Array.from({ length: 4 }, () => chance.bits())).toEqual(golden);
  });
  test("has a stream of its own for each use", () => {
    expect(new Chance(7, "a").bits()).not.toBe(new Chance(7, "b").bits());
    expect(new Chance(7, "a").bits()).not.toBe(new Chance(8, "a").bits());
  });
  test("is spread evenly", () => {
    const chance = new Chance(1, "spread"), counts = [0, 0, 0, 0];
    for (let i = 0; i < 4_000; i++) counts[chance.between(0, 3)]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });
});

describe("the kernel", () => {
  test("lets what follows from an event run to its end before the next one", async () => {
    const { kernel } = open(), seen: string[] = [];
    kernel.after(world, 1, "first", () =>
      void (async () => {
        for (let i = 0; i < 50; i++) await null;
        seen.push("first has ended");
      })());
    kernel.after(world, 2, "second", () => seen.push("second"));
    await run(kernel);
    expect(seen).toEqual(["first has ended", "second"]);
  });

  test("a process that stands still goes on where it was, with everything that came meanwhile, in order", async () => {
    const { kernel, start } = open(), process = start("p"), seen: string[] = [];
    for (const ms of [10, 20, 30]) process.after(ms, "tick", () => seen.push(`${ms}`));
    kernel.after(world, 15, "stop", () => process.standStill());
    kernel.after(world, 100, "go", () => {
      seen.push("goes on");
      process.goOn();
    });
    await run(kernel);
    expect(seen).toEqual(["10", "goes on", "20", "30"]);
  });

  test("of a process that is gone nothing happens any more", async () => {
    const { kernel, start } = open(), process = start("p");
    let happened = false;
    void process.runtime("x").sleep(50).then(() => happened = true);
    kernel.after(world, 10, "crash", () => process.crash());
    await run(kernel);
    expect(happened).toBe(false);
  });

  test("clocks are wrong as they were told to be; a timer that was stopped does not fire", async () => {
    const { kernel, start } = open(), runtime = start("p", { aheadMs: 500, rate: 1.01 }).runtime("x");
    let fired = false;
    runtime.after(20, () => fired = true).stop();
    await run(kernel);
    expect(runtime.nowMs()).toBe(startMs + 500);
    const slept = runtime.sleep(1_010);
    await run(kernel);
    await slept;
    expect(fired).toBe(false);
    expect(runtime.elapsedMs()).toBeCloseTo(1_010, -1);
  });
});

const golden = [3790332249, 2605143820, 317763135, 1564010727];
