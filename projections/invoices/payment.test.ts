import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exponentOf } from "../../actors/money/currency.ts";
import { minorOf } from "../../actors/money/decimal.ts";
import { booksOf } from "../../actors/order/money_state.ts";
import { order } from "../../actors/order/order.ts";
import type { KnownOrder } from "../../actors/order/state.ts";
import { capturedAmount, orderTotals } from "../../actors/order/view.ts";
import { documentsOf, orderActor } from "../../actors/town/audit_money.ts";
import { buy, cancel, founding, pay, receive, ship, skuOf } from "../../actors/town/citizens.ts";
import { credit, refund, settleRefund } from "../../actors/town/money_citizens.ts";
import { moneyStory } from "../../actors/town/money_story.ts";
import { type Call, Town } from "../../actors/town/town.ts";
import { type PaidLine, paymentsOf } from "./payment.ts";

/** Two units for 5.00 each, and what becomes of them. */
function after(
  calls: readonly Call[],
  lines: readonly PaidLine[] = [],
  terms: Parameters<typeof buy>[2] = {},
) {
  const town = new Town();
  const sold = [{ sku: skuOf("A"), quantity: 2, unitPrice: "5.00", discount: "0", taxRate: "0" }];
  const placed = buy(1, [], { currency: "GBP", lines: sold, ...terms });
  for (const call of [...founding, receive("R1", [["A", 9]]), placed, ...calls]) town.call(call);
  const state = town.state<KnownOrder>(order, orderActor(1));
  const payments = paymentsOf(documentsOf(town), new Map([["ord_1", { state, lines }]]));
  return [...payments.values()].map(({ status, creditedAmount, outstanding }) => [
    ...[status, creditedAmount, outstanding],
  ]);
}
const shipped = ship(1, [["A", 2]], "P1");
const line = (type: PaidLine["type"], amount: string, rest: Partial<PaidLine> = {}): PaidLine => ({
  ...{ order_id: "ord_1", type, amount, state: "matched" },
  ...{ refund: null, credit_note: null, written_off: null, ...rest },
});

describe("an invoice", () => {
  test("is paid when its order was, and only that part of it which was invoiced", () => {
    expect(after([shipped])).toEqual([["paid", "0.00", "0.00"]]);
    expect(after([ship(1, [["A", 1]], "P1")])).toEqual([["paid", "0.00", "0.00"]]);
  });

  test("that nobody paid for is just issued, and credited in full nothing is left to pay", () => {
    const unpaid = { payment: "pending" } as const;
    const calls = [pay(1, "captured"), shipped];
    expect(after(calls, [], unpaid)).toEqual([["paid", "0.00", "0.00"]]);
    const back = [shipped, refund(1, "10.00"), settleRefund(1, "succeeded")];
    expect(after(back)).toEqual([["issued", "0.00", "10.00"]]);
    expect(after([...back, credit(1, {})])).toEqual([["paid", "10.00", "0.00"]]);
  });

  test("that is credited is paid too much until the money went back", () => {
    const credited = [shipped, credit(1, { amount: "3.00" })];
    expect(after(credited)).toEqual([["overpaid", "3.00", "-3.00"]]);
    const asked = [...credited, refund(1, "3.00")];
    expect(after(asked)).toEqual([["overpaid", "3.00", "-3.00"]]);
    expect(after([...asked, settleRefund(1, "failed")])).toEqual([["overpaid", "3.00", "-3.00"]]);
    expect(after([...asked, settleRefund(1, "succeeded")])).toEqual([["paid", "3.00", "0.00"]]);
  });

  test("of which more went back than was credited is partly paid", () => {
    const calls = [shipped, refund(1, "4.00"), settleRefund(1, "succeeded")];
    expect(after(calls)).toEqual([["partially_paid", "0.00", "4.00"]]);
  });

  test("of an order in parts: what was credited of one, and what was cancelled of the rest", () => {
    const parts = [ship(1, [["A", 1]], "P1"), ship(1, [["A", 1]], "P2", { trackingNumber: "T2" })];
    expect(after([...parts, credit(1, { lines: [["A", 1]] })])).toEqual([
      ["overpaid", "5.00", "-5.00"],
      ["paid", "0.00", "0.00"],
    ]);
    expect(after([parts[0]!, cancel(1)])).toEqual([["overpaid", "0.00", "-5.00"]]);
  });

  test("of an order that a platform paid less what was cancelled is paid, whoever gave the rest back", () => {
    const calls = [ship(1, [["A", 1]], "P1"), cancel(1)],
      back = [refund(1, "5.00"), settleRefund(1, "succeeded")];
    expect(after(calls, [line("payment", "5.00")])).toEqual([["paid", "0.00", "0.00"]]);
    expect(after([...calls, ...back], [line("payment", "5.00")])).toEqual([["paid", "0.00", "0.00"]]);
    expect(after(calls, [line("payment", "10.00")])).toEqual([["overpaid", "0.00", "-5.00"]]);
    const refunded = [line("payment", "10.00"), line("refund", "-5.00", { refund: "rfn_1_rf" })];
    expect(after([...calls, refund(1, "5.00")], refunded)).toEqual([["paid", "0.00", "0.00"]]);
  });

  test("hears of payouts: refunds that they hold, chargebacks, and money that nobody told of", () => {
    const asked = [shipped, credit(1, { amount: "3.00" }), refund(1, "3.00")];
    const gone = line("refund", "-3.00", { refund: "rfn_1_rf" });
    expect(after(asked, [gone])).toEqual([["paid", "3.00", "0.00"]]);
    expect(after([...asked, settleRefund(1, "succeeded")], [gone])).toEqual([["paid", "3.00", "0.00"]]);
    const unasked = line("refund", "-3.00", { credit_note: "CN-2011-000001" });
    expect(after(asked.slice(0, 2), [unasked])).toEqual([["paid", "3.00", "0.00"]]);
    const back = line("chargeback", "-10.00", { state: "disputed" });
    expect(after([shipped], [back])).toEqual([["issued", "0.00", "10.00"]]);
    expect(after([shipped], [{ ...back, written_off: "-10.00" }])).toEqual([["paid", "0.00", "0.00"]]);
    expect(after([shipped], [line("payment", "9.30")])).toEqual([["paid", "0.00", "0.00"]]);
    expect(after([shipped], [line("payment", "10.30", { state: "matched_with_diff" })])).toEqual([
      ["overpaid", "0.00", "-0.30"],
    ]);
    expect(after([shipped], [line("payment", "10.00", { state: "disputed" })])).toEqual([
      ["paid", "0.00", "0.00"],
    ]);
  });
});

