import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { exponentOf, isCurrency } from "./currency.ts";
import { decimalUnit, formatMinor, isDecimal, parseDecimal } from "./decimal.ts";
import { allocate, divideRounded } from "./rounding.ts";
import { type Priced, totalsOf } from "./totals.ts";

const line = (quantity: number, unitPrice: string, taxRate = "0.20", discount = "0") => ({
  quantity,
  live: quantity,
  unitPrice,
  discount,
  taxRate,
});
const order = (rest: Partial<Priced>): Priced => ({
  currency: "GBP",
  pricesIncludeTax: false,
  lines: [],
  ...rest,
});
const text = (priced: Priced) => {
  const totals = totalsOf(priced);
  const format = (amount: bigint) => formatMinor(amount, totals.exponent);
  return {
    lines: totals.lines.map(({ net, tax }) => `${format(net)}+${format(tax)}`),
    net: format(totals.net),
    tax: format(totals.tax),
    total: format(totals.total),
  };
};

describe("decimals", () => {
  test("keep every one of six places", () => {
    expect(parseDecimal("2.55")).toBe(2_550_000n);
    expect(parseDecimal("-0.000001")).toBe(-1n);
    expect(parseDecimal("12")).toBe(12_000_000n);
  });
  test.each(["", ".5", "1.", "1e3", "0.0000001", " 1", "1,5", "NaN", "0x10"])("refuse %j", (bad) => {
    expect(isDecimal(bad)).toBe(false);
    expect(() => parseDecimal(bad)).toThrow("Cannot read decimal");
  });
  test("are written with the currency's own exponent", () => {
    expect(formatMinor(5n, 2)).toBe("0.05");
    expect(formatMinor(-5n, 3)).toBe("-0.005");
    expect(formatMinor(1234n, 0)).toBe("1234");
    expect(formatMinor(0n, 4)).toBe("0.0000");
  });
  test("come back as they were", () => {
    fc.assert(fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), (micros) => {
      expect(parseDecimal(formatMinor(micros, 6))).toBe(micros);
    }));
  });
});

describe("currencies", () => {
  test.each([["GBP", 2], ["JPY", 0], ["KWD", 3], ["CLF", 4], ["ISK", 0]] as const)(
    "%s has %i places",
    (code, places) => {
      expect(exponentOf(code)).toBe(places);
    },
  );
  test("are known by their code alone", () => {
    expect(isCurrency("gbp")).toBe(false);
    expect(isCurrency("XXX")).toBe(false);
    expect(() => exponentOf("QQQ")).toThrow("ISO 4217");
  });
});

describe("rounding", () => {
  test.each([[5n, 10n, 1n], [-5n, 10n, -1n], [4n, 10n, 0n], [1n, 3n, 0n], [2n, 3n, 1n], [-2n, 3n, -1n], [
    3n,
    2n,
    2n,
  ]])(
    "%d / %d is %d",
    (numerator, denominator, expected) => expect(divideRounded(numerator, denominator)).toBe(expected),
  );
  test("is never off by more than a half, and a credit mirrors a charge", () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 20n), 10n ** 20n),
        fc.bigInt(1n, 10n ** 12n),
        (numerator, denominator) => {
          const rounded = divideRounded(numerator, denominator);
          const off = 2n * (rounded * denominator - numerator);
          expect(off <= denominator && off >= -denominator).toBe(true);
          expect(divideRounded(-numerator, denominator)).toBe(-rounded);
        },
      ),
    );
  });
});

describe("allocation", () => {
  test("gives the largest remainders the odd units, ties to the lower line", () => {
    expect(allocate(1000n, [1n, 1n, 1n])).toEqual([334n, 333n, 333n]);
    expect(allocate(-1000n, [1n, 1n, 1n])).toEqual([-334n, -333n, -333n]);
    expect(allocate(5n, [0n, 0n])).toEqual([3n, 2n]);
    expect(allocate(10n, [1n, 2n, 4n])).toEqual([1n, 3n, 6n]);
  });
  test("sums to the amount, each share within one of its exact part", () => {
    const weights = fc.array(fc.bigInt(0n, 10n ** 9n), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(fc.bigInt(-(10n ** 12n), 10n ** 12n), weights, (amount, weights) => {
      const shares = allocate(amount, weights);
      expect(shares.reduce((a, b) => a + b, 0n)).toBe(amount);
      const sum = weights.reduce((a, b) => a + b, 0n);
      if (sum === 0n) return;
      shares.forEach((share, i) => {
        const off = share * sum - amount * weights[i]!;
        expect(off < sum && off > -sum).toBe(true);
      });
    }));
  });
});

