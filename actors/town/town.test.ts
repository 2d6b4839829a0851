import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { Answer } from "../actor.ts";
import { type ActorId, actorId, keyOf } from "../ids.ts";
import { order } from "../order/order.ts";
import { attemptOf, holdId, holdsOf, type OrderState } from "../order/state.ts";
import { sku } from "../sku/sku.ts";
import type { SkuState } from "../sku/sku_state.ts";
import { founding, story } from "./citizens.ts";
import { type Call, Town } from "./town.ts";

function founded(deliveriesMax?: number): Town {
  const town = new Town(deliveriesMax);
  for (const call of founding) town.call(call);
  return town;
}
const skuState = (town: Town, id: ActorId) => town.state<SkuState>(sku, id);

/** Claims stay within what is there, and every unit that came in is there or was adjusted away. */
function auditStock(town: Town): void {
  for (const id of town.actors("sku")) {
    let came = 0;
    for (const { type, data } of town.events.get(id) ?? []) {
      if (type === "goods.received") came += (data as { quantity: number }).quantity;
      if (type === "stock.adjusted") came += (data as { delta: number }).delta;
    }
    let sellable = 0;
    for (const stock of skuState(town, id).locations) {
      expect(stock.reserved + stock.allocated + stock.held).toBeLessThanOrEqual(stock.sellable);
      sellable += stock.sellable;
    }
    expect(sellable, `${id}: received + adjusted = sellable`).toBe(came);
  }
}

/** What orders say they have is what SKUs say they gave: per hold and location, and in the queue. */
function auditAgreement(town: Town): void {
  const ours = new Map<string, number>(), theirs = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, units: number) =>
    to.set(key, (to.get(key) ?? 0) + units);
  for (const id of town.actors("order")) {
    const state = town.state<OrderState>(order, id);
    if (state.phase === "unknown") continue;
    expect(state.asking ?? state.cancelling, `${id} waits for nobody`).toBeUndefined();
    state.lines.forEach((line, i) => {
      const { sku } = state.placed.lines[i]!;
      for (const claim of line.claims) {
        const firm = state.payment === "captured" ? "allocated" : "reserved";
        add(
          ours,
          `${sku} ${holdId(state.placed.order, claim.attempt)} ${claim.location} ${firm}`,
          claim.quantity,
        );
      }
    });
    for (const hold of holdsOf(state)) {
      if (hold.queued > 0) {
        add(ours, `${hold.sku} ${holdId(state.placed.order, hold.attempt)} queued`, hold.queued);
      }
    }
  }
  for (const id of town.actors("sku")) {
    for (const claim of skuState(town, id).claims.values()) {
      expect(attemptOf(claim.order, claim.hold)).toBeGreaterThan(0);
      for (const { location, reserved, allocated } of claim.parts) {
        if (reserved > 0) add(theirs, `${keyOf(id)} ${claim.hold} ${location} reserved`, reserved);
        if (allocated > 0) add(theirs, `${keyOf(id)} ${claim.hold} ${location} allocated`, allocated);
      }
      if (claim.queued > 0) add(theirs, `${keyOf(id)} ${claim.hold} queued`, claim.queued);
    }
  }
  const sorted = (map: Map<string, number>) => Object.fromEntries([...map].sort());
  expect(sorted(ours)).toEqual(sorted(theirs));
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
        }
      }),
      { numRuns: 150 },
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
      { numRuns: 150 },
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
      { numRuns: 100 },
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
        for (const actor of [order, sku]) {
          for (const id of town.actors(actor.kind)) {
            const events = (town.events.get(id) ?? []) as never[];
            const folded = events.reduce(actor.evolve as never, actor.initial(keyOf(id)) as never);
            expect(actor.encode(folded)).toEqual(
              actor.encode(town.state(actor, actorId(actor.kind as "sku", keyOf(id)))),
            );
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

function withoutMark({ replayed: _, ...answer }: Answer & { replayed?: boolean }) {
  return answer;
}
