import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CarrierFault } from "../carriers/carrier_fault.ts";
import { waitOf } from "../carriers/ask_carrier.ts";
import { Breaker } from "./breaker.ts";
import { readDuration, readRates } from "./rate.ts";
import { TokenBucket } from "./token_bucket.ts";

describe("a rate", () => {
  test("is a number of questions in a time, or several of them", () => {
    expect(readRates("12/min, 250/day", "X")).toEqual([
      { count: 12, perMs: 60_000 },
      { count: 250, perMs: 86_400_000 },
    ]);
    expect(readDuration("30min", "X")).toBe(1_800_000);
  });
  test.each(["", "5", "0/s", "5/week", "1/s,", "1/s,1/s,1/s,1/s,1/s", "-1/s"])(
    "'%s' is none",
    (text) =>
      expect(() => readRates(text, "WAYBILL_CARRIER_UPS_API_RATE")).toThrow(
        /^Cannot use WAYBILL_CARRIER_UPS_API_RATE=/,
      ),
  );
  test.each(["2", "0h", "h", "1week"])(
    "'%s' is no time",
    (text) => expect(() => readDuration(text, "X")).toThrow("as 30min or 2h"),
  );
});

describe("a token bucket", () => {
  test("is empty at first, and says how long it will be", () => {
    const bucket = new TokenBucket([{ count: 2, perMs: 1_000 }], 0);
    expect(bucket.take(0)).toBe(500);
    expect([bucket.take(500), bucket.take(500)]).toEqual([0, 500]);
  });

  test("gives nothing while the carrier wants to be left alone", () => {
    const bucket = new TokenBucket([{ count: 1_000, perMs: 1_000 }], 0);
    bucket.pause(0, 60_000);
    bucket.pause(0, 10);
    expect(bucket.take(30_000)).toBe(30_000);
    expect(bucket.take(60_000)).toBe(0);
  });

  test("never gives more than each limit and a tenth of it, in any window", () => {
    const rate = fc.record({
      count: fc.integer({ min: 1, max: 200 }),
      perMs: fc.constantFrom(1_000, 60_000),
    });
    const steps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(fc.property(fc.array(rate, { minLength: 1, maxLength: 3 }), steps, (rates, waits) => {
      const bucket = new TokenBucket(rates, 0), taken: number[] = [];
      let nowMs = 0;
      for (const waitMs of waits) {
        nowMs += waitMs;
        while (bucket.take(nowMs) === 0) taken.push(nowMs);
      }
      for (const { count, perMs } of rates) {
        for (const [i, fromMs] of taken.entries()) {
          const inWindow = taken.slice(i).filter((atMs) => atMs < fromMs + perMs).length;
          expect(inWindow).toBeLessThanOrEqual(count + Math.max(1, count * 0.1));
        }
      }
    }));
  });

  test("gives all that a limit allows to whoever waits as long as it says", () => {
    const bucket = new TokenBucket([{ count: 12, perMs: 60_000 }], 0);
    let nowMs = 0, taken = 0;
    while (nowMs < 600_000) {
      const waitMs = bucket.take(nowMs);
      nowMs += waitMs;
      if (waitMs === 0) taken += 1;
    }
    expect(taken).toBe(120 - 1);
  });
});

describe("a breaker", () => {
  // It is open for as long as chance says, which may be a millisecond.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());
  const down = () => Promise.reject(new CarrierFault("unavailable", "it answered 503"));
  const breaker = (states: string[]) =>
    new Breaker({ failuresMax: 3, openMs: 20, openMsMax: 50 }, (state) => states.push(state));

  test("leaves a carrier alone after failures in a row, tries it later, and goes on when it answers", async () => {
    const states: string[] = [], one = breaker(states);
    for (let i = 0; i < 3; i++) await expect(one.try(down)).rejects.toMatchObject({ code: "unavailable" });
    expect(one.openMs()).toBeGreaterThan(0);
    const asked = vi.fn(() => Promise.resolve("body"));
    expect(await one.try(asked)).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
    vi.setSystemTime(Date.now() + 60);
    expect(one.openMs()).toBe(0);
    expect(await one.try(asked)).toEqual({ answer: "body" });
    expect(states).toEqual(["open", "closed"]);
  });

  test("one failure while it is tried, and it is left alone again", async () => {
    const states: string[] = [], one = breaker(states);
    for (let i = 0; i < 3; i++) await expect(one.try(down)).rejects.toThrow();
    const failed = vi.fn(down);
    vi.setSystemTime(Date.now() + 60);
    await expect(one.try(failed)).rejects.toThrow();
    expect(failed).toHaveBeenCalledTimes(1);
    expect(one.openMs()).toBeGreaterThan(0);
    expect(states).toEqual(["open", "open"]);
  });

  test.each(["throttled", "rejected", "too-large"] as const)(
    "'%s' does not say that it is down",
    async (code) => {
      const states: string[] = [], one = breaker(states);
      for (let i = 0; i < 9; i++) {
        await expect(one.try(() => Promise.reject(new CarrierFault(code, "no")))).rejects.toMatchObject({
          code,
        });
      }
      expect(states).toEqual([]);
    },
  );
});

test("Retry-After is seconds or a date, never longer than a day", () => {
  const nowMs = Date.UTC(2026, 10, 22, 12);
  expect(waitOf("120", nowMs)).toBe(120_000);
  expect(waitOf("Sun, 22 Nov 2026 12:00:30 GMT", nowMs)).toBe(30_000);
  expect(waitOf("Sun, 22 Nov 2026 11:00:00 GMT", nowMs)).toBe(0);
  expect(waitOf("999999999", nowMs)).toBe(86_400_000);
  for (const nothing of [null, "", "soon"]) expect(waitOf(nothing, nowMs)).toBeUndefined();
});
