import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Broker } from "../broker/broker.ts";
import { MemoryServer } from "../broker/memory.ts";
import { openRegistry } from "../edge/registry.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { openSwitches, type SwitchBoard, watchSwitches } from "./switches.ts";

const runtime = systemRuntime("test");
const reason = { by: "ada", why: "moving house", atMs: 5 };

let broker: Broker, board: SwitchBoard;
beforeEach(async () => {
  broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  board = openSwitches(broker, runtime);
});

describe("a switch", () => {
  test("is off until somebody turns it on, and says who and why", async () => {
    expect([...await board.list()]).toEqual([]);
    await board.turnOn("read-only", reason);
    expect([...await board.list()]).toEqual([["read-only", reason]]);
    await board.turnOff("read-only");
    expect([...await board.list()]).toEqual([]);
  });

  test("keeps its first reason when it is turned on again", async () => {
    await board.turnOn("read-only", reason);
    await board.turnOn("read-only", { ...reason, by: "eve" });
    expect((await board.list()).get("read-only")?.by).toBe("ada");
  });

  test("is seen by every process: at its start, and as it changes", async () => {
    await board.turnOn("partition-3", reason);
    const seen = await watchSwitches(broker);
    expect(seen.isOn("partition-3")).toBe(true);
    expect(seen.isOn("read-only")).toBe(false);
    await board.turnOn("read-only", reason);
    await vi.waitFor(() => expect(seen.isOn("read-only")).toBe(true));
    await board.turnOff("partition-3");
    await vi.waitFor(() => expect(seen.isOn("partition-3")).toBe(false));
    await seen.stop();
  });

  test("is on even if nobody can read why", async () => {
    await openRegistry(broker, "switches", runtime).put("read-only", "yes");
    expect((await board.list()).get("read-only")).toEqual({ by: "?", why: "?", atMs: 0 });
  });
});
