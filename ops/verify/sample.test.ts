import { describe, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import type { Entry } from "../../streams/record.ts";
import { Sample, type SampleLimits } from "./sample.ts";

describe("a sample", () => {
  const entryOf = (key: string, version: number): Entry => ({
    ...{ actor: actorId("sku", key), version, cause: 0, type: "sku.described", v: 1 },
    data: { description: key, stocked: true, backorderLimit: null },
  });
  const taken = (limits: Partial<SampleLimits>, actors: number, versions = 1) => {
    const sample = new Sample(0.3, { actorsMax: 1_000, entriesMax: 10_000, charsMax: 1e6, ...limits });
    for (let version = 1; version <= versions; version++) {
      for (let n = 0; n < actors; n++) sample.take(entryOf(`S${n}`, version), version, 100);
    }
    return sample;
  };

  test("holds all actors as long as they fit", () => {
    expect(taken({ actorsMax: 10 }, 10).actors).toHaveLength(10);
  });

  test.each([
    { limits: { actorsMax: 20 }, actorsMax: 20 },
    { limits: { entriesMax: 60 }, actorsMax: 20 },
    { limits: { charsMax: 6_000 }, actorsMax: 20 },
  ])("holds some, with all of their events, where there are too many: $limits", ({ limits, actorsMax }) => {
    const sample = taken(limits, 200, 3);
    expect(sample.actors.length).toBeGreaterThan(0);
    expect(sample.actors.length).toBeLessThanOrEqual(actorsMax);
    for (const actor of sample.actors) {
      const life = sample.life(actor)!;
      expect(life.at(2)?.version).toBe(2);
      expect(life.ofVersion(3)?.version).toBe(3);
      expect(life.ofVersion(1)?.version).toBe(1);
      expect(life.ofVersion(4)).toBeUndefined();
      expect(life.at(0)).toBeUndefined();
    }
  });
});
