import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { Json } from "../actors/actor.ts";
import type { Reply } from "./record.ts";
import { decodeReplies, encodeReplies, encodeReply } from "./reply_text.ts";

const at = { partition: 3, sequence: 77 };
const awkward = fc.oneof(fc.string(), fc.constantFrom('"', "\n", "\\", '","ok":true,"value":1}', "\u2028"));
const flagged = (replayed: boolean) => replayed ? { replayed: true } : {};
const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({ id: awkward, value: fc.jsonValue(), replayed: fc.boolean() })
    .map(({ id, value, replayed }): Reply => ({ id, ok: true, value: value as Json, ...flagged(replayed) })),
  fc.record({ id: awkward, reason: awkward, detail: awkward, replayed: fc.boolean() })
    .map(({ id, replayed, ...rejection }): Reply => ({ id, ok: false, rejection, ...flagged(replayed) })),
  fc.record({ id: awkward, defect: awkward }),
);
const textOf = (one: Reply) => {
  if (!("ok" in one) || !one.ok) return one;
  const { value, ...rest } = one;
  return { ...rest, json: JSON.stringify(value) };
};

describe("a pack of replies", () => {
  test("is JSON, and is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1 }), (replies) => {
        const payload = encodeReplies(at, replies.map(encodeReply));
        expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(
          JSON.parse(JSON.stringify({ ...at, replies })),
        );
        expect(decodeReplies(payload)).toEqual({ ...at, replies: replies.map(textOf) });
      }),
    );
  });

  test("names the records of other partitions that its answers imply", () => {
    const also = { ...at, sources: [[1, 70], [12, 75]] as const };
    const replies: Reply[] = [{ id: "c1", ok: true, value: 1 }];
    const payload = encodeReplies(also, replies.map(encodeReply));
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ ...also, replies });
    expect(decodeReplies(payload)).toEqual({ ...also, replies: replies.map(textOf) });
  });

  test("is understood in any other spelling of the same JSON", () => {
    const spelled =
      '{ "replies": [{"value": [1, 2], "ok": true, "id": "c1"}], "sequence": 7, "partition": 0 }';
    expect(decodeReplies(new TextEncoder().encode(spelled))).toEqual({
      partition: 0,
      sequence: 7,
      replies: [{ id: "c1", ok: true, json: "[1,2]" }],
    });
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    '{"replies":[{}]}',
    '{"partition":0,"sequence":1,"replies":[\n{"id":\n]}',
  ])(
    "%j is none",
    (text) => expect(decodeReplies(new TextEncoder().encode(text))).toBeUndefined(),
  );
});
