import { expect } from "vitest";
import type { Answer, Caller, CallOptions } from "./caller.ts";

/** A body that everyone may write out of API.md, with what a test changes. */
export function orderOf(orderNumber: string, sku: string, change: Record<string, unknown> = {}) {
  return {
    channel: "web",
    orderNumber,
    currency: "GBP",
    lines: [{ sku, quantity: 1, unitPrice: "2.55", taxRate: "0.20" }],
    ...change,
  };
}

/** The options of a GET that sees what this change did, also to other things than the one that it names. */
export function seeing({ headers }: Answer): CallOptions {
  const position = headers.get("waybill-position");
  expect(position).not.toBeNull();
  return { headers: { "waybill-position": position ?? "" } };
}

let receipts = 0;

/** Puts units of each SKU there; answers with what a GET sends to see everything that follows from it. */
export async function receive(
  caller: Caller,
  units: Readonly<Record<string, number>>,
  location = "LON1",
): Promise<CallOptions> {
  const lines = Object.entries(units).map(([sku, quantity]) => ({ sku, quantity }));
  const receipt = { location, reference: `PO-${++receipts}`, lines };
  const answer = await caller.post("/v1/stock/receipts", receipt);
  expect(answer.status, answer.text).toBe(201);
  return seeing(answer);
}

/** Runs `work` over all items with so many at a time, started in their order. */
export async function eachOf<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

/** How many answers have each status. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** A refusal as RFC 9457 wants it, with this name, and nothing of our insides. */
export function expectProblem({ status, headers, body, text }: Answer, wanted: number, name: string): void {
  expect({ status, text }).toMatchObject({ status: wanted });
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ type: `/problems/${name}`, status: wanted });
  expect(body).toMatchObject({ title: expect.stringMatching(/./), detail: expect.stringMatching(/./) });
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts\b/);
}
