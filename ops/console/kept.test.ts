import { beforeEach, describe, expect, test } from "vitest";
import { Kept } from "./kept.ts";

let nowMs: number, reads: ((value: string | Error) => void)[], kept: Kept<string>;
beforeEach(() => {
  nowMs = 0;
  reads = [];
  const read = () =>
    new Promise<string>((resolve, reject) =>
      reads.push((value) => value instanceof Error ? reject(value) : resolve(value))
    );
  kept = new Kept(read, 100, () => nowMs);
});

describe("what was read", () => {
  test("is the same for all who ask meanwhile, and for a while", async () => {
    const both = [kept.get(), kept.get()];
    reads[0]!("first");
    expect(await Promise.all(both)).toEqual(["first", "first"]);
    nowMs = 99;
    expect(await kept.get()).toBe("first");
    expect(reads).toHaveLength(1);
  });

  test("is read again once it is old", async () => {
    const first = kept.get();
    reads[0]!("first");
    await first;
    nowMs = 100;
    const second = kept.get();
    reads[1]!("second");
    expect(await second).toBe("second");
  });

  test("is not kept when it could not be read", async () => {
    const first = kept.get();
    reads[0]!(new Error("away"));
    await expect(first).rejects.toThrow("away");
    const second = kept.get();
    reads[1]!("there");
    expect(await second).toBe("there");
  });

  test("is forgotten after an act, also what was begun before it", async () => {
    const before = kept.get();
    kept.forget();
    const after = kept.get();
    reads[0]!("before");
    expect(await before).toBe("before");
    reads[1]!("after");
    expect(await after).toBe("after");
    expect(await kept.get()).toBe("after");
  });
});
