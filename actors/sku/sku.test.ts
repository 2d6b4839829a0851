import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HoldId, LocationCode, OrderId } from "../ids.ts";
import type { SkuAnswer, StockAnswered } from "../protocol.ts";
import { fold, someCause, throughJson } from "../testing/given.ts";
import { decodeChunks, encodeChunks } from "./encode.ts";
import { recount } from "./invariants.ts";
import { hold, LON, receive } from "./specs.ts";
import { sku } from "./sku.ts";
import type { SkuCommand } from "./sku_commands.ts";
import { type SkuEvent, skuEvent, skuEventVersions } from "./sku_events.ts";
import { availableInAll, type SkuState } from "./sku_state.ts";
import { backorderedChange, stockChanges } from "./stock_changes.ts";
import { repeatable, type Step, storm, take } from "./storm.ts";

const runs = { numRuns: 150 };

describe("whatever is asked of a SKU", () => {
  test("the storm leads everywhere: every event happens in it", () => {
    const seen = new Set(
      fc.sample(storm, { numRuns: 300, seed: 1 }).flatMap((commands) => run(commands).events)
        .map(({ type }) => type),
    );
    expect(Object.keys(skuEventVersions).filter((type) => !seen.has(type as SkuEvent["type"]))).toEqual([]);
  });

  test("claims never exceed what is sellable, and every counter is the sum of its records", () =>
    fc.assert(
      fc.property(storm, (commands) => {
        let state = sku.initial("KEY");
        for (const command of commands) {
          state = take(state, command).state; // I1 and I2 after each event
          recount(state);
        }
      }),
      runs,
    ));

  test("nobody waits for what is there", () =>
    fc.assert(
      fc.property(storm, (commands) => {
        let state = sku.initial("KEY");
        for (const command of commands) {
          state = take(state, command).state;
          expect(state.queue.size > 0 && availableInAll(state) > 0).toBe(false);
        }
      }),
      runs,
    ));

  test("asking twice is asking once", () =>
    fc.assert(
      fc.property(storm, repeatable, (commands, command) => {
        const before = commands.reduce((state, command) => take(state, command).state, sku.initial("KEY"));
        const first = take(before, command), second = take(first.state, command);
        expect(second.events).toEqual([]);
        expect(sku.encode(second.state)).toEqual(sku.encode(first.state));
      }),
      runs,
    ));

  test("a hold asked twice is answered the same", () =>
    fc.assert(
      fc.property(storm, fc.integer({ min: 1, max: 9 }), (commands, quantity) => {
        const before = commands.reduce((state, command) => take(state, command).state, sku.initial("KEY"));
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
        let state = sku.initial("KEY");
        for (const command of commands) {
          const step = take(state, command);
          state = step.state;
          for (const [hold, units] of unitsTold(step)) told.set(hold, (told.get(hold) ?? 0) + units);
          for (const [hold, units] of told) expect([hold, unitsOf(state, hold)]).toEqual([hold, units]);
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
  if (answer.kind === "refused") return [answer.hold, 0];
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

function run(commands: readonly SkuCommand[]) {
  let state = sku.initial("KEY");
  const events: SkuEvent[] = [];
  for (const command of commands) {
    const step = take(state, command);
    state = step.state;
    events.push(...step.events);
  }
  return { state, events };
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

  test("of 100,000 claims holds, commits and releases as fast as a small one", () => {
    const large = withClaims(100_000);
    const startMs = performance.now();
    let state = large;
    for (let i = 0; i < 300; i++) {
      state = take(state, hold(`N${i}`, 1)).state;
      const owner = { hold: `N${i}/1` as HoldId, order: `N${i}` as OrderId };
      state = take(state, { type: "commit", ...owner }).state;
      state = take(state, { type: "release", ...owner, reason: "cancelled", answer: true }).state;
    }
    // One look at each claim would take minutes; the bound is far from both.
    expect(performance.now() - startMs).toBeLessThan(5000);
    expect(state.claims.equals(large.claims)).toBe(true);
  });
});

/** Many one-unit holds, as events: what is looked at is not how they came about. */
function withClaims(count: number): SkuState {
  const first = sku.decide(sku.initial("KEY"), receive(1_000_000), someCause);
  let state = fold(sku, sku.initial("KEY"), first.ok ? first.events : []);
  const parts = [{ location: LON as LocationCode, quantity: 1 }];
  for (let i = 0; i < count; i++) {
    const owner = { hold: `ord_${i}/1` as HoldId, order: `ord_${i}` as OrderId };
    state = sku.evolve(state, skuEvent("stock.reserved", { ...owner, parts }));
  }
  return state;
}
