import process from "node:process";
import { describe, expect, test } from "vitest";
import type { CarrierAdapter } from "./adapter.ts";
import { loadCarriers } from "./load.ts";
import { bodyOf, bytes, corpusOf, hasCorpus, parcelsOf } from "./testing/corpus.ts";
import { chanceOf, mutated } from "./testing/mutations.ts";

/**
 * Whatever is sent, a parser returns or says that it cannot read it, and soon. The long run, 10,000 mutations for each parser:
 *   WAYBILL_FUZZ=10000 npm test -- --quick http/carriers/fuzz
 */
const runs = Number(process.env.WAYBILL_FUZZ ?? 250);
const seed = Number(process.env.WAYBILL_FUZZ_SEED ?? 1);
const callMsMax = 5_000;
const testMsMax = 30_000 + runs * 60;

const samples = [
  "{}",
  "[]",
  '""',
  "<a/>",
  JSON.stringify({
    trackingNumber: "T1",
    status: "delivered",
    occurredAt: "2026-01-01T10:00:00Z",
    location: "Leeds",
  }),
  JSON.stringify({
    events: [{ trackingNumber: "T1", code: "X", occurredAt: "2026-01-01", estimatedDelivery: "2026-01-02" }],
  }),
].map(bytes);

const adapters = [...(await loadCarriers()).values()];
const seedsOf = (
  adapter: CarrierAdapter,
) => [...(hasCorpus ? corpusOf(adapter).map(({ file }) => bodyOf(file)) : []), ...samples];

function msOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))("%s", (_name, adapter) => {
  test.each(["callback", "reply"] as const)(`survives ${runs} mutations as a %s`, (kind) => {
    const seeds = seedsOf(adapter), parse = adapter[kind].bind(adapter);
    for (let run = 0; run < runs; run++) {
      const chance = chanceOf(seed * 1_000_003 + run), body = mutated(chance.pick(seeds), chance);
      const call = () => parcelsOf(parse, body);
      const told = () => `run ${run} of seed ${seed}: ${Buffer.from(body).toString("base64").slice(0, 4000)}`;
      let ms: number;
      try {
        ms = msOf(call);
      } catch (error) {
        throw new Error(told(), { cause: error });
      }
      // A busy machine may stop us for longer than that: only what is slow each time is slow.
      if (ms >= callMsMax) {
        expect(Math.min(msOf(call), msOf(call), msOf(call)), told()).toBeLessThan(callMsMax);
      }
    }
  }, testMsMax);

  test.skipIf(adapter.handshake === undefined)("gives any handshake an answer, or none", () => {
    for (let run = 0; run < runs; run++) {
      const chance = chanceOf(run),
        body = mutated(bytes('{"scope":"subscription.validate","secret":"s"}'), chance);
      expect(() => adapter.handshake?.(body)).not.toThrow();
    }
  });
});
