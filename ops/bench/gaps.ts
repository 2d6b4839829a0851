import { setTimeout as sleep } from "node:timers/promises";
import type { PartitionMap } from "../../streams/partition_map.ts";
import { Client } from "../cluster/chaos/client.ts";
import { openingStock, probesOf } from "../cluster/chaos/goods.ts";
import { Ledger } from "../cluster/chaos/ledger.ts";
import type { Cluster } from "../cluster/cluster.ts";

/** A buyer for each partition, one order after the other, and how long each had to wait from one answer to the next. */
export interface Gaps {
  /** From now on it counts. */
  begin(): void;
  /** Waits until each of these partitions (all, when left out) has answered an order that was sent after `begin`. */
  answeredSinceBegin(partitions?: readonly number[]): Promise<void>;
  longestMs(partitions?: readonly number[]): number;
  ordersPerSecond(): number;
  /** Answers since `forgetAnswers` that were no decision, by what they said. */
  undecided(): Record<string, number>;
  forgetAnswers(): void;
  stop(): Promise<void>;
}

interface Lane {
  answeredMs: number;
  longestMs: number;
  fresh: boolean;
}

const thinkMs = 30, pause = { firstMs: 10, maxMs: 100 }, lookMs = 20, answerMsMax = 60_000;

export async function startBuyers({ urls, key }: Cluster, map: PartitionMap): Promise<Gaps> {
  const stopping = new AbortController(), ledger = new Ledger(), probes = probesOf(map);
  const client = new Client({ urls, key, ledger, gaveUp: stopping.signal, pause });
  for (const ask of openingStock(probes.skus)) await client.settle(ask);
  const startMs = performance.now();
  let begunMs = startMs, orders = 0;
  const lanes = new Map<number, Lane>();
  const buyer = async (partition: number, lane: Lane) => {
    while (!stopping.signal.aborted) {
      const ask = probes.next(partition), sentMs = performance.now();
      if (await client.settle(ask)) {
        const nowMs = performance.now();
        lane.longestMs = Math.max(lane.longestMs, nowMs - lane.answeredMs);
        lane.answeredMs = nowMs;
        lane.fresh ||= sentMs >= begunMs;
        orders++;
      }
      ledger.entries.delete(ask.name);
      await sleep(thinkMs);
    }
  };
  const buying = map.partitions.map(({ partition }) => {
    const lane = { answeredMs: performance.now(), longestMs: 0, fresh: false };
    lanes.set(partition, lane);
    return buyer(partition, lane);
  });
  const chosen = (partitions?: readonly number[]) =>
    (partitions ?? [...lanes.keys()]).map((one) => lanes.get(one)!);
  return {
    begin: () => {
      begunMs = performance.now();
      for (const lane of lanes.values()) Object.assign(lane, { longestMs: 0, fresh: false });
    },
    answeredSinceBegin: async (partitions) => {
      const giveUpAtMs = performance.now() + answerMsMax;
      while (!chosen(partitions).every(({ fresh }) => fresh) && performance.now() < giveUpAtMs) {
        await sleep(lookMs);
      }
    },
    // What has not been answered yet counts as well.
    longestMs: (partitions) =>
      Math.max(
        ...chosen(partitions).map(({ longestMs, answeredMs, fresh }) =>
          fresh ? longestMs : performance.now() - answeredMs
        ),
      ),
    ordersPerSecond: () => Math.round(orders / ((performance.now() - startMs) / 1_000)),
    undecided: () => Object.fromEntries([...ledger.answers].filter(([said]) => said !== "201")),
    forgetAnswers: () => ledger.answers.clear(),
    stop: async () => {
      stopping.abort();
      await Promise.all(buying);
    },
  };
}
