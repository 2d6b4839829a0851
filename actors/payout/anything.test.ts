import fc from "fast-check";
import { expect, test } from "vitest";
import { given } from "../testing/given.ts";
import type { CandidateOrder } from "./candidates.ts";
import { matchStatement } from "./match.ts";
import { payout } from "./payout.ts";
import { found, line, matching, paidOrder, recording } from "./specs.ts";
import { decimalOf, minorOf, signOf, type StatementLine, statementLineTypes } from "./statement.ts";
import { payoutView } from "./view.ts";

const currency = "GBP";
const money = (min: number, max: number) =>
  fc.integer({ min, max }).map((minor) => decimalOf(BigInt(minor), currency));

const anyLine = fc.record({
  type: fc.constantFrom(...statementLineTypes),
  cents: fc.integer({ min: 1, max: 40 }),
  down: fc.boolean(),
  number: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
  reference: fc.integer({ min: 0, max: 40 }).map(String),
}).map(({ type, cents, down, number, reference }) => {
  const sign = signOf[type] ?? (down ? -1 : 1);
  return line(type, decimalOf(BigInt(sign * cents), currency), reference, number);
});
const lines = fc.uniqueArray(anyLine, {
  minLength: 1,
  maxLength: 14,
  selector: ({ type, reference }) => `${type} ${reference}`,
});
const settled = fc.option(fc.constant("po_0"), { nil: undefined });
const anyOrder = (number: string) =>
  fc.record({
    total: money(0, 60),
    captured: money(0, 60),
    paid: fc.array(fc.record({ payout: fc.constant("po_0"), amount: money(1, 30) }), { maxLength: 2 }),
    credits: fc.uniqueArray(
      fc.record({ number: fc.constantFrom("CN-1", "CN-2"), total: money(1, 40), settled }),
      { maxLength: 2, selector: (credit) => credit.number },
    ),
    refunds: fc.uniqueArray(
      fc.record({
        refund: fc.constantFrom("a", "b", "c"),
        reference: fc.integer({ min: 0, max: 40 }).map(String),
        amount: money(1, 40),
        status: fc.constantFrom("pending" as const, "succeeded" as const, "failed" as const),
        settled,
      }),
      { maxLength: 3, selector: ({ reference }) => reference },
    ),
  }).map(({ total, ...rest }) => paidOrder(number, total, plain(rest)));
/** As it comes out of JSON: what is not there is absent. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const orders = fc.tuple(anyOrder("1"), anyOrder("2")).map((all) => all as readonly CandidateOrder[]);

test("whatever a statement says: lines add up to net, and each is in exactly one state", () => {
  fc.assert(fc.property(lines, orders, (said, candidates) => {
    const { state } = given(payout).after(recording(said, found(...candidates)));
    if (state.recorded === null) throw new Error("it was not recorded");
    const { totals: { net, ...parts }, matched, unmatched, disputed, differences, lines } = payoutView(state);
    const sum = (amounts: readonly string[]) =>
      amounts.reduce((all, one) => all + minorOf(one, currency), 0n);
    expect(sum(said.map(({ amount }) => amount))).toBe(minorOf(net, currency));
    expect(sum(Object.values(parts))).toBe(minorOf(net, currency));
    expect([...matched, ...unmatched, ...disputed].toSorted((a, b) => a - b)).toEqual(
      said.map((_, index) => index + 1),
    );
    expect(lines.filter(({ state }) => state !== "matched").map(({ line }) => line)).toEqual(
      differences.map(({ line }) => line),
    );
    for (const { difference } of differences) expect(minorOf(difference, currency)).not.toBe(0n);
  }));
});

test("looking again at the same finds the same", () => {
  fc.assert(fc.property(lines, orders, (said, candidates) => {
    const known = found(...candidates);
    given(payout).after(recording(said, known)).when(matching(known)).thenNothing();
  }));
});

test("the order of lines and of what they are compared with means nothing", () => {
  fc.assert(fc.property(lines, orders, fc.nat(), (said, candidates, seed) => {
    const matched = byLine(said, candidates), turned = seed % said.length;
    const shuffled = [...said.slice(turned), ...said.slice(0, turned)].reverse();
    const others = candidates.map(({ refunds, credits, ...order }) => ({
      ...order,
      refunds: refunds.toReversed(),
      credits: credits.toReversed(),
    }));
    expect(byLine(shuffled, others.toReversed())).toEqual(matched);
  }));
});
function byLine(said: readonly StatementLine[], candidates: readonly CandidateOrder[]) {
  const matches = matchStatement({ source: "web", currency, lines: said }, found(...candidates));
  return Object.fromEntries(said.map(({ type, reference }, i) => [`${type} ${reference}`, matches[i]]));
}

test("payments less their differences are what was to come, to the penny", () => {
  fc.assert(fc.property(lines, orders, (said, candidates) => {
    const matches = matchStatement({ source: "web", currency, lines: said }, found(...candidates));
    for (const order of candidates) {
      const amounts = said.flatMap(({ type, amount, orderNumber }, i) =>
        type === "payment" && orderNumber === order.orderNumber
          ? [{ amount: minorOf(amount, currency), off: minorOf(matches[i]!.difference ?? "0", currency) }]
          : []
      );
      if (amounts.length === 0) continue;
      const [paid, off] = amounts.reduce(([p, o], { amount, off }) => [p + amount, o + off], [0n, 0n]);
      const before = order.paid.reduce((sum, { amount }) => sum + minorOf(amount, currency), 0n);
      const captured = minorOf(order.captured, currency), total = minorOf(order.total, currency);
      const due = (before + paid === total && captured > 0n ? total : captured) - before;
      expect(paid - off).toBe(due > 0n ? due : 0n);
    }
  }));
});
