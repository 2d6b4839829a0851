import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { orderEventVersions } from "../../actors/order/events.ts";
import type { KnownOrder } from "../../actors/order/state.ts";
import { inWords } from "./order_words.ts";

const golden = "actors/order/golden";
const order = {
  placed: { currency: "GBP", lines: [{ sku: "85123A" }, { sku: "71053" }] },
  shipments: [],
  returns: [],
} as unknown as KnownOrder; // What sentences are made of.

test("every event that an order has ever had is a sentence, or a step on the way to one", () => {
  const silent = [
    "order.stock_answered",
    "order.command_resumed",
    "order.shipment_answered",
    "order.invoice_requested",
  ];
  const files = readdirSync(golden).filter((name) => name.endsWith(".json") && name !== "manifest.json");
  const seen = new Set<string>();
  for (const file of files) {
    for (const event of eventsIn(JSON.parse(readFileSync(`${golden}/${file}`, "utf8")))) {
      seen.add(event.type);
      const words = inWords(event, order);
      if (silent.includes(event.type)) expect(words).toBeUndefined();
      else expect(words, event.type).toMatch(/^[A-Z](?!.*(?:undefined|NaN|\[object))/);
    }
  }
  expect([...seen].sort()).toEqual(Object.keys(orderEventVersions).sort());
});

function eventsIn(file: unknown): readonly { readonly type: string; readonly data: unknown }[] {
  const list = Array.isArray(file) ? file : [file];
  return list.map((one) => "event" in one ? one.event : one);
}
