import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "./chaos/client.ts";
import { flashOrder, flashSku, parcel, receipt } from "./chaos/goods.ts";
import { type Ask, Ledger } from "./chaos/ledger.ts";
import type { Cluster } from "./cluster.ts";

/** Buyers with names and addresses who order, have their parcels sent, and repeat what was not answered until they know. */
export interface Trading {
  readonly ledger: Ledger;
  /** Resolves once so many more parcels are acknowledged. */
  shipped(more: number): Promise<void>;
  /** Resolves once everybody knows everything. */
  stop(): Promise<void>;
}

const buyers = 12, units = 1_000_000, location = "LON1", lookMs = 10;
const pause = { firstMs: 50, maxMs: 500 };
const lines = [{ sku: flashSku, quantity: 1 }];

/** What the nth buyer orders, and how it is sent. */
export const bought = (n: number): readonly [order: Ask, parcel: Ask] => {
  const order = flashOrder(n);
  return [order, parcel(order.name, location, lines)];
};

export function startTrading({ urls, key }: Pick<Cluster, "urls" | "key">): Trading {
  const ledger = new Ledger(), gaveUp = new AbortController();
  const client = new Client({ urls, key, ledger, gaveUp: gaveUp.signal, pause });
  let next = 0, stopped = false, failed: unknown;
  const yes = async (ask: Ask) => {
    const told = await client.settle(ask);
    if (told?.status !== 201) throw new Error(`Cannot go on: ${ask.name} was told ${JSON.stringify(told)}`);
  };
  const buyer = async () => {
    while (!stopped) for (const ask of bought(next++)) await yes(ask);
  };
  const run = async () => {
    await yes(receipt("opening", location, [[flashSku, units]]));
    await Promise.all(Array.from({ length: buyers }, buyer));
  };
  const done = run().catch((error: unknown) => {
    failed = error ?? new Error("Cannot trade: no reason was given");
    stopped = true;
    gaveUp.abort();
  });
  const told = () => ledger.of("shipment").filter(({ told }) => told !== undefined).length;
  const expectWell = () => {
    if (failed !== undefined) throw failed;
  };
  return {
    ledger,
    shipped: async (more) => {
      for (const wanted = told() + more; told() < wanted; await sleep(lookMs)) expectWell();
    },
    stop: async () => {
      stopped = true;
      await done;
      expectWell();
    },
  };
}
