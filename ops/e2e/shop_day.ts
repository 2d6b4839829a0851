import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { orderOf } from "./orders.ts";
import type { System } from "./system.ts";

/** One order of a busy day, as its customer was told of it. */
export interface Bought {
  readonly orderId: string;
  readonly number: string;
  /** Acknowledged so many milliseconds since 1970. */
  readonly placedMs: number;
  /** When its parcel was acknowledged, if it was. */
  shippedMs?: number;
}
export interface ShopDay {
  readonly bought: readonly Bought[];
  /** Waits until so many more were placed. */
  placed(more: number): Promise<void>;
  stop(): Promise<void>;
}

const buyers = 6, pauseMs = 20, placedMsMax = 60_000;

/** Buyers with names and addresses, each of whom orders again and again; every third order is shipped, and so invoiced. */
export function startShopDay(system: System, name: string, sku: string): ShopDay {
  const bought: Bought[] = [];
  let count = 0, stopped = false;
  const buyer = async () => {
    while (!stopped) {
      const n = count++, number = `${name}-${n}`;
      const one = await place(system, number, sku);
      bought.push(one);
      if (n % 3 === 0) {
        await ship(system, one.orderId, n, sku);
        one.shippedMs = Date.now();
      }
      await sleep(pauseMs);
    }
  };
  const buying = Promise.all(Array.from({ length: buyers }, buyer));
  buying.catch(() => {}); // Whoever stops the day hears of it.
  return {
    bought,
    placed: async (more) => {
      const before = bought.length;
      await expect.poll(() => bought.length, { timeout: placedMsMax }).toBeGreaterThan(before + more);
    },
    stop: async () => {
      stopped = true;
      await buying;
    },
  };
}

export async function place(system: System, number: string, sku: string): Promise<Bought> {
  const customer = { name: `Buyer ${number}`, email: `${number}@example.org`.toLowerCase() };
  const { status, text, body } = await system.post("/v1/orders", orderOf(number, sku, { customer }));
  expect(status, text).toBe(201);
  return { orderId: (body as { readonly orderId: string }).orderId, number, placedMs: Date.now() };
}

/** One parcel with all of it; answers with the number of its invoice. */
export async function ship(system: System, orderId: string, n: number, sku: string): Promise<void> {
  const shipped = await system.post(`/v1/orders/${orderId}/shipments`, {
    ...{ reference: "P", location: "LON1", carrier: "generic", trackingNumber: `T${n}` },
    lines: [{ sku, quantity: 1 }],
  });
  expect(shipped.status, shipped.text).toBe(201);
}
