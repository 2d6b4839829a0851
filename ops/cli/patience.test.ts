import { expect, test } from "vitest";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { withCalls } from "../../streams/broker/with_calls.ts";
import { Fault, type FaultCode } from "../../streams/faults.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { patient } from "./patience.ts";

/** A log that fails so often before it answers, and a clock that moves only by waiting. */
async function failing(times: number, code: FaultCode = "log.unavailable") {
  let nowMs = 0, asked = 0;
  const server = new MemoryServer(), log = server.connect();
  await ensureStreams(log, 1);
  const runtime = { elapsedMs: () => nowMs, sleep: (ms: number) => Promise.resolve(void (nowMs += ms)) };
  const broken = withCalls(log, {
    info: (stream) => ++asked <= times ? Promise.reject(new Fault(code, "no answer")) : log.info(stream),
  });
  return { broker: patient(broken, runtime), asked: () => asked, waitedMs: () => nowMs };
}

test("what does not answer for some seconds is asked again", async () => {
  const { broker, asked } = await failing(20);
  expect(await broker.info("EVENTS")).toMatchObject({ lastSequence: 0 });
  expect(asked()).toBe(21);
});

test("after a minute nobody waits any more", async () => {
  const { broker, waitedMs } = await failing(Infinity);
  await expect(broker.info("EVENTS")).rejects.toMatchObject({ code: "log.unavailable" });
  expect(waitedMs()).toBe(60_000);
});

test("what waiting does not change is told at once", async () => {
  const { broker, asked } = await failing(Infinity, "log.missing");
  await expect(broker.info("EVENTS")).rejects.toMatchObject({ code: "log.missing" });
  expect(asked()).toBe(1);
});
