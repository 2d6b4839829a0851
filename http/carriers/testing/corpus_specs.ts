import { describe, expect, test } from "vitest";
import { type CarrierAdapter, type NormalParcel, Unreadable } from "../adapter.ts";
import { corpusIsThere, expectedEventsOf, orWhyNot, type Recorded, recordedOf } from "./shared_corpus.ts";

const isCallback = ({ kind }: Recorded) => kind.includes("webhook");

/** `undefined`: unreadable. Any other error fails the test that asked. */
export function readRecorded(
  adapter: CarrierAdapter,
  recorded: Recorded,
): readonly NormalParcel[] | undefined {
  try {
    return isCallback(recorded) ? adapter.callback(recorded.body) : adapter.reply(recorded.body);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** What every adapter makes of the payloads that others recorded or published of its provider. */
export function corpusSpecs(adapter: CarrierAdapter): void {
  const recorded = recordedOf(adapter.name);
  describe.skipIf(!corpusIsThere)(`recorded payloads of ${adapter.title ?? adapter.name}${orWhyNot}`, () => {
    test.each(recorded)("$file reads as $status $subStatus", (one) => {
      const parcels = readRecorded(adapter, one);
      if (one.status === "") return;
      const { status, subStatus } = one;
      expect(parcels).toHaveLength(1);
      expect(parcels![0]).toMatchObject(subStatus === "" ? { status } : { status, subStatus });
    });

    test.each(recorded)("$file reads the same as the other kind of message", (one) => {
      const kind = isCallback(one) ? "reply" : "webhook";
      expect(readRecorded(adapter, { ...one, kind })).toEqual(readRecorded(adapter, one));
    });

    const expected = expectedEventsOf(adapter.name);
    test.skipIf(expected.length === 0)("its events are those of the second opinion", () => {
      for (const { file, tracking_number, events } of expected) {
        const one = recorded.find((candidate) => candidate.file === file)!;
        const parcel = readRecorded(adapter, one)!.find(({ trackingNumber }) =>
          trackingNumber === tracking_number
        )!;
        const oldestFirst = events.toSorted((a, b) => (a.timestamp ?? "") < (b.timestamp ?? "") ? -1 : 1);
        expect(parcel.events.map(({ carrierCode }) => carrierCode)).toEqual(
          oldestFirst.map(({ code }) => code),
        );
      }
    });
  });
}
