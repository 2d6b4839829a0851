import { describe, expect, test } from "vitest";
import type { Parsed } from "./body.ts";
import { pointerOf } from "./schemas/issues.ts";
import { parseOrder } from "./schemas/order.ts";

const line = { sku: "85123A", quantity: 6, unitPrice: "2.55" };
const order = { channel: "web", orderNumber: "536365", currency: "GBP", lines: [line] };

/** The pointers of what is wrong, in order; none when the order is fine. */
function wrong(parsed: Parsed<unknown>): string[] {
  return parsed.ok ? [] : parsed.refusal.errors!.map(({ pointer }) => pointer).sort();
}
const wrongWith = (other: Record<string, unknown>) => wrong(parseOrder({ ...order, ...other }));
const wrongLine = (other: Record<string, unknown>) => wrongWith({ lines: [line, { ...line, ...other }] });

describe("an order body", () => {
  test("needs little, and gets its defaults", () => {
    const parsed = parseOrder({ ...order, unknown: { any: "thing" }, __proto__: null });
    expect(parsed).toEqual({
      ok: true,
      value: {
        ...order,
        lines: [{ ...line, discount: "0", taxRate: "0" }],
        pricesIncludeTax: false,
        payment: "captured",
        holdMinutes: 10,
        stockPolicy: "reject",
      },
    });
  });

  test("is told everything that is wrong at once", () => {
    const parsed = parseOrder({
      channel: "",
      currency: "GBP",
      placedAt: "yesterday",
      customer: { email: "x", phone: "0207", language: "?", address: { city: "London" } },
      lines: [{ sku: " A", quantity: 0, unitPrice: 2.55 }, { ...line, discount: "0.001", taxRate: "1.5" }],
      shipping: { amount: "4.955" },
      pricesIncludeTax: "no",
      payment: "cash",
      holdMinutes: 1_441,
      stockPolicy: "maybe",
    });
    expect(wrong(parsed)).toEqual([
      "/channel",
      "/customer/address/country",
      "/customer/email",
      "/customer/language",
      "/customer/phone",
      "/holdMinutes",
      "/lines/0/quantity",
      "/lines/0/sku",
      "/lines/0/unitPrice",
      "/lines/1/discount",
      "/lines/1/taxRate",
      "/orderNumber",
      "/payment",
      "/placedAt",
      "/pricesIncludeTax",
      "/shipping/amount",
      "/stockPolicy",
    ]);
    const missing = parsed.ok
      ? undefined
      : parsed.refusal.errors!.find(({ pointer }) => pointer === "/orderNumber");
    expect(missing?.detail).toBe("is required");
  });

  test.each([[null], [[]], ["order"], [7], [undefined]])("%j is no order", (body) => {
    expect(wrong(parseOrder(body))).toEqual([""]);
  });

  test.each([
    ["a sku with an inner space", { sku: "A 1" }],
    ["any printable sku", { sku: "Größe/50%:*>é" }],
    ["64 characters beyond the BMP", { sku: "🙂".repeat(64) }],
    ["a free line", { unitPrice: "0" }],
    ["six places", { unitPrice: "0.000001" }],
    ["a million units", { quantity: 1_000_000 }],
    ["a discount of the whole line", { discount: "15.30" }],
    ["a full tax rate", { taxRate: "1" }],
  ])("takes %s", (_, other) => expect(wrongLine(other)).toEqual([]));

  test.each([
    ["an empty sku", { sku: "" }, "sku"],
    ["a trailing space", { sku: "A " }, "sku"],
    ["a tab", { sku: "A\tB" }, "sku"],
    ["a NUL", { sku: "A\0" }, "sku"],
    ["a no-break space", { sku: "A\u00a0B" }, "sku"],
    ["a zero-width space", { sku: "A\u200bB" }, "sku"],
    ["half a surrogate pair", { sku: "A\ud83d" }, "sku"],
    ["65 characters", { sku: "A".repeat(65) }, "sku"],
    ["a NUL in a text", { description: "a\0b" }, "description"],
    ["a fraction of a unit", { quantity: 1.5 }, "quantity"],
    ["a quantity as text", { quantity: "1" }, "quantity"],
    ["too many units", { quantity: 1_000_001 }, "quantity"],
    ["a price as a number", { unitPrice: 2.55 }, "unitPrice"],
    ["a negative price", { unitPrice: "-1" }, "unitPrice"],
    ["seven places", { unitPrice: "0.0000001" }, "unitPrice"],
    ["an exponent", { unitPrice: "1e3" }, "unitPrice"],
    ["a leading zero", { unitPrice: "02.50" }, "unitPrice"],
    ["thirteen digits", { unitPrice: "1000000000000" }, "unitPrice"],
    ["a discount above the line", { discount: "15.31" }, "discount"],
    ["a discount in tenths of a penny", { discount: "0.010" }, "discount"],
    ["a rate above one", { taxRate: "1.000001" }, "taxRate"],
    ["a rate in per cent", { taxRate: "20" }, "taxRate"],
    ["a missing price", { unitPrice: undefined }, "unitPrice"],
  ])("refuses %s", (_, other, member) => expect(wrongLine(other)).toEqual([`/lines/1/${member}`]));

  test.each([
    ["yen without decimals", { currency: "JPY", shipping: { amount: "500" } }, []],
    ["yen with decimals", { currency: "JPY", shipping: { amount: "500.0" } }, ["/shipping/amount"]],
    ["fils", { currency: "KWD", shipping: { amount: "1.005" } }, []],
    ["a currency that is none", { currency: "XYZ" }, ["/currency"]],
    ["a currency in small letters", { currency: "gbp" }, ["/currency"]],
    ["a country that is none", { customer: { address: { country: "UK" } } }, ["/customer/address/country"]],
    ["Kosovo, which has no ISO code", { customer: { address: { country: "XK" } } }, [
      "/customer/address/country",
    ]],
    ["a time with an offset", { placedAt: "2024-02-29T23:59:59.5+13:45" }, []],
    ["a day that was not", { placedAt: "2023-02-29T00:00:00Z" }, ["/placedAt"]],
    ["a time without a zone", { placedAt: "2023-02-01T00:00:00" }, ["/placedAt"]],
    ["a date", { placedAt: "2023-02-01" }, ["/placedAt"]],
    ["a long channel", { channel: "c".repeat(65) }, ["/channel"]],
    ["a long number", { orderNumber: "n".repeat(129) }, ["/orderNumber"]],
    ["a number that is one", { orderNumber: 536365 }, ["/orderNumber"]],
    ["no lines", { lines: [] }, ["/lines"]],
    ["lines that are none", { lines: {} }, ["/lines"]],
    ["null for absent", { customer: null }, ["/customer"]],
    ["no time at all to pay", { holdMinutes: 0 }, ["/holdMinutes"]],
  ])("%s", (_, other, pointers) => expect(wrongWith(other)).toEqual(pointers));

  test("2,000 lines are taken; more are refused without looking at each", () => {
    expect(wrongWith({ lines: Array(2_000).fill(line) })).toEqual([]);
    const pointers = wrongWith({ lines: Array(300_000).fill({}) });
    expect(pointers).toContain("/lines");
    expect(pointers).toHaveLength(1 + 3 * 2_000);
    expect(wrongWith({ lines: Array(2_001).fill(line) })).toEqual(["/lines"]);
  });
});

test("a pointer escapes what RFC 6901 says", () => {
  expect(pointerOf(["safetyStock", "a/b~c", 0])).toBe("/safetyStock/a~1b~0c/0");
});
