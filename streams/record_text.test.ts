import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { ActorId } from "../actors/ids.ts";
import type { Stored } from "./broker/broker.ts";
import { type Entry, type Input, type Pending, recordFormat, type RecordHead } from "./record.ts";
import {
  decodeEntries,
  decodeRecord,
  decodeSends,
  decodeStart,
  encodeRecord,
  headOf,
  pickEntries,
} from "./record_text.ts";

const head: RecordHead = {
  format: recordFormat,
  turn: "t",
  partition: 0,
  previous: { sequence: 6, hash: "p" },
  epoch: 1,
  atMs: 5,
  read: { commands: { sequence: 3, hash: "c", taken: 1, of: 1 }, peers: { sequence: 2, hash: "d" } },
  range: [0, 512],
  took: 0,
  out: [],
  timers: [],
  dead: [],
  parked: [],
};
const results = [{ id: "c1", outcome: "ok" }];
const stored = (payload: Uint8Array): Stored => ({
  subject: "events.0",
  sequence: 7,
  payload,
  headers: new Map(),
  storedAtMs: 0,
});
const textOf = (text: string) => stored(new TextEncoder().encode(text));
interface Lists {
  readonly sends?: readonly Pending[];
  readonly inputs?: readonly Input[];
  readonly entries?: readonly Entry[];
}
const lines = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one));
const encoded = ({ sends = [], inputs = [], entries = [] }: Lists) =>
  stored(
    encodeRecord(head, { sends: lines(sends), inputs: lines(inputs), results, entries: lines(entries) }),
  );

const awkward = fc.constantFrom(
  "plain",
  '\n{"actor":"sku:forged","version":1},',
  ',"inputs":[\n',
  '},\n{"actor":"sku:',
  "\u2028 é 🧾",
  "\\n",
);
const entry: fc.Arbitrary<Entry> = fc.record({
  actor: fc.tuple(fc.constantFrom("sku", "order"), awkward).map(([kind, key]) => `${kind}:${key}` as ActorId),
  version: fc.integer({ min: 1, max: 9 }),
  cause: fc.nat(3),
  type: fc.constant("happened"),
  v: fc.constant(1),
  data: fc.record({ text: awkward, actor: awkward }),
});
const input: fc.Arbitrary<Input> = fc.record({
  id: awkward,
  atMs: fc.nat(),
  to: awkward.map((key) => `order:${key}` as ActorId),
  command: fc.record({ type: awkward }),
});

const entriesOf = (...actors: string[]): Entry[] =>
  actors.map((actor) => ({
    actor: actor as ActorId,
    version: 1,
    cause: 0,
    type: "happened",
    v: 1,
    data: {},
  }));
const send: fc.Arbitrary<Pending> = fc.record({
  to: awkward.map((key) => `sku:${key}` as ActorId),
  from: awkward.map((key) => `order:${key}` as ActorId),
  message: fc.record({ type: awkward }),
  cause: fc.record({ id: awkward, atMs: fc.nat() }),
});

