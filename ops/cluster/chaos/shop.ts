import { setTimeout as sleep } from "node:timers/promises";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import type { Chance } from "./chance.ts";
import type { Client } from "./client.ts";
import {
  cancellation,
  flashOrder,
  mixedOrder,
  moreStock,
  openingStock,
  parcelsOf,
  payment,
  probesOf,
} from "./goods.ts";
import type { Ask, Told } from "./ledger.ts";
import type { Recovery } from "./recovery.ts";

export interface ShopOptions {
  readonly client: Client;
  readonly chance: Chance;
  readonly map: PartitionMap;
  readonly recovery: Recovery;
  readonly ms: number;
  /** How many want the 1,000 units. */
  readonly buyers: number;
}

export interface Shop {
  /** Returns when everybody knows. */
  readonly done: Promise<void>;
  /** No new orders; those that were asked go on until they are answered. */
  close(): void;
}

type MixedOrder = ReturnType<typeof mixedOrder>;

const lanes = { flash: 48, mixed: 6, packing: 6 }, probeEveryMs = 250;
/** Of what is sold, as far as it is packed before the shop closes; the rest of it stays allocated. */
const shippedShare = 0.4, packPauseMs = 50;
const thinkMs = 40, twiceShare = 0.05, againShare = 0.05, againWithinMs = 15_000;
/** An order that is left unpaid is let go by its deadline: asked for early enough, that passes while the run lasts. */
const leaveMsMin = 75_000;
const preferences = [undefined, undefined, undefined, "wait=0", "respond-async"];

export async function openShop(options: ShopOptions): Promise<Shop> {
  const probes = probesOf(options.map);
  for (const ask of openingStock(probes.skus)) await options.client.settle(ask);
  const trade = new Trade(options);
  const partitions = options.map.partitions.map(({ partition }) => partition);
  const done = Promise.all([
    ...Array.from({ length: lanes.flash }, () => trade.flash()),
    ...Array.from({ length: lanes.mixed }, () => trade.mixed()),
    ...Array.from({ length: lanes.packing }, () => trade.pack()),
    ...partitions.map((partition) => trade.probe(() => probes.next(partition), partition)),
    trade.receipts(),
  ]).then(() => trade.repeated());
  return { done, close: () => void (trade.open = false) };
}

class Trade {
  open = true;
  readonly #options: ShopOptions;
  readonly #startMs = performance.now();
  readonly #later: Promise<unknown>[] = [];
  readonly #toPack: Ask[] = [];
  #buyers = 0;
  #orders = 0;

  constructor(options: ShopOptions) {
    this.#options = options;
  }

  /** The buyers come spread over the time of the sale; who has not come when it closes stays away. */
  async flash(): Promise<void> {
    const { buyers, chance, ms } = this.#options;
    while (this.open) {
      const n = this.#buyers++;
      if (n >= buyers) return;
      const dueMs = this.#startMs + n * ms * 0.8 / buyers;
      while (this.open && performance.now() < dueMs) {
        await sleep(Math.min(200, Math.max(0, dueMs - performance.now())));
      }
      const ask = flashOrder(n), told = await this.#ask(ask);
      if (told?.status === 201 && chance.next() < shippedShare) this.#ship(ask.name, told);
    }
  }

  async mixed(): Promise<void> {
    const { chance, ms } = this.#options;
    while (this.open) {
      const early = performance.now() - this.#startMs < ms - leaveMsMin;
      const ask = mixedOrder(chance, this.#orders++, early ? 1 : 10), told = await this.#ask(ask);
      if (told?.status === 201) await this.#afterwards(ask, told, early);
      await sleep(chance.below(thinkMs));
    }
  }

  async pack(): Promise<void> {
    while (this.open) {
      const parcel = this.#toPack.shift();
      await (parcel === undefined ? sleep(packPauseMs) : this.#ask(parcel));
    }
  }

  async probe(next: () => Ask, partition: number): Promise<void> {
    while (this.open) {
      const sentMs = performance.now(), ask = next();
      if (await this.#options.client.settle(ask)) this.#options.recovery.answered(partition, sentMs);
      await sleep(Math.max(0, probeEveryMs - (performance.now() - sentMs)));
    }
  }

  async receipts(): Promise<void> {
    for (let n = 0; this.open; n++) {
      await this.#ask(moreStock(this.#options.chance, n));
      await sleep(1_000);
    }
  }

  async repeated(): Promise<void> {
    await Promise.all(this.#later);
  }

  /** Some ask twice at once, and some again when they know already. */
  async #ask(ask: Ask) {
    const { client, chance } = this.#options;
    const prefer = ask.kind === "order" ? chance.pick(preferences) : undefined;
    if (chance.next() < twiceShare) this.#later.push(client.settle(ask));
    const told = await client.settle(ask, prefer);
    if (told && chance.next() < againShare) this.#later.push(this.#again(ask));
    return told;
  }

  async #again(ask: Ask): Promise<void> {
    const dueMs = performance.now() + this.#options.chance.below(againWithinMs);
    while (this.open && performance.now() < dueMs) await sleep(200);
    await this.#options.client.settle(ask);
  }

  /** Everything that the order has, from wherever it lies. Nobody who buys waits for it. */
  #ship(number: string, told: Told): void {
    this.#toPack.push(...parcelsOf(number, told));
  }

  async #afterwards({ name: number, pending }: MixedOrder, told: Told, early: boolean): Promise<void> {
    const dice = this.#options.chance.next();
    if (!pending) {
      if (dice < 0.15) await this.#ask(cancellation(number));
      else if (dice < 0.15 + shippedShare) this.#ship(number, told);
    } else if (dice < 0.6) {
      const paid = await this.#ask(payment(number, "captured"));
      if (paid?.status === 200 && dice < shippedShare) this.#ship(number, paid);
    } else if (dice < 0.75) await this.#ask(payment(number, "failed"));
    else if (dice < 0.9 || !early) await this.#ask(cancellation(number));
  }
}
