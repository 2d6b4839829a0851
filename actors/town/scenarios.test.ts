import { describe, expect, test } from "vitest";
import type { Answer } from "../actor.ts";
import { type ActorId, actorId } from "../ids.ts";
import type { OrderView } from "../order/order_view.ts";
import { sku } from "../sku/sku.ts";
import type { SkuState } from "../sku/sku_state.ts";
import { adjust, buy, cancel, describeSku, LON, look, MAN, pay, receive, startMs } from "./citizens.ts";
import { Town } from "./town.ts";

const minute = 60_000;
function stocked(...lines: readonly (readonly [string, number])[]): Town {
  const town = new Town();
  if (lines.length > 0) town.call(receive("R1", lines));
  return town;
}
function viewed(answer: Answer | undefined): OrderView {
  if (!answer?.ok) throw new Error(`Cannot look at the order: ${JSON.stringify(answer)}`);
  return answer.value as OrderView & typeof answer.value;
}
const status = (town: Town, number: string | number) => viewed(town.call(look(number))).status;
const left = (town: Town, code: string) => {
  const { locations } = town.state<SkuState>(sku, actorId("sku", code));
  return locations.reduce((sum, at) => sum + at.sellable - at.reserved - at.allocated - at.held, 0);
};
const reason = (answer: Answer | undefined) => answer?.ok === false ? answer.rejection.reason : answer;

describe("buying", () => {
  test("an order over several SKUs and locations is confirmed with where it lies", () => {
    const town = stocked(["A", 4], ["B", 9]);
    town.call(receive("R2", [["A", 4]], MAN));
    const order = viewed(town.call(buy(1, [["A", 5], ["B", 2], ["A", 2]])));
    expect(order.status).toBe("confirmed");
    expect(order.lines.map((line) => line.allocated)).toEqual([
      [{ location: LON, quantity: 4 }, { location: MAN, quantity: 1 }],
      [{ location: LON, quantity: 2 }],
      [{ location: MAN, quantity: 2 }],
    ]);
    expect(order).toMatchObject({ net: "11.25", tax: "2.25", total: "13.50" });
  });

  test("all or nothing: what is short is named, and nothing stays reserved", () => {
    const town = stocked(["A", 4], ["B", 1]);
    const answer = town.call(buy(1, [["A", 4], ["B", 2]]));
    expect(answer).toMatchObject({
      ok: false,
      rejection: {
        reason: "insufficient-stock",
        errors: [{ pointer: "/lines/1/quantity", requested: 2, available: 1 }],
      },
    });
    expect([left(town, "A"), left(town, "B")]).toEqual([4, 1]);
    town.call(receive("R2", [["B", 9]]));
    expect(town.call(buy(1, [["A", 4], ["B", 2]]))).toEqual({ ...answer, replayed: true });
    expect(status(town, 1)).toBe("rejected");
  });

  test("500 buyers of one unit: one gets it", () => {
    const town = stocked(["A", 1]);
    const answers = Array.from({ length: 500 }, (_, i) => town.call(buy(i, [["A", 1]])));
    expect(answers.filter((answer) => answer?.ok)).toHaveLength(1);
    expect(answers[0]?.ok).toBe(true);
    expect(left(town, "A")).toBe(0);
  });

  test("a number is spent once, whatever its body", () => {
    const town = stocked(["A", 4]);
    town.call(buy(1, [["A", 1]]));
    expect(reason(town.call(buy(1, [["A", 2]])))).toBe("idempotency-mismatch");
    expect(left(town, "A")).toBe(3);
  });

  test("what there is, where the order says so", () => {
    const town = stocked(["A", 4]);
    const order = viewed(town.call(buy(1, [["A", 6], ["B", 1]], { stockPolicy: "ship_available" })));
    expect(order).toMatchObject({
      status: "confirmed",
      net: "5.00",
      lines: [{ cancelled: 2 }, { cancelled: 1 }],
    });
    expect(reason(town.call(buy(2, [["A", 1]], { stockPolicy: "ship_available" })))).toBe(
      "insufficient-stock",
    );
  });

  test("into the queue, within its limit, and out of it when goods come", () => {
    const town = new Town();
    town.call(describeSku("A", { backorderLimit: 5 }));
    expect(viewed(town.call(buy(1, [["A", 3]], { stockPolicy: "backorder" }))).status).toBe("backordered");
    expect(reason(town.call(buy(2, [["A", 3]], { stockPolicy: "backorder" })))).toBe("insufficient-stock");
    town.call(receive("R1", [["A", 2]]));
    expect(viewed(town.call(look(1)))).toMatchObject({ status: "confirmed", lines: [{ backordered: 1 }] });
    town.call(receive("R2", [["A", 9]]));
    expect(viewed(town.call(look(1))).lines[0]).toMatchObject({
      backordered: 0,
      allocated: [{ location: LON, quantity: 3 }],
    });
    expect(left(town, "A")).toBe(8);
  });

  test("services need no stock", () => {
    const town = new Town();
    town.call(describeSku("POST", { stocked: false }));
    expect(viewed(town.call(buy(1, [["POST", 2]]))).status).toBe("confirmed");
    expect(viewed(town.call(cancel(1)))).toMatchObject({ status: "cancelled", total: "0.00" });
  });
});

