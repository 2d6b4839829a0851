import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { given } from "../testing/given.ts";
import type { CandidateOrder } from "./candidates.ts";
import { matchStatement } from "./match.ts";
import { payout } from "./payout.ts";
import { found, line, matching, paidOrder, recording } from "./specs.ts";
import { decimalOf, minorOf, signOf, type StatementLine, statementLineTypes } from "./statement.ts";
import { payoutView } from "./view.ts";

/** As it comes out of JSON: what is not there is absent. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

// Two, no, three and four places.
describe.each(["GBP", "JPY", "KWD", "CLF"])("in %s", (currency) => {
  const money = (min: number, max: number) =>
    fc.integer({ min, max }).map((minor) => decimalOf(BigInt(minor), currency));

  const anyLine = fc.record({
    type: fc.constantFrom("payment", "refund", "refund", ...statementLineTypes),
    cents: fc.integer({ min: 1, max: 4 }),
    down: fc.boolean(),
    number: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
    reference: fc.integer({ min: 0, max: 20 }).map(String),
  }).map(({ type, cents, down, number, reference }) => {
    const sign = signOf[type] ?? (down ? -1 : 1);
    return line(type, decimalOf(BigInt(sign * cents), currency), reference, number);
  });
  const lines = fc.uniqueArray(anyLine, {
    minLength: 1,
    maxLength: 14,
    selector: ({ type, reference }) => `${type} ${reference}`,
  });
  const settled = fc.constantFrom(undefined, undefined, "po_0");
  const anyOrder = (number: string) =>
    fc.record({
      total: money(0, 9),
      captured: money(0, 9),
      paid: fc.array(fc.record({ payout: fc.constant("po_0"), amount: money(1, 5) }), { maxLength: 2 }),
      credits: fc.uniqueArray(
        fc.record({ number: fc.constantFrom(`CN-${number}1`, `CN-${number}2`), total: money(1, 4), settled }),
        { maxLength: 2, selector: (credit) => credit.number },
      ),
      refunds: fc.uniqueArray(
        fc.record({
          reference: fc.integer({ min: 0, max: 20 }).map(String),
          amount: money(1, 4),
          status: fc.constantFrom("pending" as const, "succeeded" as const, "failed" as const),
          settled,
        }),
        { maxLength: 3, selector: ({ reference }) => reference },
      ).map((all) => all.map((one) => ({ ...one, refund: `rfn_${number}_${one.reference}` }))),
    }).map(({ total, ...rest }) => paidOrder(number, total, { currency, ...plain(rest) }));
  const orders = fc.tuple(anyOrder("1"), anyOrder("2")).map((all) => all as readonly CandidateOrder[]);

  const stating = (said: readonly StatementLine[], candidates: readonly CandidateOrder[]) => ({
    ...recording(said, found(...candidates)),
    currency,
  });

  test("whatever a statement says: lines add up to net, and each is in exactly one state", () => {
    fc.assert(fc.property(lines, orders, (said, candidates) => {
      const { state } = given(payout).after(stating(said, candidates));
      if (state.recorded === null) throw new Error("it was not recorded");
      const { totals: { net, ...parts }, matched, unmatched, disputed, differences, lines } = payoutView(
        state,
      );
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

  test("whatever is written off: it is what the line differs by, and looking again changes nothing", () => {
    fc.assert(fc.property(lines, orders, fc.nat(), (said, candidates, which) => {
      const recorded = given(payout).after(stating(said, candidates)), number = 1 + which % said.length;
      if (recorded.state.recorded === null) throw new Error("it was not recorded");
      const before = payoutView(recorded.state), differs = before.lines[number - 1]!.difference;
      const command = {
        ...{ line: number, reason: "r", fingerprint: "r", by: "key" },
        type: "write_off",
      } as const;
      if (differs === undefined) {
        recorded.when(command).thenRejected({ reason: "payout-line-matched" });
        return;
      }
      const { state } = recorded.after(command).after(matching(found(...candidates)));
      if (state.recorded === null) throw new Error("it was not recorded");
      const { totals, writtenOff, matched, unmatched, disputed } = payoutView(state);
      expect(totals).toEqual({ ...before.totals, writtenOff: differs });
      expect(writtenOff).toEqual([number]);
      expect([...matched, ...unmatched, ...disputed, number].toSorted((a, b) => a - b)).toEqual(
        said.map((_, index) => index + 1),
      );
    }));
  });

  test("looking again at the same finds the same", () => {
    fc.assert(fc.property(lines, orders, (said, candidates) => {
      const known = found(...candidates);
      given(payout).after(stating(said, candidates)).when(matching(known)).thenNothing();
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

  test("no refund and no credit note is taken twice, nor one that an earlier payout has", () => {
    fc.assert(fc.property(lines, orders, (said, candidates) => {
      const taken = matchStatement({ source: "web", currency, lines: said }, found(...candidates))
        .filter(({ state }) => state === "matched" || state === "matched_with_diff")
        .flatMap(({ refund, creditNote }) => refund ?? creditNote ?? []);
      expect(new Set(taken).size).toBe(taken.length);
      const gone = candidates.flatMap(({ refunds, credits }) => [
        ...refunds.flatMap(({ refund, settled }) => settled === undefined ? [] : [refund]),
        ...credits.flatMap(({ number, settled }) => settled === undefined ? [] : [number]),
      ]);
      expect(taken.filter((one) => gone.includes(one))).toEqual([]);
    }));
  });

  test("no more is taken to be paid back than refunds or notes come to, whichever is more", () => {
    fc.assert(fc.property(lines, orders, (said, candidates) => {
      const matches = matchStatement({ source: "web", currency, lines: said }, found(...candidates));
      const sum = (amounts: readonly string[]) =>
        amounts.reduce((all, one) => all + minorOf(one, currency), 0n);
      for (const { order, refunds, credits } of candidates) {
        const mine = matches.filter((match) => match.order === order && match.state.startsWith("matched"));
        const owing = refunds.filter(({ status }) => status !== "failed");
        const paid = owing.filter(({ refund }) => mine.some((match) => match.refund === refund));
        const noted = credits.filter(({ number }) => mine.some((match) => match.creditNote === number));
        const refunded = sum(owing.map(({ amount }) => amount)),
          credited = sum(credits.map(({ total }) => total));
        const taken = [...paid.map(({ amount }) => amount), ...noted.map(({ total }) => total)];
        expect(sum(taken) <= (refunded > credited ? refunded : credited)).toBe(true);
      }
    }));
  });

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
});