describe("an order's totals", () => {
  test("are those of the API's example", () => {
    const shipping = { amount: "4.95", taxRate: "0.20" };
    expect(text(order({ lines: [line(6, "2.55")], shipping }))).toEqual({
      lines: ["15.30+3.06"],
      net: "20.25",
      tax: "4.05",
      total: "24.30",
    });
  });
  test("round each line once, after the discount", () => {
    expect(text(order({ lines: [line(3, "0.335", "0", "0.01")] })).net).toBe("1.00");
    expect(text(order({ lines: [line(1, "0.005", "0"), line(1, "0.005", "0")] })).net).toBe("0.02");
  });
  test("tax the sum of a rate's rounded nets, not each line", () => {
    // 3 × round(0.03 × 0.2 = 0.006) would be 0.03.
    expect(text(order({ lines: [line(1, "0.03"), line(1, "0.03", "0.2"), line(1, "0.03")] }))).toEqual({
      lines: ["0.03+0.01", "0.03+0.01", "0.03+0.00"],
      net: "0.09",
      tax: "0.02",
      total: "0.11",
    });
  });
  test("keep the gross fixed where prices include tax", () => {
    const shipping = { amount: "4.95", taxRate: "0.20" };
    expect(text(order({ pricesIncludeTax: true, lines: [line(6, "2.55"), line(1, "1.00", "0")], shipping })))
      .toEqual({
        lines: ["12.75+2.55", "1.00+0.00"],
        net: "17.88",
        tax: "3.37",
        total: "21.25",
      });
  });
  test("charge a partly cancelled line its share, and shipping while anything is left", () => {
    const shipping = { amount: "4.95", taxRate: "0" };
    const part = { ...line(3, "1.00", "0", "0.10"), live: 1 };
    expect(text(order({ lines: [part], shipping })).total).toBe("5.92");
    expect(text(order({ lines: [{ ...part, live: 0 }], shipping })).total).toBe("0.00");
  });
  test("know currencies without and with four places", () => {
    expect(text(order({ currency: "JPY", lines: [line(3, "10.5", "0.1")] })).total).toBe("35");
    expect(text(order({ currency: "CLF", lines: [line(1, "1.00005", "0")] })).total).toBe("1.0001");
  });

  const rate = fc.constantFrom("0", "0.05", "0.07", "0.19", "0.2", "0.20", "0.255");
  const micros = (max: bigint) => fc.bigInt(0n, max).map((value) => formatMinor(value, 6));
  const anyLine = fc.record({
    quantity: fc.integer({ min: 1, max: 1000 }),
    unitPrice: micros(10n ** 9n),
    taxRate: rate,
  })
    .chain((row) =>
      fc.integer({ min: 0, max: row.quantity }).map((live) => ({ ...row, live, discount: "0" }))
    );
  const anyOrder = fc.record({
    currency: fc.constantFrom("GBP", "JPY", "KWD", "CLF"),
    pricesIncludeTax: fc.boolean(),
    lines: fc.array(anyLine, { minLength: 1, maxLength: 12 }),
    shipping: fc.option(fc.record({ amount: micros(10n ** 8n), taxRate: rate }), { nil: undefined }),
  });
  test("add up to the minor unit, whatever is in the order", () => {
    fc.assert(fc.property(anyOrder, (priced) => {
      const totals = totalsOf(priced);
      const rows = [...totals.lines, totals.shipping];
      expect(rows.reduce((sum, row) => sum + row.net, 0n)).toBe(totals.net);
      expect(rows.reduce((sum, row) => sum + row.tax, 0n)).toBe(totals.tax);
      expect(totals.net + totals.tax).toBe(totals.total);
      expect(rows.every((row) => row.net >= 0n && row.tax >= 0n)).toBe(true);
      if (priced.pricesIncludeTax) {
        const untaxed = totalsOf({
          ...priced,
          pricesIncludeTax: false,
          lines: priced.lines.map((row) => ({ ...row, taxRate: "0" })),
          shipping: priced.shipping && { ...priced.shipping, taxRate: "0" },
        });
        expect(totals.total).toBe(untaxed.total);
      }
    }));
  });
  test("have tax within half a minor unit of the exact tax of each rate", () => {
    fc.assert(fc.property(anyOrder, (priced) => {
      const { lines } = totalsOf({ ...priced, shipping: undefined });
      for (const rateText of new Set(priced.lines.map((row) => row.taxRate))) {
        const rate = parseDecimal(rateText);
        const group = lines.filter((_, i) => parseDecimal(priced.lines[i]!.taxRate) === rate);
        const net = group.reduce((sum, row) => sum + row.net, 0n),
          tax = group.reduce((sum, row) => sum + row.tax, 0n);
        const off = 2n * (tax * decimalUnit - net * rate);
        const room = priced.pricesIncludeTax ? decimalUnit + rate : decimalUnit;
        expect(off <= room && off >= -room).toBe(true);
      }
    }));
  });
});
