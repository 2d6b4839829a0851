import { expect, test } from "vitest";
import { canonicalOrder } from "./canonical.ts";
import { parseOrder } from "./schemas/order.ts";

test("the canonical form of an order is what it always was: stored fingerprints hang on it", () => {
  const parsed = parseOrder({
    channel: "web",
    orderNumber: "536365",
    currency: "GBP",
    customer: { name: "Ada", address: { country: "GB", city: "London" } },
    lines: [
      { sku: "A", quantity: 6, unitPrice: "2.50", discount: "0.10", taxRate: "0.20", description: "Holder" },
      { sku: "B", quantity: 1, unitPrice: "0" },
    ],
    shipping: { amount: "4.90", service: "next_day" },
  });
  if (!parsed.ok) throw new Error("Cannot parse the order of this test");
  expect(canonicalOrder(parsed.value, "2011-12-01T08:26:00Z")).toBe(
    '{"channel":"web","orderNumber":"536365","placedAt":"2011-12-01T08:26:00Z","currency":"GBP",' +
      '"customer":"{\\"address\\":{\\"city\\":\\"London\\",\\"country\\":\\"GB\\"},\\"name\\":\\"Ada\\"}",' +
      '"lines":[["A",6,"2.5","0.1","0.2","Holder"],["B",1,"0","0","0",null]],' +
      '"shipping":["4.9","0","next_day"],"pricesIncludeTax":false,"payment":"captured","holdMinutes":10,"stockPolicy":"reject"}',
  );
});
