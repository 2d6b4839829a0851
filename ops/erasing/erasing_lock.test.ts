import { expect, test, vi } from "vitest";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { erasingLockLimits, withErasingLock } from "./erasing_lock.ts";

async function open() {
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  let laterMs = 0;
  const system = systemRuntime("test"), runtime = { ...system, nowMs: () => system.nowMs() + laterMs };
  return { broker, runtime, pass: (ms: number) => void (laterMs += ms) };
}

test("of two erasures at once one is refused, and may run when the other has ended", async () => {
  const { broker, runtime } = await open();
  await withErasingLock(broker, runtime, async () => {
    await expect(withErasingLock(broker, runtime, () => Promise.resolve())).rejects.toThrow(
      /another erasure runs/,
    );
  });
  expect(await withErasingLock(broker, runtime, () => Promise.resolve("done"))).toBe("done");
});

test("of many that begin at the same moment one goes on", async () => {
  const { broker, runtime } = await open();
  let refused = 0;
  const one = () =>
    withErasingLock(broker, runtime, () => vi.waitFor(() => expect(refused).toBe(7))).catch(
      (error: unknown) => {
        refused++;
        throw error;
      },
    );
  const ends = await Promise.allSettled(Array.from({ length: 8 }, one));
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("the lock of one that died ends by itself; whoever was away as long stops", async () => {
  const { broker, runtime, pass } = await open();
  const away = withErasingLock(broker, runtime, async (lock) => {
    lock.expectHeld();
    pass(erasingLockLimits.heldMsMax + 1);
    expect(await withErasingLock(broker, runtime, () => Promise.resolve("the other"))).toBe("the other");
    lock.expectHeld();
  });
  await expect(away).rejects.toThrow(/Cannot go on erasing/);
  expect(await withErasingLock(broker, runtime, () => Promise.resolve("again"))).toBe("again");
});
