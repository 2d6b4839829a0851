import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HoldId, OrderId } from "../ids.ts";
import type { SkuAnswer, StockAnswered } from "../protocol.ts";
import { fold, throughJson } from "../testing/given.ts";
import { decodeChunks, encodeChunks } from "./encode.ts";
import { recount } from "./invariants.ts";
import { adjustCommit, hold, LON, receive, run, type Step, steps, take } from "./specs.ts";
import { sku } from "./sku.ts";
import type { SkuCommand } from "./sku_commands.ts";
import { type SkuEvent, skuEvent, skuEventVersions } from "./sku_events.ts";
import { availableInAll, type Claim, type SkuState } from "./sku_state.ts";
import { backorderedChange, stockChanges } from "./stock_changes.ts";
import { repeatable, storm } from "./storm.ts";

const runs = { numRuns: 100 };

describe("whatever is asked of a SKU", () => {
  test("the storm leads everywhere: every event happens in it", () => {
    const seen = new Set(
      fc.sample(storm, { numRuns: 500, seed: 1 }).flatMap((commands) => run(commands).events)
        .map(({ type }) => type),
    );
    expect(Object.keys(skuEventVersions).filter((type) => !seen.has(type as SkuEvent["type"]))).toEqual([]);
  });

  test("claims never exceed what is sellable, and every counter is the sum of its records", () =>
    fc.assert(
      fc.property(storm, (commands) => {
        for (const { state } of steps(commands)) recount(state); // I1 and I2 are checked after each event
      }),
      runs,
    ));

  test("nobody waits for what is there", () =>
    fc.assert(
      fc.property(storm, (commands) => {
        for (const { state } of steps(commands)) {
          expect(state.queue.size > 0 && availableInAll(state) > 0).toBe(false);
        }
      }),
      runs,
    ));

  test("asking twice is asking once", () =>
    fc.assert(
      fc.property(storm, repeatable, (commands, command) => {
        const before = run(commands).state;
        const first = take(before, command), second = take(first.state, command);
        expect(second.events).toEqual([]);
        expect(sku.encode(second.state)).toEqual(sku.encode(first.state));
      }),
      runs,
    ));

  test("a hold asked twice is answered the same", () =>
    fc.assert(
      fc.property(storm, fc.integer({ min: 1, max: 9 }), (commands, quantity) => {
        const before = run(commands).state;
        const first = take(before, hold("NEW", quantity, "queue"));
        expect(take(first.state, hold("NEW", quantity, "queue")).messages).toEqual(first.messages);
      }),
      runs,
    ));

  test("readers who add up the events' changes know every counter", () =>
    fc.assert(
      fc.property(storm, (commands) => {
        const { state, events } = run(commands);
        const sums = new Map<string, number>();
        for (const { location, counter, delta } of events.flatMap(stockChanges)) {
          sums.set(`${location} ${counter}`, (sums.get(`${location} ${counter}`) ?? 0) + delta);
        }
        for (const { location, priority: _, over: __, ...counters } of state.locations) {
          for (const [counter, value] of Object.entries(counters)) {
            expect([counter, sums.get(`${location} ${counter}`) ?? 0]).toEqual([counter, value]);
          }
        }
        expect(events.reduce((sum, event) => sum + backorderedChange(event), 0)).toBe(state.backordered);
      }),
      runs,
    ));

  test("what the orders were told is what they have", () =>
    fc.assert(
      fc.property(storm, (commands) => {
        const told = new Map<HoldId, number>();
        for (const step of steps(commands)) {
          for (const [hold, units] of unitsTold(step)) told.set(hold, (told.get(hold) ?? 0) + units);
          for (const [hold, units] of told) expect([hold, unitsOf(step.state, hold)]).toEqual([hold, units]);
        }
      }),
      runs,
    ));
});

/** By how much each order's idea of its units changed: from the messages; from the events only where no message says it. */
function unitsTold({ events, messages }: Step): readonly (readonly [HoldId, number])[] {
  const answers = messages.flatMap(({ to, message }) =>
    to.startsWith("order:") ? (message as StockAnswered).answers : []
  );
  return [
    ...answers.flatMap((answer) => answer.kind === "held" && events.length === 0 ? [] : [toldBy(answer)]),
    ...events.flatMap((event) => leaving(event)),
  ];
}

function toldBy(answer: SkuAnswer): readonly [HoldId, number] {
  if (!("parts" in answer)) return [answer.hold, 0];
  const units = answer.parts.reduce((sum, { quantity }) => sum + quantity, 0);
  switch (answer.kind) {
    case "held":
      return [answer.hold, units + answer.queued];
    case "filled":
      return [answer.hold, 0]; // It was counted when it was queued.
    case "released":
      return [answer.hold, -units - answer.dequeued];
    case "lost":
      return [answer.hold, -units];
  }
}

