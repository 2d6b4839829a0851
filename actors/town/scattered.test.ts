import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { auditAgreement, auditStock } from "./audit.ts";
import { auditReturns } from "./audit_returns.ts";
import { auditShipments } from "./audit_shipments.ts";
import { founding } from "./citizens.ts";
import { Scattered } from "./scattered.ts";
import { story } from "./story.ts";
import type { Call } from "./town.ts";

const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 60, size: "max" });

/**
 * Forced and plain adjustments that overlap on one SKU are not mixed: the mark of the one may make the other's commit fail, which
 * cannot happen in one partition, where a document is done before the next begins.
 */
const overlapping = fc.tuple(story, fc.boolean()).map(([calls, force]) =>
  calls.map((call) =>
    call.command.type === "adjustment" ? { ...call, command: { ...call.command, force } } : call
  )
);

/** Goes round and round through the numbers. */
function chooser(numbers: readonly number[]): (count: number) => number {
  let next = 0;
  return (count) => numbers[next++ % numbers.length]! % count;
}

/** A town in which all this happened, every next step as the numbers choose it. */
function scattered(calls: readonly Call[], numbers: readonly number[]): Scattered {
  const town = new Scattered();
  town.run(founding, () => 0);
  town.run(calls, chooser(numbers));
  return town;
}

describe("however messages, commands and timers fall between each other", () => {
  test("nothing is oversold, everyone is answered, and orders and SKUs agree in the end", () => {
    fc.assert(
      fc.property(overlapping, picks, (calls, numbers) => {
        const town = scattered(calls, numbers);
        auditStock(town);
        auditAgreement(town);
        auditShipments(town);
        auditReturns(town);
        expect(town.answers.size).toBe(Math.max(calls.length, founding.length));
      }),
      { numRuns: 120 },
    );
  });

  test("the same again gets the same answer, and changes nothing", () => {
    fc.assert(
      fc.property(overlapping, picks, (calls, numbers) => {
        const town = scattered(calls, numbers);
        const first = new Map(town.answers);
        const places = calls.map((call, i) => ({ call, i })).filter(({ call }) =>
          call.command.type === "place"
        );
        for (const { call, i } of places) {
          town.run([call], () => 0);
          const { replayed: _, ...again } = town.answers.get(0)! as { replayed?: boolean };
          const { replayed: __, ...before } = first.get(i)! as { replayed?: boolean };
          expect(again).toEqual(before);
        }
      }),
      { numRuns: 50 },
    );
  });
});
