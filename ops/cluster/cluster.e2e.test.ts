import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { isRunning, processName } from "../local/process_table.mjs";
import { Client } from "./chaos/client.ts";
import { openingStock, probesOf } from "./chaos/goods.ts";
import { Ledger } from "./chaos/ledger.ts";
import type { Cluster } from "./cluster.ts";
import { partitionsHeld } from "./partitions_held.ts";
import { type TemporaryCluster, temporaryCluster } from "./temporary_cluster.ts";

const partitions = 6, ownedMsMax = 60_000, gapMsMax = 60_000;
const shape = { nodes: 3, hosts: 2, edges: 1, projectors: 1, delivers: 1, partitions, replicas: 3 };

let temporary: TemporaryCluster, cluster: Cluster, broker: Broker, ledger: Ledger;
let load: { stop(): Promise<void>; gapMs(): number; refused(): number };

beforeAll(async () => {
  temporary = await temporaryCluster(shape);
  ({ cluster, broker } = temporary);
  load = await startLoad();
});
afterAll(async () => {
  await load?.stop();
  await temporary?.remove();
});

/** A buyer for each partition, one order after the other; the longest time in which one of them was not answered. */
async function startLoad(): Promise<typeof load> {
  const stopping = new AbortController();
  ledger = new Ledger();
  const client = new Client({ urls: cluster.urls, key: cluster.key, ledger, gaveUp: stopping.signal });
  const { map } = (await readMap(broker))!, probes = probesOf(map);
  for (const ask of openingStock(probes.skus)) await client.settle(ask);
  let gapMs = 0;
  const buyer = async (partition: number) => {
    while (!stopping.signal.aborted) {
      const sentMs = performance.now();
      await client.settle(probes.next(partition));
      gapMs = Math.max(gapMs, performance.now() - sentMs);
      await sleep(50);
    }
  };
  const buying = Promise.all(map.partitions.map(({ partition }) => buyer(partition)));
  buying.catch(() => {}); // Whoever stops them hears of it.
  return {
    stop: () => (stopping.abort(), buying.then(() => {})),
    gapMs: () => {
      const longest = gapMs;
      gapMs = 0;
      return longest;
    },
    refused: () =>
      [...ledger.answers].reduce((sum, [said, n]) => ["201", "202"].includes(said) ? sum : sum + n, 0),
  };
}

const held = () => partitionsHeld(cluster, broker);
const expectHeld = (wanted: Record<string, number>) =>
  expect.poll(held, { timeout: ownedMsMax, interval: 200 }).toEqual(wanted);

describe("hosts of a cluster under load", () => {
  test("share the partitions", () => expectHeld({ "host-1": 3, "host-2": 3 }));

  test("one that is killed is replaced: its partitions answer again", async () => {
    load.gapMs();
    await cluster.member("host-1").kill();
    await expectHeld({ "host-2": 6 });
    await sleep(1_000);
    expect(load.gapMs()).toBeLessThan(gapMsMax);
  });

  test("one that joins takes its share", async () => {
    await cluster.member("host-1").revive();
    await expectHeld({ "host-1": 3, "host-2": 3 });
    const third = await cluster.join("host");
    await expectHeld({ "host-1": 2, "host-2": 2, "host-3": 2 });
    expect(third.member.state).toBe("up");
  });

  test("one that is drained hands over, and no answer is lost", async () => {
    await sleep(1_000);
    const before = load.refused();
    await cluster.member("host-2").drain();
    await expect.poll(async () => (await held())["nobody"], { timeout: ownedMsMax }).toBeUndefined();
    await sleep(1_000);
    expect(load.refused() - before).toBe(0);
    expect([...ledger.answers.keys()]).toContain("201");
  });

  test("everything that was started ends with it", async () => {
    const pids = cluster.members.filter(({ pid }) => pid !== 0).map(({ pid }) => processName(pid));
    await load.stop();
    await broker.close();
    await cluster.stop();
    expect(pids.filter(isRunning)).toEqual([]);
  });
});