function leaving(event: SkuEvent): readonly (readonly [HoldId, number])[] {
  if (event.type === "parcel.handed_over") return [[event.data.hold, -event.data.quantity]];
  if (event.type === "transfer.dispatched" && event.data.claim !== null) {
    return [[event.data.claim.hold, -event.data.quantity]];
  }
  if (event.type === "stock.allocated") {
    return event.data.parts.map((part) => [event.data.hold, part.quantity]);
  }
  return [];
}

function unitsOf(state: SkuState, hold: HoldId): number {
  const claim = state.claims.get(hold);
  const parts = claim?.parts.map((part) => part.reserved + part.allocated + part.picked + part.packed) ?? [];
  return parts.reduce((sum, units) => sum + units, claim?.queued ?? 0);
}

describe("the state of a SKU", () => {
  test("is the fold of its events, from the start or from any snapshot", () =>
    fc.assert(
      fc.property(storm, fc.double({ min: 0, max: 1, noNaN: true }), (commands, share) => {
        const { state, events } = run(commands);
        const cut = Math.floor(events.length * share);
        const half = fold(sku, sku.initial("KEY"), events.slice(0, cut));
        const restored = sku.decode(throughJson(sku.encode(half)));
        const sliced = decodeChunks([...encodeChunks(half)].map(throughJson));
        for (const start of [half, restored, sliced]) {
          expect(sku.encode(fold(sku, start, events.slice(cut)))).toEqual(sku.encode(state));
        }
      }),
      runs,
    ));

  test("decides the same after it was stored", () =>
    fc.assert(
      fc.property(storm, storm, (commands, later) => {
        let state = run(commands).state;
        let restored = sku.decode(throughJson(sku.encode(state)));
        for (const command of later) {
          const a = take(state, command), b = take(restored, command);
          expect(throughJson([b.events, b.messages])).toEqual(throughJson([a.events, a.messages]));
          state = a.state;
          restored = b.state;
        }
      }),
      runs,
    ));

  test("of very many claims is written in slices and read again", () => {
    const many = withClaims(4500);
    const chunks = [...encodeChunks(many)].map(throughJson);
    expect(chunks.map((chunk) => Array.isArray(chunk) ? chunk.length : "head")).toEqual([
      "head",
      2000,
      2000,
      500,
    ]);
    expect(sku.encode(decodeChunks(chunks))).toEqual(sku.encode(many));
  });

  test("is never looked through on the way of an order", () => {
    let state = run([receive(5000)]).state;
    for (let i = 0; i < 3000; i++) state = sku.evolve(state, reservedOne(i));
    const owner = { hold: "N/1" as HoldId, order: "N" as OrderId };
    const released = { type: "release", ...owner, reason: "cancelled", answer: true } as const;
    const ways: readonly SkuCommand[] = [hold("N", 1), { type: "commit", ...owner }, released, receive(1)];
    for (
      const command of [...ways, hold("N", 3000, "queue"), { type: "commit", ...owner } as const, receive(5)]
    ) {
      const step = take(unlistable(state), command);
      expect(step.events).not.toEqual([]);
      state = step.state;
    }
    expect(() => take(unlistable(state), adjustCommit(-4000, true))).toThrow("Cannot list");
  });
});

/** The same state, whose claims and queue can be looked up but not looked through. */
function unlistable(state: SkuState): SkuState {
  const refuse = () => {
    throw new Error("Cannot list: that takes time in proportion to the number of claims");
  };
  const traps = { __iterate: { value: refuse }, __iterator: { value: refuse } };
  const { claims, queue } = state, other = "X/1" as HoldId;
  // The one in the state is shared, and there is only one empty map: a new one of the same content is trapped.
  const claim: Claim = {
    hold: other,
    order: "X" as OrderId,
    ordinal: 0,
    firm: false,
    parts: [],
    parcels: [],
    queued: 0,
    place: -1,
  };
  return {
    ...state,
    claims: Object.defineProperties(claims.set(other, claim).delete(other), traps),
    queue: queue.size === 0 ? queue : Object.defineProperties(queue.set(-1, other).delete(-1), traps),
  };
}

/** Many one-unit holds, as events: what is looked at is not how they came about. */
function withClaims(count: number): SkuState {
  let state = run([receive(count)]).state;
  for (let i = 0; i < count; i++) state = sku.evolve(state, reservedOne(i));
  return state;
}

function reservedOne(i: number): SkuEvent {
  const owner = { hold: `ord_${i}/1` as HoldId, order: `ord_${i}` as OrderId };
  return skuEvent("stock.reserved", { ...owner, parts: [{ location: LON, quantity: 1 }] });
}