describe("paying later", () => {
  const waiting = () => {
    const town = stocked(["A", 4]);
    expect(viewed(town.call(buy(1, [["A", 4]], { payment: "pending" }))).status).toBe("awaiting_payment");
    return town;
  };
  const deadlineMs = startMs + 10 * minute;

  test("in time wins, and the deadline passes by", () => {
    const town = waiting();
    expect(viewed(town.call(pay(1, "captured", "p", deadlineMs - 1))).status).toBe("confirmed");
    town.advance(deadlineMs + minute);
    expect(status(town, 1)).toBe("confirmed");
    expect(left(town, "A")).toBe(0);
  });

  test("after the deadline: the stock is free, and is had again when it is still there", () => {
    const town = waiting();
    town.advance(deadlineMs);
    expect(status(town, 1)).toBe("expired");
    expect(left(town, "A")).toBe(4);
    expect(viewed(town.call(pay(1, "captured", "p", deadlineMs + 1)))).toMatchObject({
      status: "confirmed",
      lines: [{ allocated: [{ location: LON, quantity: 4 }] }],
    });
  });

  test("after the deadline, when another has it: on hold, until it is cancelled", () => {
    const town = waiting();
    town.advance(deadlineMs);
    town.call(buy(2, [["A", 1]], {}, deadlineMs));
    expect(viewed(town.call(pay(1, "captured", "p", deadlineMs + 1)))).toMatchObject({
      status: "on_hold",
      holdReason: "stock_lost",
    });
    expect(left(town, "A")).toBe(3);
    expect(viewed(town.call(cancel(1, undefined, "c", deadlineMs + 2))).status).toBe("cancelled");
  });

  test("never: a failed payment gives the stock back", () => {
    const town = waiting();
    expect(viewed(town.call(pay(1, "failed"))).status).toBe("cancelled");
    expect(left(town, "A")).toBe(4);
    expect(reason(town.call(pay(1, "captured", "p2")))).toBe("order-closed");
  });
});

describe("cancelling", () => {
  test("part of an order leaves the rest, and frees what it had", () => {
    const town = stocked(["A", 4], ["B", 2]);
    town.call(buy(1, [["A", 4], ["B", 2]]));
    expect(viewed(town.call(cancel(1, [["A", 3]])))).toMatchObject({ status: "confirmed", net: "3.75" });
    expect([left(town, "A"), left(town, "B")]).toEqual([3, 0]);
    expect(reason(town.call(cancel(1, [["A", 2]], "c2")))).toBe("already-shipped");
  });

  test("hands the units to whoever waits", () => {
    const town = stocked(["A", 4]);
    town.call(buy(1, [["A", 4]]));
    town.call(buy(2, [["A", 3]], { stockPolicy: "backorder" }));
    town.call(cancel(1));
    expect(status(town, 2)).toBe("confirmed");
    expect(left(town, "A")).toBe(1);
  });
});

describe("a forced adjustment", () => {
  test("takes claims from the newest, and tells their orders", () => {
    const town = stocked(["A", 4]);
    town.call(buy(1, [["A", 2]]));
    town.call(buy(2, [["A", 2]]));
    town.call(adjust("C1", [["A", -3]], true));
    expect([status(town, 1), status(town, 2)]).toEqual(["on_hold", "on_hold"]);
    expect(viewed(town.call(cancel(1, [["A", 1]])))).toMatchObject({ status: "confirmed", net: "1.25" });
  });

  test("queues them again where the order may wait", () => {
    const town = stocked(["A", 4]);
    town.call(buy(1, [["A", 4]], { stockPolicy: "backorder" }));
    town.call(adjust("C1", [["A", -4]], true));
    expect(viewed(town.call(look(1)))).toMatchObject({ status: "backordered", lines: [{ backordered: 4 }] });
    town.call(receive("R2", [["A", 5]]));
    expect(viewed(town.call(look(1)))).toMatchObject({ status: "confirmed", lines: [{ backordered: 0 }] });
  });
});

describe("orders of 2,000 lines", () => {
  const lines = Array.from({ length: 2_000 }, (_, i) => [`S${i % 1_500}`, 2] as const);
  const skus = [...new Set(lines.map(([code]) => code))];
  const supply = (quantity: number) => skus.map((code) => [code, quantity] as const);
  const eventTypes = (town: Town, id: ActorId) => (town.events.get(id) ?? []).map(({ type }) => type);

  test("are decided by one event, also for lines that repeat a SKU, and cancelled by one", () => {
    const town = stocked(...supply(4));
    expect(viewed(town.call(buy(1, lines)))).toMatchObject({ status: "confirmed", net: "5000.00" });
    expect(viewed(town.call(cancel(1))).status).toBe("cancelled");
    expect(eventTypes(town, actorId("order", "ord_1"))).toEqual([
      "order.placed",
      "order.confirmed",
      "order.cancel_requested",
      "order.lines_cancelled",
    ]);
    expect(left(town, "S7")).toBe(4);
  });

  test("leave nothing behind when one line is short", () => {
    const town = stocked(...supply(4).slice(1));
    const answer = town.call(buy(1, lines));
    expect(answer).toMatchObject({
      rejection: { errors: [{ pointer: "/lines/0/quantity" }, { pointer: "/lines/1500/quantity" }] },
    });
    expect(skus.slice(1).every((code) => left(town, code) === 4)).toBe(true);
  });

  test("cost in proportion to their lines, also in turns of a thousand deliveries", () => {
    const town = new Town(1_000);
    town.call(receive("R1", supply(4)));
    expect(viewed(town.call(buy(1, lines))).status).toBe("confirmed");
    expect(town.turns).toBeGreaterThan(3);
  });
});
