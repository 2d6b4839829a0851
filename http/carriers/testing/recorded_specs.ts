import { describe, expect, test } from "vitest";
import type { CarrierAdapter } from "../adapter.ts";
import { bodyOf, corpusOf, expectedShipments, hasCorpus } from "./corpus.ts";

/** What a source asserts and we do not, each with the reason. */
export interface Differences {
  /** By file: the statuses that we give instead. */
  readonly statuses?: { readonly [file: string]: readonly string[] };
  /** By tracking number. */
  readonly events?: { readonly [trackingNumber: string]: string };
}

/** Compares an adapter with what the sources of the real messages assert: statuses, and how many events of which codes in which order. */
export function expectCorpus(
  adapter: CarrierAdapter,
  { statuses = {}, events = {} }: Differences = {},
): void {
  describe.skipIf(!hasCorpus)("real messages (skipped without ../shared/carriers)", () => {
    test.each(corpusOf(adapter).map((row) => [row.file, row] as const))(
      "%s has the status that its source asserts",
      (file, row) => {
        const parcels = adapter.reply(bodyOf(file));
        const expected = statuses[file] ?? row.statuses;
        if (expected.length > 0) expect(parcels.map(({ status }) => status)).toEqual(expected);
        if (row.subStatus !== "") expect(parcels.map(({ subStatus }) => subStatus)).toContain(row.subStatus);
      },
    );

    const files = new Set(corpusOf(adapter).map(({ file }) => file));
    const shipments = expectedShipments.filter(({ file, tracking_number }) =>
      files.has(file) && !events[tracking_number]
    );
    test.each(shipments.map((shipment) => [shipment.tracking_number, shipment] as const))(
      "%s has the events that karrio reads",
      (number, shipment) => {
        const parcels = adapter.reply(bodyOf(shipment.file));
        const parcel = parcels.find(({ trackingNumber }) => trackingNumber === number) ?? parcels[0];
        const ours = parcel?.events.map(({ carrierCode }) => carrierCode) ?? [];
        expect(ours.toSorted()).toEqual(shipment.events.map(({ code }) => code ?? "").toSorted());
        expect(parcel?.events.at(-1)?.carrierCode).toBe(shipment.events[0]?.code);
      },
    );
  });
}
