import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMap } from "../../streams/cluster/map_store.ts";
import { expectOneSeries, type InvoiceRace, startRace } from "../e2e/invoice_race.ts";
import { chanceFrom } from "./chaos/chance.ts";
import { type TemporaryCluster, temporaryCluster } from "./temporary_cluster.ts";

/** One process alone with one partition is raced by 1,000 in ops/e2e; here documents and orders are of several processes. */
const invoices = 200, callers = 20, partitions = 16;
const shape = { nodes: 3, hosts: 2, edges: 1, projectors: 1, delivers: 0, partitions, replicas: 3 };
/** Whoever numbers the documents is among them, wherever that is, and in the end nobody is left. */
const killed = [["host-1"], ["host-2"], ["host-1", "host-2"]], delayMsMax = 100;
const seed = Number(process.env["WAYBILL_TEST_SEED"] ?? Date.now() % 1_000_000);

let temporary: TemporaryCluster, race: InvoiceRace;
beforeAll(async () => {
  temporary = await temporaryCluster(shape);
});
afterAll(() => temporary?.remove());

const issued = () => expectOneSeries(temporary.broker, race, invoices);

describe(`${invoices} invoices raced by ${callers} callers on two hosts with ${partitions} partitions`, () => {
  test(`are one series without gap or twin after hosts were killed ${killed.length} times (seed ${seed})`, async () => {
    const { cluster, broker } = temporary, chance = chanceFrom(seed);
    race = startRace({ urls: cluster.urls, key: cluster.key, invoices, callers });
    for (const [i, names] of killed.entries()) {
      await race.shipped(Math.round(invoices * (i + 1 - chance.next() / 2) / (killed.length + 1)));
      await sleep(chance.below(delayMsMax));
      const hosts = names.map((name) => cluster.member(name));
      await Promise.all(hosts.map((host) => host.kill()));
      await Promise.all(hosts.map((host) => host.revive()));
    }
    await race.done;
    expect([...race.ledger.answers.keys()], "kills kept callers waiting").not.toEqual(["201"]);
    const { heads } = await issued();
    const { map } = (await readMap(broker))!;
    expect([...heads.keys()].sort((a, b) => a - b)).toEqual(map.partitions.map(({ partition }) => partition));
  });

  test("are not issued again when everybody asks again", async () => {
    await race.again();
    await issued();
  });
});
