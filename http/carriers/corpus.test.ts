import { describe, expect, test } from "vitest";
import { trackingStatuses } from "../../actors/parcel/status.ts";
import type { CarrierAdapter, NormalParcel } from "./adapter.ts";
import { loadCarriers } from "./load.ts";
import { allFiles, bodyOf, corpusOf, hasCorpus, parcelsOf } from "./testing/corpus.ts";

const adapters = [...(await loadCarriers()).values()];
const parsersOf = (adapter: CarrierAdapter) =>
  [adapter.callback, adapter.reply].map((parse) => parse.bind(adapter));

function expectWellFormed(parcel: NormalParcel) {
  expect(trackingStatuses).toContain(parcel.status);
  expect(parcel.trackingNumber).toBe(parcel.trackingNumber.trim());
  const moments = parcel.events.map(({ at }) => {
    expect(at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/);
    return Date.parse(at);
  });
  expect(moments).toEqual(moments.toSorted((one, other) => one - other));
  expect(parcel.events.every(({ status }) => trackingStatuses.includes(status))).toBe(true);
  for (const end of Object.values(parcel.estimatedDelivery ?? {})) {
    expect(end).toMatch(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)?$/);
  }
}

describe.skipIf(!hasCorpus)("real messages (skipped without ../shared/carriers)", () => {
  for (const adapter of adapters) {
    const rows = corpusOf(adapter);
    test.skipIf(rows.length === 0)(
      `${adapter.name} reads each of its own as a callback or as a reply`,
      () => {
        for (const { file } of rows) {
          const read = parsersOf(adapter).map((parse) => parcelsOf(parse, bodyOf(file)));
          expect(read.some((parcels) => parcels !== undefined) || /error|invalid/.test(file), file).toBe(
            true,
          );
          read.flatMap((parcels) => parcels ?? []).forEach(expectWellFormed);
        }
      },
    );

    test(`${adapter.name} reads anybody else's or finds it unreadable`, () => {
      for (const file of allFiles()) {
        for (const parse of parsersOf(adapter)) parcelsOf(parse, bodyOf(file))?.forEach(expectWellFormed);
      }
    });
  }
});
