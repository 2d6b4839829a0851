import { describe, expect, test } from "vitest";
import type { Stored } from "../streams/broker/broker.ts";
import { decodeRecord } from "../streams/record_text.ts";
import { hashOf } from "../streams/hash.ts";
import type { Mark } from "../streams/record.ts";
import { Chain, decodeLogRecord, nothingYet } from "./log_record.ts";

function stored(sequence: number, body: unknown): Stored {
  const payload = new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
  return { subject: "events.0", sequence, payload, headers: new Map(), storedAtMs: 0 };
}
const record = (sequence: number, previous: Mark, partition = 0) =>
  decodeLogRecord(stored(sequence, { format: 1, partition, previous, entries: [] }), decodeRecord);

describe("a record", () => {
  test("names its place and what was seen there", () => {
    const one = stored(7, { format: 1, entries: [] });
    expect(decodeLogRecord(one, decodeRecord)).toMatchObject({
      sequence: 7,
      hash: hashOf(one.payload),
      bytes: one.payload.length,
    });
  });

  test.each(["", "{", "null", "[]", '{"format":3}'])("%j is none", (text) => {
    expect(() => decodeLogRecord(stored(7, text), decodeRecord)).toThrow(
      expect.objectContaining({ code: "record.undecodable" }),
    );
  });
});

describe("the chain", () => {
  const first = record(3, nothingYet);
  const second = record(9, { sequence: 3, hash: first.hash });
  const lost = expect.objectContaining({ code: "log.lost" });

  test("goes on from record to record, whatever lies between their sequences", () => {
    const chain = new Chain(0, nothingYet);
    expect([first, second].map((one) => chain.admits(one))).toEqual([true, true]);
    expect(chain.mark).toEqual({ sequence: 9, hash: second.hash });
  });

  test("steps over what was seen before", () => {
    const chain = new Chain(0, { sequence: 9, hash: second.hash });
    expect([first, second].map((one) => chain.admits(one))).toEqual([false, false]);
  });

  test("breaks at a record that follows another one, a forked one, or none", () => {
    expect(() => new Chain(0, nothingYet).admits(second)).toThrow(lost);
    expect(() => new Chain(0, { sequence: 3, hash: "other" }).admits(second)).toThrow(lost);
    expect(() => new Chain(0, { sequence: 4, hash: first.hash }).admits(second)).toThrow(lost);
    expect(() => new Chain(0, { sequence: 3, hash: first.hash }).admits(record(9, nothingYet))).toThrow(lost);
  });

  test("is of one partition", () => {
    expect(() => new Chain(1, nothingYet).admits(first)).toThrow(lost);
  });
});
