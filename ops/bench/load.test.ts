import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderIdOf } from "../../http/order_id.ts";
import { newHistogram, percentileMs, record } from "./histogram.ts";
import { newResponseReader } from "./response_reader.ts";
import { postsOf } from "./workload.ts";

describe("the histogram", () => {
  test("a percentile is off by less than 1 %", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1 }), (values) => {
      const histogram = newHistogram();
      for (const value of values) record(histogram, value);
      const sorted = [...values].sort((a, b) => a - b);
      for (const share of [0.5, 0.95, 0.99, 1]) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
        const told = percentileMs(histogram, share) * 1000;
        expect(told).toBeGreaterThanOrEqual(exact - 0.5);
        expect(told).toBeLessThanOrEqual(exact * 1.01 + 0.5);
      }
    }));
  });
  test("is 0 when nothing was recorded", () => expect(percentileMs(newHistogram(), 0.99)).toBe(0));
});

describe("reading responses", () => {
  const plain = (status: number, body: string) =>
    `HTTP/1.1 ${status} X\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const chunked = (status: number, ...chunks: string[]) =>
    `HTTP/1.1 ${status} X\r\ntransfer-encoding: chunked\r\n\r\n` +
    [...chunks, ""].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");

  test("finds each one's end, however the bytes arrive", () => {
    const stream = [
      plain(201, "{}"),
      chunked(409, "abc", "0\r\n\r\n"),
      plain(204, ""),
      plain(503, "HTTP/1.1 200"),
    ];
    const bytes = Buffer.from(stream.join(""));
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: bytes.length })), (cuts) => {
      const reader = newResponseReader();
      const ends = [...new Set(cuts), bytes.length].sort((a, b) => a - b);
      const statuses = ends.flatMap((end, index) => reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
      expect(statuses).toEqual([201, 409, 204, 503]);
    }));
  });
  test("a response without an end is an error", () =>
    expect(() => newResponseReader().push(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"))).toThrow(
      "Cannot read response",
    ));
});

describe("order bodies", () => {
  test("every system gets the same orders, no two with one number", () => {
    const make = () => {
      const post = postsOf({ workload: "W2", run: "r", seed: 7 });
      return () => post().body;
    };
    const [first, second] = [make(), make()];
    const bodies = Array.from({ length: 100 }, () => first());
    expect(bodies).toEqual(Array.from({ length: 100 }, () => second()));
    expect(new Set(bodies.map((body) => JSON.parse(body).orderNumber)).size).toBe(100);
    for (const body of bodies) {
      const skus = JSON.parse(body).lines.map(({ sku }: { sku: string }) => sku);
      expect(new Set(skus).size).toBe(3);
    }
  });

  test("each order of the one run is shipped whole by the other", () => {
    const [order, parcel] = (["to_ship", "ship"] as const).map((workload) =>
      postsOf({ workload, run: "r", seed: 7 })
    );
    for (let n = 0; n < 100; n++) {
      const { orderNumber, channel, lines } = JSON.parse(order!().body), { path, body } = parcel!();
      expect(path).toBe(`/v1/orders/${orderIdOf(channel, orderNumber)}/shipments`);
      const skus = (all: { sku: string; quantity: number }[]) =>
        all.map(({ sku, quantity }) => [sku, quantity]);
      expect(skus(JSON.parse(body).lines)).toEqual(skus(lines));
    }
  });
});
