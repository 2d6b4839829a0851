import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { Answer } from "../actor.ts";
import { type ActorId, actorId, keyOf } from "../ids.ts";
import { order } from "../order/order.ts";
import { parcel } from "../parcel/parcel.ts";
import { orderReturn } from "../return/return.ts";
import { sku } from "../sku/sku.ts";
import { auditAgreement, auditStock } from "./audit.ts";
import { auditReturns } from "./audit_returns.ts";
import { auditShipments } from "./audit_shipments.ts";
import { founding } from "./citizens.ts";
import { story } from "./story.ts";
import { type Call, Town } from "./town.ts";

function founded(deliveriesMax?: number): Town {
  const town = new Town(deliveriesMax);
  for (const call of founding) town.call(call);
  return town;
}
describe("whatever happens in town", () => {
  test("nothing is oversold, nothing is lost, and orders and SKUs agree after every command", () => {
    fc.assert(
      fc.property(story, (calls) => {
        const town = founded();
        for (const call of calls) {
          town.call(call);
          auditStock(town);
          auditAgreement(town);
          auditShipments(town);
          auditReturns(town);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("every command is answered, and asking twice is asking once", () => {
    fc.assert(
      fc.property(story, (calls) => {
        const town = founded();
        for (const call of calls) {
          const first = town.call(call);
          expect(first).toBeDefined();
          const before = town.eventCount();
          const again = town.call(call);
          expect(town.eventCount()).toBe(before);
          expect(withoutMark(again!)).toEqual(withoutMark(first!));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("the first answer to an order stands to the end", () => {
    fc.assert(
      fc.property(story, (calls) => {
        const town = founded();
        const first = new Map<ActorId, { call: Call; answer: Answer }>();
        for (const call of calls) {
          const answer = town.call(call)!;
          if (call.command.type === "place" && !first.has(call.to)) first.set(call.to, { call, answer });
        }
        for (const { call, answer } of first.values()) {
          expect(town.call(call)).toEqual({ ...answer, replayed: true });
        }
      }),
      { numRuns: 40 },
    );
  });

  test("any split of the work into turns gives the same events and answers", () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 1, max: 9 }), (calls, deliveriesMax) => {
        const whole = founded(), split = founded(deliveriesMax);
        for (const call of calls) {
          whole.call(call);
          split.call(call);
        }
        expect(Object.fromEntries(split.events)).toEqual(Object.fromEntries(whole.events));
        expect([...split.answers]).toEqual([...whole.answers]);
        expect(whole.turns).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test("a state is the fold of its events", () => {
    fc.assert(
      fc.property(story, (calls) => {
        const town = founded();
        for (const call of calls) town.call(call);
        for (const actor of [order, sku, parcel, orderReturn]) {
          for (const id of town.actors(actor.kind)) {
            const events = (town.events.get(id) ?? []) as never[];
            const folded = events.reduce(actor.evolve as never, actor.initial(keyOf(id)) as never);
            expect(actor.encode(folded)).toEqual(
              actor.encode(town.state(actor, actorId(actor.kind as "sku", keyOf(id)))),
            );
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

function withoutMark({ replayed: _, ...answer }: Answer & { replayed?: boolean }) {
  return answer;
}
