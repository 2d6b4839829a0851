import { describe, expect, test } from "vitest";
import type { CarrierAdapter } from "./adapter.ts";
import { loadCarriers } from "./load.ts";
import { bodyOf, bytes, corpusOf, hasCorpus, parcelsOf } from "./testing/corpus.ts";
import { chanceOf } from "./testing/mutations.ts";
import { shuffled } from "./testing/shuffles.ts";

const permutations = 30;
const adapters = await loadCarriers();

/** Every parcel once, with its status: a body that repeats a parcel says the same of it. */
function statusesOf(adapter: CarrierAdapter, body: Uint8Array): readonly string[] | undefined {
  const parcels = parcelsOf((sent) => adapter.callback(sent), body) ??
    parcelsOf((sent) => adapter.reply(sent), body);
  return parcels && [
    ...new Set(
      parcels.map(({ trackingNumber, status, subStatus }) => `${trackingNumber} ${status} ${subStatus}`),
    ),
  ].sort();
}

function expectSameStatus(adapter: CarrierAdapter, body: Uint8Array, name: string) {
  const expected = statusesOf(adapter, body);
  if (expected === undefined) return;
  for (let seed = 0; seed < permutations; seed++) {
    const other = shuffled(body, chanceOf(seed));
    if (other === undefined) return;
    expect(statusesOf(adapter, other), `${name}, seed ${seed}`).toEqual(expected);
  }
}

const isText = (file: string) => !/error|invalid/.test(file);

describe("events in any order, some of them twice, end in the same status", () => {
  for (const adapter of adapters.values()) {
    test.skipIf(!hasCorpus || corpusOf(adapter).length === 0)(
      `${adapter.name} (skipped without ../shared/carriers)`,
      () => {
        for (const { file } of corpusOf(adapter).filter((row) => isText(row.file))) {
          expectSameStatus(adapter, bodyOf(file), file);
        }
      },
    );
  }

  test("generic", () => {
    const event = (status: string, day: string, subStatus?: string) => ({
      ...{ trackingNumber: "T1", status, subStatus, occurredAt: `2026-11-${day}T10:00:00Z` },
    });
    const events = [
      event("pre_transit", "01"),
      event("in_transit", "02", "accepted"),
      event("exception", "03", "held"),
      event("out_for_delivery", "04"),
      event("delivery_attempted", "04", "not_home"),
      { ...event("delivered", "05", "neighbour"), trackingNumber: "T2" },
    ];
    expectSameStatus(adapters.get("generic")!, bytes(JSON.stringify({ events })), "generic");
  });

  test("dhl", () => {
    const event = (statusCode: string, hour: string, description: string) => ({
      ...{ statusCode, description, timestamp: `2026-11-20T${hour}:00:00Z` },
    });
    const events = [
      event("pre-transit", "08", "The instruction data have been provided"),
      event("transit", "09", "Arrived at the depot"),
      event("transit", "10", "Out for delivery"),
      event("failure", "11", "The shipment is on hold"),
      event("transit", "11", "Ready for pick-up at the shop"),
    ];
    expectSameStatus(
      adapters.get("dhl")!,
      bytes(JSON.stringify({ shipments: [{ id: "1", events }] })),
      "dhl",
    );
  });
});
