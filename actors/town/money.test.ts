import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { booksOf } from "../order/money_state.ts";
import { order } from "../order/order.ts";
import type { KnownOrder } from "../order/state.ts";
import { auditMoney, documentsOf, orderActor } from "./audit_money.ts";
import { founding } from "./citizens.ts";
import { credit } from "./money_citizens.ts";
import { moneyStory } from "./money_story.ts";
import { Town } from "./town.ts";

describe("an order's money, whatever is shipped, cancelled and credited", () => {
  test("adds up after every command: invoices, credits and what is left of them", () => {
    fc.assert(
      fc.property(moneyStory, (calls) => {
        const town = new Town();
        for (const call of [...founding, ...calls]) {
          town.call(call);
          auditMoney(town);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("asking twice is asking once", () => {
    fc.assert(
      fc.property(moneyStory, (calls) => {
        const town = new Town();
        for (const call of [...founding, ...calls]) {
          const first = town.call(call), events = town.eventCount();
          const again = town.call(call);
          expect(town.eventCount()).toBe(events);
          expect({ ...again, replayed: true }).toEqual({ ...first, replayed: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a credit of all that is left takes it to the last minor unit", () => {
    fc.assert(
      fc.property(moneyStory, (calls) => {
        const town = new Town();
        for (const call of [...founding, ...calls, credit(1, {}, "the rest")]) town.call(call);
        auditMoney(town);
        const state = town.state<KnownOrder>(order, orderActor(1));
        const sum = (type: string) =>
          documentsOf(town).filter((document) => document.type === type)
            .reduce((total, { total: text }) => total + BigInt(text.replace(".", "")), 0n);
        if (state.phase !== "open" || booksOf(state).invoices.length === 0) return;
        expect(sum("credit_note")).toBe(sum("invoice"));
      }),
      { numRuns: 100 },
    );
  });
});