describe("a record as text", () => {
  test("is read as it was written, whole, without inputs, or of some actors alone", () => {
    fc.assert(
      fc.property(fc.array(send), fc.array(input), fc.array(entry), (sends, inputs, entries) => {
        const record = encoded({ sends, inputs, entries });
        expect(decodeRecord(record)).toEqual({ ...head, sends, inputs, results, entries });
        expect(decodeSends(record)).toEqual({ ...head, sends });
        expect(headOf(record.payload)).toEqual(head);
        for (const kind of ["sku", "order", "other"]) {
          const own = entries.filter(({ actor }) => actor.startsWith(`${kind}:`));
          const wanted = (actor: string) => actor.startsWith(`${kind}:`);
          expect(decodeEntries(record, wanted)).toEqual({ ...head, entries: own });
          expect(pickEntries(record, wanted).entries).toEqual(own);
        }
        for (const { actor } of entries) {
          const own = entries.filter((entry) => entry.actor === actor);
          expect(decodeEntries(record, (found) => found === actor).entries).toEqual(own);
        }
        expect(decodeEntries(record)).toEqual({ ...head, entries });
      }),
    );
  });

  test("of some actors is read as well when it was written on one line", () => {
    const entries = entriesOf("sku:a", "order:b");
    const record = textOf(JSON.stringify({ ...head, sends: [], inputs: [], results, entries }));
    expect(decodeEntries(record, (actor) => actor.startsWith("sku:")).entries).toEqual([entries[0]]);
    expect(pickEntries(record, (actor) => actor.startsWith("sku:")).entries).toEqual([entries[0]]);
  });

  describe("of which only the start is asked", () => {
    const waiting = fc.constantFrom("out", "split", "parked").chain((name) =>
      awkward.map((text) => ({ [name]: [text], nested: { out: [], split: { child: 7 } } }))
    );
    const start = {
      format: head.format,
      previous: head.previous,
      atMs: head.atMs,
      range: head.range,
      turn: head.turn,
      partition: head.partition,
      epoch: head.epoch,
      read: head.read,
      took: head.took,
    };
    const lists = { sends: [], inputs: [], results: [], entries: [] };
    const split = { child: 3, range: [512, 1024] } as const;
    const saysIt = (own: object, whole: object) =>
      expect(decodeStart(stored(encodeRecord(whole as RecordHead, lists)))).toMatchObject(own);

    test("says the same, whatever waits and wherever it stands", () => {
      fc.assert(fc.property(fc.array(waiting), (some) => {
        const [out, parked] = [some, some];
        saysIt(start, { ...start, out, timers: [], dead: [], parked });
        saysIt({ ...start, split }, { ...start, out, split, timers: [], dead: [], parked });
        saysIt({ ...start, split }, { ...start, split, out, timers: [], dead: [], parked });
        saysIt({ ...start, split }, { parked, out, split, ...start });
      }));
    });

    test("does not parse what waits", () => {
      const bytes = encodeRecord(
        { ...start, out: ["broken"], timers: [], dead: [], parked: [] } as never,
        lists,
      );
      const text = new TextDecoder().decode(bytes).replace('"broken"', '"broken');
      expect(decodeStart(textOf(text))).toEqual(start);
      expect(() => decodeEntries(textOf(text))).toThrow("it is not JSON");
    });
  });

  test("of format 1 is one that sends nothing and owns all buckets", () => {
    const { range: _range, ...rest } = head, { peers: _peers, ...read } = head.read;
    const older = { ...rest, format: 1, read };
    const [one] = entriesOf("sku:a");
    const json = JSON.stringify({ ...older, inputs: [], results, entries: [one] });
    const asToday = { ...head, read: { ...read, peers: { sequence: 0, hash: "" } }, range: [0, 1024] };
    const spelt = [json, json.replace('"inputs":[', '"inputs":[\n').replace('"entries":[', '"entries":[\n')];
    for (const text of [spelt[0]!, `${spelt[1]!.slice(0, -2)}\n]}`]) {
      expect(decodeEntries(textOf(text))).toEqual({ ...asToday, entries: [one] });
      expect(decodeStart(textOf(text))).toMatchObject({ range: asToday.range, read: asToday.read });
      expect(decodeSends(textOf(text))).toEqual(expect.objectContaining({ ...asToday, sends: [] }));
      expect(decodeRecord(textOf(text))).toEqual({
        ...asToday,
        sends: [],
        inputs: [],
        results,
        entries: [one],
      });
    }
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    '{"format":3}',
    '{"format":3,"inputs":[\n\n],"results":[],"entries":[\n\n]}',
  ])(
    "%j is none",
    (text) => {
      const undecodable = expect.objectContaining({ code: "record.undecodable" });
      expect(() => decodeRecord(textOf(text))).toThrow(undecodable);
      expect(() => decodeEntries(textOf(text))).toThrow(undecodable);
      expect(() => decodeStart(textOf(text))).toThrow(undecodable);
      expect(headOf(textOf(text).payload)).toBeUndefined();
    },
  );
});
