import { describe, expect, test } from "vitest";
import type { CarrierAdapter, NormalParcel } from "../adapter.ts";
import { bodyOf, corpusOf, type CorpusRow, expectedShipments, hasCorpus, parcelsOf } from "./corpus.ts";

/** What a source asserts and we do not, each with the reason. */
export interface Differences {
  /** By file: the statuses that we give instead, or of all its parcels where the index names the first one's. */
  readonly statuses?: { readonly [file: string]: readonly string[] };
  /** What the index writes of a reply and not of a parcel: we have no sub-status for it. */
  readonly noNews?: readonly string[];
  /** Codes that no table has. */
  readonly unmapped?: readonly string[];
  /** Its callbacks have a shape of their own; elsewhere either way of reading comes to the same. */
  readonly callbacksDiffer?: true;
}

/** What an adapter makes of the messages that others recorded or published of its carrier: statuses, and every event in its place. */
export function recordedSpecs(adapter: CarrierAdapter, differences: Differences = {}): void {
  const { statuses = {}, noNews = [], unmapped = [], callbacksDiffer } = differences;
  const rows = corpusOf(adapter);
  const read = ({ file, kind }: Pick<CorpusRow, "file" | "kind">) =>
    parcelsOf(
      (body) => kind.includes("webhook") ? adapter.callback(body) : adapter.reply(body),
      bodyOf(file),
    );

  describe.skipIf(!hasCorpus)(
    `recorded messages of ${adapter.title ?? adapter.name} (skipped without ../shared/carriers)`,
    () => {
      test("there are some", () => expect(rows).not.toEqual([]));

      test.each(rows)("$file has the status that its source asserts", (row) => {
        const parcels = read(row), expected = statuses[row.file] ?? row.statuses;
        if (row.kind.endsWith("error_response") && !parcels?.length) return;
        if (expected.length > 0) expect(parcels?.map(({ status }) => status)).toEqual(expected);
        if (row.subStatus !== "" && !noNews.includes(row.subStatus)) {
          expect(parcels?.map(({ subStatus }) => subStatus)).toContain(row.subStatus);
        }
        const unknown = parcels?.flatMap((parcel) => parcel.unmapped ?? []) ?? [];
        expect(unknown.filter((code) => !unmapped.includes(code))).toEqual([]);
      });

      test.skipIf(callbacksDiffer).each(rows)("$file reads the same as the other kind of message", (row) => {
        const kind = row.kind.includes("webhook") ? "reply" : "webhook";
        expect(read({ ...row, kind })).toEqual(read(row));
      });

      const ofFile = new Map(rows.map((row) => [row.file, row]));
      const shipments = expectedShipments.filter(({ file }) => ofFile.has(file));
      test.skipIf(shipments.length === 0).each(shipments)(
        "$tracking_number has the events of the second opinion",
        ({ file, tracking_number, events }) => {
          const parcels = read(ofFile.get(file)!) ?? [];
          const parcel = parcels.find(({ trackingNumber }) => trackingNumber === tracking_number) ??
            parcels[0];
          expectEvents(parcel, events);
        },
      );
    },
  );
}

type Expected = (typeof expectedShipments)[number]["events"];

/** Each code as often, and in the sequence of their times where the second opinion has any: some list the newest first. */
function expectEvents(parcel: NormalParcel | undefined, events: Expected): void {
  const codes = events.map(({ code }) => code ?? "");
  const ours = parcel?.events.map(({ carrierCode }) => carrierCode) ?? [];
  const newestFirst = (events[0]?.timestamp ?? "") >= (events.at(-1)?.timestamp ?? "");
  expect(ours).toEqual(newestFirst ? codes.toReversed() : codes);
}
