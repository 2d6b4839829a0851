import { beforeEach, describe, expect, test } from "vitest";
import type { Broker } from "../broker/broker.ts";
import { MemoryServer, type PublishFault } from "../broker/memory.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { actLimits, type NewAct, readActs, recorded } from "./acts.ts";

const runtime = systemRuntime("test");
const pausing: NewAct = { by: "ada", why: "a poison command", does: "pause", to: "sku:A" };
const done = () => Promise.resolve("paused");

let broker: Broker, faults: (PublishFault | undefined)[];
beforeEach(async () => {
  faults = [];
  broker = new MemoryServer({ publishFault: () => faults.shift(), after: (_ms, run) => setTimeout(run, 1) })
    .connect();
  await ensureStreams(broker, 1);
});
const acts = () => readActs(broker, actLimits.listedMax);

describe("what operators do is recorded", () => {
  test("with who and why and what came of it, newest first", async () => {
    expect(await recorded(broker, runtime, { act: pausing, work: done })).toBe("paused");
    await recorded(broker, runtime, { act: { ...pausing, does: "resume" }, work: done });
    expect(await acts()).toMatchObject([
      { does: "resume", state: "done" },
      { ...pausing, state: "done", outcome: "paused" },
    ]);
  });

  test("before it is done: who dies meanwhile leaves an act without an end", async () => {
    let seen: unknown;
    await recorded(broker, runtime, { act: pausing, work: async () => seen = (await acts())[0]?.state });
    expect(seen).toBe("begun");
  });

  test("a failure too, with its reason; the operator gets the error", async () => {
    const work = () => Promise.reject(new Error("no host answers"));
    await expect(recorded(broker, runtime, { act: pausing, work })).rejects.toThrow("no host answers");
    expect(await acts()).toMatchObject([{ state: "failed", outcome: "no host answers" }]);
  });

  test("nothing is begun that cannot be recorded", async () => {
    faults = Array.from({ length: actLimits.triesMax }, () => "lose-message");
    let begun = false;
    const work = () => Promise.resolve(void (begun = true));
    await expect(recorded(broker, runtime, { act: pausing, work })).rejects.toThrow(
      "Cannot record that ada would pause sku:A",
    );
    expect(begun).toBe(false);
  });

  test("once, when the ack is lost", async () => {
    faults = ["lose-ack"];
    await recorded(broker, runtime, { act: pausing, work: done });
    expect(await acts()).toHaveLength(1);
  });
});