test("an invoice that its order does not know yet is as it was issued", () => {
  const town = new Town();
  for (
    const call of [...founding, receive("R1", [["A", 9]]), buy(1, [["A", 1]]), ship(1, [["A", 1]], "P1")]
  ) {
    town.call(call);
  }
  const [document] = documentsOf(town);
  const { paid: _, ...unpaid } = document!;
  expect([...paymentsOf([document!], new Map()).values()]).toMatchObject([{ status: "paid" }]);
  expect([...paymentsOf([unpaid], new Map()).values()]).toEqual([
    { status: "issued", creditedAmount: expect.stringMatching(/^0/), outstanding: document!.total },
  ]);
});

test("whatever happens: credits are all of the notes, and nothing that was paid is lost or counted twice", () => {
  fc.assert(
    fc.property(moneyStory, fc.boolean(), (calls, settled) => {
      const town = new Town();
      for (const call of [...founding, ...calls]) town.call(call);
      const before = town.state<KnownOrder>(order, orderActor(1));
      for (const { requested: { refund } } of settled ? booksOf(before).refunds : []) {
        town.call(settleRefund(1, "succeeded", refund.replace("rfn_1_", "")));
      }
      const state = town.state<KnownOrder>(order, orderActor(1)), documents = documentsOf(town);
      const places = exponentOf(state.placed.currency), minor = (text: string) => minorOf(text, places);
      const sum = (all: readonly string[]) => all.reduce((so, one) => so + minor(one), 0n);
      const totalOf = (type: string) =>
        sum(documents.filter((one) => one.type === type).map(({ total }) => total));
      const payments = [...paymentsOf(documents, new Map([["ord_1", { state, lines: [] }]])).values()];
      if (payments.length === 0) return;
      const credited = sum(payments.map(({ creditedAmount }) => creditedAmount));
      expect(credited).toBe(totalOf("credit_note"));
      const back = sum(settled ? booksOf(state).refunds.map(({ requested: { amount } }) => amount) : []);
      const received = capturedAmount(state) - back, owed = totalOf("invoice") - credited;
      const open = sum(payments.map(({ outstanding }) => outstanding)), kept = open - owed + received;
      const toCome = orderTotals(state).total - totalOf("invoice");
      expect(kept).toBeGreaterThanOrEqual(0n); // Money that waits for what is still to be invoiced.
      expect(kept).toBeLessThanOrEqual(toCome > 0n ? toCome : 0n);
      const statuses = payments.map(({ status }) => status);
      const isOpen = statuses.includes("issued") || statuses.includes("partially_paid");
      if (isOpen) expect(statuses).not.toContain("overpaid");
    }),
    { numRuns: 30 },
  );
});
