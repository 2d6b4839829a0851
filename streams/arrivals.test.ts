import { expect, test } from "vitest";
import type { Reader, Stored } from "./broker/broker.ts";
import { arrivals } from "./arrivals.ts";

const message = (sequence: number, bytes = 1): Stored => ({
  subject: "events.0",
  sequence,
  payload: new Uint8Array(bytes),
  headers: new Map(),
  storedAtMs: 0,
});
const limits = { messagesMax: 4, bytesMax: 100 };

/** Hands out what the source yields, and counts how far it was read. */
function reader(source: () => AsyncGenerator<Stored>) {
  const seen = { read: 0, stopped: false };
  const counted = async function* () {
    for await (const one of source()) {
      seen.read++;
      yield one;
    }
  };
  const iterable: Reader = {
    [Symbol.asyncIterator]: () => counted(),
    stop: () => Promise.resolve(void (seen.stopped = true)),
  };
  return { iterable, seen };
}
async function* count(to: number, bytes?: number) {
  for (let n = 1; n <= to; n++) yield await Promise.resolve(message(n, bytes));
}
const turns = async (n: number) => {
  for (let i = 0; i < n; i++) await Promise.resolve();
};

test("hands out everything once, in order, in batches of at most the limit", async () => {
  const { iterable, seen } = reader(() => count(50));
  const got: number[] = [];
  for await (const batch of arrivals(iterable, limits)) {
    expect(batch.length).toBeLessThanOrEqual(4);
    got.push(...batch.map(({ sequence }) => sequence));
    await turns(40); // Meanwhile more arrive.
  }
  expect(got).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(seen.stopped).toBe(true);
});

test("reads no further ahead than one batch", async () => {
  for (const { bytes, most } of [{ bytes: 1, most: 4 }, { bytes: 60, most: 2 }]) {
    const { iterable, seen } = reader(() => count(50, bytes));
    const batches = arrivals(iterable, limits);
    const { value } = await batches.next();
    await turns(500);
    expect(seen.read).toBeLessThanOrEqual((value as readonly Stored[]).length + most);
    await batches.return(undefined);
    expect(seen.stopped).toBe(true);
  }
});

test("a failing reader fails it, after what had arrived", async () => {
  const { iterable } = reader(async function* () {
    yield* count(2);
    throw new Error("gone");
  });
  const got: number[] = [];
  const reading = (async () => {
    for await (const batch of arrivals(iterable, limits)) got.push(...batch.map(({ sequence }) => sequence));
  })();
  await expect(reading).rejects.toThrow("gone");
  expect(got).toEqual([1, 2]);
});
