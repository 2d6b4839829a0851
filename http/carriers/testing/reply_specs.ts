import { describe, expect, test } from "vitest";
import type { CarrierAdapter } from "../adapter.ts";
import { bodyOf, corpusOf, type CorpusRow, expectedShipments, hasCorpus } from "./corpus.ts";

interface Notes {
  /** What the index writes of a reply and not of a parcel: we have no sub-status for it. */
  readonly noNews?: readonly string[];
  /** How a row is read; as a reply, which callbacks look like, unless the carrier's callbacks are of another shape. */
  readonly isCallback?: (row: CorpusRow) => boolean;
}

/** What an adapter makes of recorded replies of one parcel each: status, sub-status, and every event in its place. */
export function replySpecs(adapter: CarrierAdapter, { noNews = [], isCallback }: Notes = {}): void {
  const rows = corpusOf(adapter);
  describe.skipIf(!hasCorpus)(
    `recorded messages of ${adapter.title ?? adapter.name} (skipped without ../shared/carriers)`,
    () => {
      test("there are some", () => expect(rows).not.toEqual([]));

      test.each(rows.map((row) => [row.file, row] as const))("%s", (file, row) => {
        const body = bodyOf(file),
          [parcel] = isCallback?.(row) ? adapter.callback(body) : adapter.reply(body);
        if (!isCallback) expect(adapter.callback(body)[0]).toEqual(parcel);
        if (row.kind === "carrier_error_response" && parcel === undefined) return;
        expect(parcel!.status).toBe(row.statuses[0] ?? "unknown");
        if (row.subStatus !== "" && !noNews.includes(row.subStatus)) {
          expect(parcel!.subStatus).toBe(row.subStatus);
        }
        expect(parcel!.unmapped).toBeUndefined();
      });

      const files = new Set(rows.map(({ file }) => file));
      const expected = expectedShipments.filter(({ file }) => files.has(file));
      test.each(expected.map((one) => [one.tracking_number, one] as const))(
        "%s has the events of the second opinion",
        (number, { file, events }) => {
          const [parcel] = adapter.reply(bodyOf(file));
          expect(parcel!.trackingNumber).toBe(number);
          expect(parcel!.events.map(({ carrierCode }) => carrierCode)).toEqual(
            events.map(({ code }) => code).reverse(),
          );
        },
      );
    },
  );
}
