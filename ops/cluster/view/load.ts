import { setTimeout as sleep } from "node:timers/promises";
import { chanceFrom } from "../chaos/chance.ts";
import { Client } from "../chaos/client.ts";
import { mixedOrder, receipt, skuNames } from "../chaos/goods.ts";
import { Ledger } from "../chaos/ledger.ts";
import type { Cluster } from "../cluster.ts";

/** Orders of many SKUs, until it is told to stop. */
export interface Load {
  stop(): Promise<void>;
}

const buyers = 8, thinkMs = 20, ample = 1_000_000, holdMinutes = 10;

export function startLoad({ urls, key }: Pick<Cluster, "urls" | "key">): Load {
  const stopping = new AbortController(), ledger = new Ledger(), begun = Date.now();
  const client = new Client({ urls, key, ledger, gaveUp: stopping.signal });
  const chance = chanceFrom(begun);
  let orders = begun * 1_000; // An order number of an earlier load would be answered as it was then.
  const buyer = async () => {
    while (!stopping.signal.aborted) {
      const ask = mixedOrder(chance, orders++, holdMinutes);
      await client.settle(ask);
      ledger.entries.delete(ask.name); // Nobody audits this load.
      await sleep(thinkMs);
    }
  };
  const run = async () => {
    await client.settle(receipt(`load-${begun}`, "LON1", skuNames.map((sku) => [sku, ample])));
    await Promise.all(Array.from({ length: buyers }, buyer));
  };
  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
