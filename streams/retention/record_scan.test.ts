import { describe, expect, test } from "vitest";
import { streamNames } from "../record.ts";
import { decodeRecord, headOf } from "../record_text.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { toyId } from "../testing/toys.ts";
import { scanRecord } from "./record_scan.ts";

describe("scanning a record", () => {
  test("the head of what a host writes is found without parsing the rest", async () => {
    const kit = new PartitionKit();
    const add = { type: "add", amount: 1 };
    const host = await kit.start();
    await kit.send([toyId("a"), add]);
    await kit.send([toyId(',"inputs":['), add]);
    while ((await kit.entries()).length < 2) await new Promise((done) => setTimeout(done, 5));
    await host.stop();
    const { lastSequence } = await kit.broker.info(streamNames.events);
    for (let sequence = 1; sequence <= lastSequence; sequence++) {
      const stored = (await kit.broker.at(streamNames.events, sequence))!;
      const record = decodeRecord(stored);
      expect(headOf(stored.payload)).toMatchObject({
        format: 2,
        previous: record.previous,
        read: record.read,
      });
    }
  });

  const stored = (json: string) => ({
    subject: "events.0",
    sequence: 7,
    payload: new TextEncoder().encode(json),
    headers: new Map<string, string>(),
    storedAtMs: 0,
  });
  const rest = '"entries":[],"out":[]';
  const read = '"read":{"commands":{"sequence":5,"hash":"h","taken":1,"of":2}}';

  test("any other order of the fields is understood too", () => {
    const odd = stored(`{"inputs":[],${rest},${read},"previous":{"sequence":6,"hash":"p"},"format":1}`);
    expect(headOf(odd.payload)).toBeUndefined();
    expect(scanRecord(odd)).toEqual({ previous: 6, passed: 4, wanted: [] });
  });

  test("a record of another format, or none at all, stops the reader", () => {
    for (
      const json of [`{"format":2,${read},"previous":{"sequence":6,"hash":""},"inputs":[]}`, "{", "null"]
    ) {
      expect(() => scanRecord(stored(json))).toThrow();
    }
  });
});
