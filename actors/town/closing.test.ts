import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { closesAtMs } from "../order/closing.ts";
import type { OrderClosed } from "../order/events.ts";
import { order } from "../order/order.ts";
import type { KnownOrder, OrderState } from "../order/state.ts";
import { orderStatus } from "../order/view.ts";
import { buy, founding, look, receive, scans, ship, startMs } from "./citizens.ts";
import { refund, settleRefund } from "./money_citizens.ts";
import { endReturn, returnOf, sendBack } from "./return_calls.ts";
import { picks, Scattered } from "./scattered.ts";
import { story } from "./story.ts";
import { Town } from "./town.ts";

const hourMs = 3_600_000, dayMs = 24 * hourMs;

function orders(town: Town): KnownOrder[] {
  return town.actors("order").map((id) => town.state<OrderState>(order, id))
    .filter((state) => state.phase !== "unknown");
}
const closings = (town: Pick<Town, "events">) =>
  [...town.events].flatMap(([id, events]) =>
    events.filter(({ type }) => type === "order.closed").map(({ data }) => ({
      id,
      ...data as OrderClosed["data"],
    }))
  );

describe("orders close", () => {
  test("when nothing keeps them from it, once, and never too soon, whatever happens in town", () => {
    let seen = 0;
    fc.assert(
      fc.property(story, (calls) => {
        const town = new Town(), statuses = new Map<string, string>();
        for (const call of [...founding, ...calls]) {
          town.call(call);
          for (const state of orders(town)) {
            expect(closesAtMs(state) ?? Infinity).toBeGreaterThan(call.atMs);
            const status = orderStatus(state), { order } = state.placed;
            if (statuses.get(order) === "closed") expect(status).toBe("closed");
            statuses.set(order, status);
          }
        }
        town.advance(startMs + 365 * dayMs);
        for (const state of orders(town)) expect(closesAtMs(state)).toBeUndefined();
        const closed = closings(town);
        expect(new Set(closed.map(({ id }) => id)).size).toBe(closed.length);
        for (const { atMs, windowEndedMs } of closed) expect(atMs).toBeGreaterThanOrEqual(windowEndedMs);
        seen += closed.length;
      }),
      { numRuns: 60 },
    );
    expect(seen).toBeGreaterThan(0);
  });

  test("also when their timers fire at any moment, and what keeps them open ends meanwhile", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const town = new Scattered(), id = returnOf(1);
      for (
        const call of [
          receive("R1", [["A", 2]]),
          buy(1, [["A", 2]], { returnWindowMs: dayMs }),
          ship(1, [["A", 2]]),
          scans("1_s", [["delivered", 1]]),
          sendBack(1, [["A", 1]]),
        ]
      ) town.run([call], () => 0);
      const later = startMs + 3 * dayMs;
      town.run([
        refund(1, "1.00", "rf", later),
        settleRefund(1, "succeeded", "rf", later),
        endReturn(id, "cancel", "end", later),
        look(1, later),
      ], picks(seed));
      expect(closings(town)).toHaveLength(1);
    }
  });
});
