import { describe, expect, test } from "vitest";
import type { CandidateOrder, PayoutCandidates } from "./candidates.ts";
import { matchStatement } from "./match.ts";
import { found, line, paidOrder } from "./specs.ts";
import type { StatementLine } from "./statement.ts";

const match = (lines: readonly StatementLine[], candidates: PayoutCandidates, source = "web") =>
  matchStatement({ source, currency: "GBP", lines }, candidates);
const one = (said: StatementLine, ...orders: readonly CandidateOrder[]) => match([said], found(...orders))[0];
const order = "ord_1";

describe("a payment", () => {
  const paid = line("payment", "24.30", "pay-1", "1");

  test("of what was captured is matched, with the order's invoices", () =>
    expect(one(paid, paidOrder("1", "24.30", { invoices: ["INV-2026-000001"] }))).toEqual({
      state: "matched",
      order,
      invoices: ["INV-2026-000001"],
    }));
  test("of more or less states by how much", () => {
    const differs = { state: "matched_with_diff", reason: "amount-differs", order };
    expect(one(paid, paidOrder("1", "24.00"))).toEqual({ ...differs, difference: "0.30" });
    expect(one(paid, paidOrder("1", "25.00"))).toEqual({ ...differs, difference: "-0.70" });
  });
  test("of what is left of an order after a cancellation is matched, too", () =>
    expect(one(paid, paidOrder("1", "24.30", { captured: "30.00" }))?.state).toBe("matched"));
  test("in several parts is matched when they add up", () => {
    const parts = [line("payment", "20.00", "b", "1"), line("payment", "4.30", "a", "1")];
    expect(match(parts, found(paidOrder("1", "24.30"))).map(({ state }) => state)).toEqual([
      "matched",
      "matched",
    ]);
  });
  test("in several parts that are short states it once", () => {
    const parts = [line("payment", "20.00", "b", "1"), line("payment", "4.00", "a", "1")];
    expect(match(parts, found(paidOrder("1", "24.30")))).toMatchObject([
      { state: "matched_with_diff", difference: "-0.30" },
      { state: "matched" },
    ]);
  });
  test("that completes what an earlier payout paid is matched", () =>
    expect(
      one(paid, paidOrder("1", "30.00", { paid: [{ payout: "po_0", amount: "5.70" }] }))?.state,
    ).toBe("matched"));
  test("of what an earlier payout has paid is disputed, and names it", () =>
    expect(one(paid, paidOrder("1", "24.30", { paid: [{ payout: "po_0", amount: "24.30" }] }))).toEqual({
      ...{ state: "disputed", reason: "paid-before", difference: "24.30", order, payout: "po_0" },
    }));
  test("that stands twice under two references is disputed once", () =>
    expect(match([paid, line("payment", "24.30", "pay-0", "1")], found(paidOrder("1", "24.30")))).toEqual([
      { state: "disputed", reason: "paid-twice", difference: "24.30", order },
      { state: "matched", order },
    ]));
  test("for an order that is not paid here is a difference", () =>
    expect(one(paid, paidOrder("1", "24.30", { captured: "0.00" }))).toEqual({
      ...{ state: "matched_with_diff", reason: "not-captured", difference: "24.30", order },
    }));
  test("in another currency than the order's is unmatched", () =>
    expect(one(paid, paidOrder("1", "24.30", { currency: "EUR" }))).toEqual({
      ...{ state: "unmatched", reason: "currency-differs", difference: "24.30", order },
    }));
});

describe("the order of a line", () => {
  const paid = line("payment", "5.00", "p", "1"), here = paidOrder("1", "5.00");
  const elsewhere = paidOrder("1", "5.00", { channel: "amazon", order: "ord_a" as typeof here.order });

  test("is the source's own", () => {
    expect(match([paid], found(elsewhere, here))[0]?.order).toBe("ord_1");
    expect(match([paid], found(elsewhere, here), "amazon")[0]?.order).toBe("ord_a");
  });
  test("is that of the channel which the line names, and of no other", () => {
    expect(match([{ ...paid, channel: "amazon" }], found(here, elsewhere))[0]?.order).toBe("ord_a");
    expect(one({ ...paid, channel: "ebay" }, here)?.reason).toBe("unknown-order");
  });
  test("is the only one of that number where the source is no channel", () => {
    expect(match([paid], found(here), "stripe")[0]).toEqual({ state: "matched", order: "ord_1" });
    expect(match([paid], found(here, elsewhere), "stripe")[0]).toEqual({
      ...{ state: "unmatched", reason: "ambiguous-order", difference: "5.00" },
    });
  });
  test("of a line without a number is the only one that was captured or refunded under its reference", () => {
    const refunds = [{ refund: "rfn_1", reference: "R-1", amount: "2.00", status: "succeeded" }] as const;
    const known = paidOrder("1", "5.00", { payments: ["ch_1"], refunds });
    expect(one(line("payment", "5.00", "ch_1"), known)).toMatchObject({ state: "matched", order: "ord_1" });
    expect(one(line("refund", "-2.00", "R-1"), known)).toMatchObject({ state: "matched", refund: "rfn_1" });
    const other = { ...elsewhere, payments: ["ch_1"] };
    expect(one(line("payment", "5.00", "ch_1"), known, other)?.reason).toBe("ambiguous-order");
    expect(one(line("payment", "5.00", "ch_1", undefined, "amazon"), known, other)?.order).toBe("ord_a");
    expect(one(line("refund", "-2.00", "ch_1"), known)?.reason).toBe("no-order-number");
  });
  test("that is unknown, or not named, leaves the line unmatched", () => {
    expect(one(paid)).toEqual({ state: "unmatched", reason: "unknown-order", difference: "5.00" });
    expect(one(line("refund", "-5.00", "r"))?.reason).toBe("no-order-number");
  });
});

