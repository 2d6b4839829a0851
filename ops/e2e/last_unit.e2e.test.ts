import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectOneTruth } from "./books.ts";
import type { Answer } from "./caller.ts";
import { eachOf, expectProblem, orderOf, receive, tally } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const everyoneAtOnce = 500;

let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
});
afterAll(() => system?.remove());

const buy = (number: string, sku: string, change: Record<string, unknown> = {}) =>
  system.post("/v1/orders", orderOf(number, sku, change));
const buyAll = (numbers: readonly string[], sku: string, atOnce = everyoneAtOnce) =>
  eachOf(numbers, atOnce, (number) => buy(number, sku));
const numbersOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
const bodyText = ({ text }: Answer) => text;

describe("buyers of the last unit", () => {
  test("500 at once: exactly one gets it, and is told so whenever it asks again", async () => {
    await receive(system, { LAST: 1 });
    const numbers = numbersOf("last", 500);
    const answers = await buyAll(numbers, "LAST");
    expect(tally(answers)).toEqual({ 201: 1, 409: 499 });
    const [refused] = answers.filter(({ status }) => status === 409);
    expectProblem(refused!, 409, "insufficient-stock");
    expect(refused?.body).toMatchObject({
      errors: [{ pointer: "/lines/0/quantity", requested: 1, available: 0 }],
    });
    const again = await buyAll(numbers, "LAST");
    expect(again.map(bodyText)).toEqual(answers.map(bodyText));
    expect(new Set(again.map(({ headers }) => headers.get("idempotent-replayed")))).toEqual(
      new Set(["true"]),
    );
  });

  test("the same order sent several times is one order; another body under its number is refused", async () => {
    await receive(system, { TWIN: 1 });
    const numbers = numbersOf("twin", 125);
    // Four of each at once: three alike, and between them one that asks for more.
    const sent = numbers.flatMap((number) => [
      { number, other: false },
      { number, other: false },
      { number, other: true },
      { number, other: false },
    ]);
    const more = { lines: [{ sku: "TWIN", quantity: 1, unitPrice: "2.56", taxRate: "0.20" }] };
    const answers = await eachOf(
      sent,
      everyoneAtOnce,
      ({ number, other }) => buy(number, "TWIN", other ? more : {}),
    );
    const winners = new Set<string>();
    for (const [i, number] of numbers.entries()) {
      const [first, second, other, third] = answers.slice(i * 4, i * 4 + 4);
      const decided = [first, second, other, third].filter((answer) => answer?.status !== 422);
      const refused = [first, second, other, third].filter((answer) => answer?.status === 422);
      // Whichever body came first is the order; the others under its number are either it again, or refused.
      expect(new Set(decided.map((answer) => answer?.text)).size).toBe(1);
      expect([1, 3]).toContain(refused.length);
      for (const answer of refused) expectProblem(answer!, 422, "idempotency-mismatch");
      if (decided[0]?.status === 201) winners.add(number);
      else expect(decided[0]?.status).toBe(409);
    }
    expect(winners.size).toBe(1);
  });

  test("100 units in a flash sale over 64 connections: 100 orders, whole, and nothing left", async () => {
    await receive(system, { FLASH: 60 }, "LON1");
    await receive(system, { FLASH: 40 }, "LON2");
    const answers = await buyAll(numbersOf("flash", 1_000), "FLASH", 64);
    expect(tally(answers)).toEqual({ 201: 100, 409: 900 });
    const { body } = await system.get("/v1/stock/FLASH");
    expect(body).toMatchObject({
      available: 0,
      backordered: 0,
      locations: [
        { location: "LON1", sellable: 60, allocated: 60, reserved: 0, available: 0 },
        { location: "LON2", sellable: 40, allocated: 40, reserved: 0, available: 0 },
      ],
    });
  });

  test("two SKUs wanted in opposite order: nobody waits for the other for ever, and no unit is lost", async () => {
    await receive(system, { LEFT: 40, RIGHT: 40 });
    const pair = (i: number) =>
      (i % 2 === 0 ? ["LEFT", "RIGHT"] : ["RIGHT", "LEFT"])
        .map((sku) => ({ sku, quantity: 1, unitPrice: "1" }));
    const answers = await eachOf(
      numbersOf("pair", 200),
      64,
      (number) => buy(number, "", { lines: pair(Number(number.split("-")[1])) }),
    );
    expect(tally(answers)).toEqual({ 201: 40, 409: 160 });
  });

  test("afterwards the log, the edge's memory and the rows tell the same", async () => {
    const books = await expectOneTruth(system);
    expect([...books.decided].filter(([, times]) => times > 1)).toEqual([]);
  });
});
