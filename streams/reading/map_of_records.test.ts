import { expect, test } from "vitest";
import { evenPartitions } from "../partition_map.ts";
import type { BucketRange } from "../record.ts";
import { MapOfRecords, sameMap } from "./map_of_records.ts";

const mark = (sequence: number) => ({ sequence, hash: `h${sequence}` });
const at = (partition: number, range: BucketRange, split?: { child: number; range: BucketRange }) => ({
  partition,
  range,
  ...(split && { split }),
});

test("records say whose the buckets are: after splits, and of those that are silent what is known", () => {
  const map = new MapOfRecords(), known = evenPartitions(2);
  map.take(at(0, [0, 512]), mark(1));
  expect(sameMap(map.with(known), known)).toBe(true);
  map.take(at(0, [0, 256], { child: 2, range: [256, 512] }), mark(2));
  map.take(at(2, [256, 384], { child: 3, range: [384, 512] }), mark(3));
  map.take(at(0, [0, 256]), mark(4));
  const { partitions } = map.with(known);
  expect(partitions.toSorted((a, b) => a.partition - b.partition)).toEqual([
    { partition: 0, range: [0, 256] },
    { partition: 1, range: [512, 1024] },
    { partition: 2, range: [256, 384], origin: { partition: 0, sequence: 2, hash: "h2" } },
    { partition: 3, range: [384, 512], origin: { partition: 2, sequence: 3, hash: "h3" } },
  ]);
  expect(sameMap(map.with(known), known)).toBe(false);
});

test("a log that began with other partitions does not fit", () => {
  const map = new MapOfRecords();
  map.take(at(0, [0, 512]), mark(1));
  expect(() => map.with(evenPartitions(3))).toThrow(
    "Cannot use these records here: they are of a log with other partitions",
  );
});