describe("a refund", () => {
  const back = line("refund", "-5.00", "R-1", "1");
  const refund = { refund: "rfn_1", reference: "R-1", amount: "5.00", status: "succeeded" } as const;
  const withRefund = (rest: object = {}) => paidOrder("1", "24.30", { refunds: [{ ...refund, ...rest }] });
  const credit = { number: "CN-2026-000001", total: "5.00" };

  test("is matched by its reference, with the credit note that it pays out", () =>
    expect(one(back, withRefund({ creditNote: credit.number }))).toEqual({
      ...{ state: "matched", order, refund: "rfn_1", creditNote: credit.number },
    }));
  test("of another amount states the difference", () =>
    expect(one(back, withRefund({ amount: "4.00" }))).toMatchObject({
      ...{ state: "matched_with_diff", reason: "amount-differs", difference: "-1.00", refund: "rfn_1" },
    }));
  test("of another reference is matched by its amount", () =>
    expect(one({ ...back, reference: "X" }, withRefund())).toMatchObject({
      ...{ state: "matched", refund: "rfn_1" },
    }));
  test("that nobody asked for is matched with a credit note of its amount", () =>
    expect(one(back, paidOrder("1", "24.30", { credits: [credit] }))).toEqual({
      ...{ state: "matched", order, creditNote: credit.number },
    }));
  test("that failed here is a difference", () =>
    expect(one(back, withRefund({ status: "failed" }))).toMatchObject({
      ...{ state: "matched_with_diff", reason: "refund-failed", difference: "-5.00" },
    }));
  test("that an earlier payout has is disputed", () => {
    const again = { state: "disputed", reason: "refunded-before", difference: "-5.00", payout: "po_0" };
    expect(one(back, withRefund({ settled: "po_0" }))).toMatchObject(again);
    expect(one({ ...back, reference: "X" }, withRefund({ settled: "po_0" }))).toMatchObject(again);
    const credited = paidOrder("1", "24.30", { credits: [{ ...credit, settled: "po_0" }] });
    expect(one(back, credited)).toMatchObject({ ...again, creditNote: credit.number });
  });
  test("takes one refund or note for itself", () => {
    const both = match(
      [back, { ...back, reference: "R-2" }],
      found(withRefund({ creditNote: credit.number })),
    );
    expect(both).toMatchObject([{ state: "matched" }, { state: "unmatched", reason: "unknown-refund" }]);
    const order = paidOrder("1", "24.30", {
      refunds: [{ ...refund, creditNote: credit.number }],
      credits: [credit],
    });
    expect(match([back, { ...back, reference: "R-2" }], found(order))[1]?.reason).toBe("unknown-refund");
  });
  test("beyond all that is owed back is disputed: a refund and a note are not two debts", () => {
    const again = { ...back, reference: "Y" }, other = { ...back, reference: "X" };
    const owed = (refunded: object = {}, credited: object = {}) =>
      paidOrder("1", "24.30", {
        refunds: [{ ...refund, ...refunded }],
        credits: [{ ...credit, ...credited }],
      });
    const beyond = { state: "disputed", reason: "refunded-before", difference: "-5.00", order };
    expect(match([other, again], found(owed()))).toEqual([
      { state: "matched", order, refund: "rfn_1" },
      { ...beyond, creditNote: credit.number },
    ]);
    expect(match([other, back], found(owed()))[0]).toMatchObject(beyond);
    const before = { settled: "po_0" };
    expect(one(other, owed(before))).toEqual({ ...beyond, creditNote: credit.number, payout: "po_0" });
    expect(one(back, owed({}, before))).toEqual({ ...beyond, refund: "rfn_1", payout: "po_0" });
    expect(one(other, owed({ status: "failed" }))).toMatchObject({
      state: "matched",
      creditNote: credit.number,
    });
  });
  test("of several notes is owed for each of them", () => {
    const credits = [credit, { number: "CN-2026-000002", total: "5.00" }];
    const order = paidOrder("1", "24.30", { refunds: [refund], credits });
    const three = [back, { ...back, reference: "X" }, { ...back, reference: "Y" }];
    expect(match(three, found(order)).map(({ state }) => state)).toEqual(["matched", "matched", "disputed"]);
  });
});

describe("other lines", () => {
  test("fees and adjustments are bookable as they stand", () => {
    expect(one(line("fee", "-1.20", "f"))).toEqual({ state: "matched" });
    expect(one(line("adjustment", "3.00", "a", "1"), paidOrder("1", "5.00"))).toEqual({
      state: "matched",
      order,
    });
    expect(one(line("fee", "-1.20", "f", "9"))?.reason).toBe("unknown-order");
  });
  test("a chargeback is disputed by its nature", () =>
    expect(one(line("chargeback", "-5.00", "c", "1"), paidOrder("1", "5.00"))).toEqual({
      ...{ state: "disputed", reason: "chargeback", difference: "-5.00", order },
    }));
  test("a line that an earlier payout has is disputed, and takes nothing of the order", () => {
    const lines = [line("payment", "5.00", "p", "1"), line("payment", "5.00", "q", "1")];
    const known = [{ type: "payment", reference: "p", payout: "po_0" }] as const;
    expect(match(lines, { ...found(paidOrder("1", "5.00")), known })).toEqual([
      { state: "disputed", reason: "line-known", difference: "5.00", payout: "po_0" },
      { state: "matched", order },
    ]);
  });
});
