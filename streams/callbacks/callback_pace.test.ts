import { beforeEach, describe, expect, test } from "vitest";
import type { Broker } from "../broker/broker.ts";
import { MemoryServer } from "../broker/memory.ts";
import { subjects } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { callbackPace, CallbackPacer, type WorkedOut } from "./callback_pace.ts";

/** Of 10 callbacks in each message, and quick. */
const workedOut: WorkedOut = { messages: 2, callbacks: 20, tookMs: 10, behindMs: 500 };
const secondMs = 1_000;
let broker: Broker, nowMs: number, pacer: CallbackPacer;

beforeEach(async () => {
  broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  nowMs = 0;
  pacer = new CallbackPacer(broker, { elapsedMs: () => nowMs }, callbackPace);
  await pacer.restMs(workedOut);
});

async function share(what: WorkedOut): Promise<number> {
  return what.tookMs / (what.tookMs + await pacer.restMs(what));
}

/** So many messages are stored within the next second. */
async function pass(messages: number): Promise<void> {
  for (let i = 0; i < messages; i++) {
    await broker.publish(subjects.callbacks, new Uint8Array(1), { ackMsMax: 1_000 });
  }
  nowMs += secondMs;
}

describe("working callbacks out", () => {
  test("gives way while many come, in small pieces", async () => {
    await pass(callbackPace.peakPerSecond / 10);
    expect(await share(workedOut)).toBeCloseTo(callbackPace.shareMin);
    expect(pacer.messagesMax).toBe(callbackPace.messagesMax);
  });

  test("rests for no longer than it may, however long it has worked", async () => {
    await pass(callbackPace.peakPerSecond / 10);
    expect(await pacer.restMs({ ...workedOut, tookMs: 60_000 })).toBe(callbackPace.restMsMax);
  });

  test("does not rest while few come, whatever waits", async () => {
    await pass(callbackPace.peakPerSecond / 10 - 1);
    expect(await pacer.restMs({ ...workedOut, behindMs: callbackPace.behindMsMax / 2 })).toBe(0);
    expect(pacer.messagesMax).toBe(Infinity);
  });

  test("goes on at once when the peak is over", async () => {
    await pass(callbackPace.peakPerSecond);
    expect(await pacer.restMs(workedOut)).toBeGreaterThan(0);
    await pass(0);
    expect(await pacer.restMs(workedOut)).toBe(0);
  });

  test("gives way the less the further it is behind, and in the end no longer", async () => {
    await pass(callbackPace.peakPerSecond);
    const { behindMsMax } = callbackPace;
    expect(await share({ ...workedOut, behindMs: behindMsMax / 2 })).toBeCloseTo(0.5);
    expect(await share({ ...workedOut, behindMs: behindMsMax * 0.9 })).toBeCloseTo(0.9);
    expect(await pacer.restMs({ ...workedOut, behindMs: behindMsMax })).toBe(0);
    expect(pacer.messagesMax).toBe(Infinity);
  });
});
