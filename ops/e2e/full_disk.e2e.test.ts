import { afterAll, beforeAll, expect, test } from "vitest";
import { fillDiskOf } from "../cluster/disk.ts";
import { expectOneTruth } from "./books.ts";
import { expectNothingLost, expectProperAnswers, type Sent, startLoad } from "./load.ts";
import { orderOf, receive, tally } from "./orders.ts";
import { newSystem, type System } from "./system.ts";

const ordersBefore = 50, refusedMin = 30, ampleUnits = 100_000, sku = "TEA";

let system: System;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
  await receive(system, { [sku]: ampleUnits, LATE: 1 });
});
afterAll(() => system?.remove());

const answersOf = (sent: readonly Sent[]) => sent.flatMap(({ answer }) => answer ?? []);

test("a full disk accepts nothing, says so, and loses nothing; with room again everything goes on", async () => {
  const load = startLoad(system, "full", sku);
  const before = system.runtime();
  try {
    await load.placed(ordersBefore);
    expect(fillDiskOf(before.pids["nats-server"].pid)).toBeUndefined();
    const refused = () => answersOf(load.sent).filter(({ status }) => status === 503).length;
    await expect.poll(refused).toBeGreaterThan(refusedMin);
    const impatient = { headers: { prefer: "wait=2" } };
    const late = await system.post("/v1/orders", orderOf("late", "LATE"), impatient);
    expect(late.status, late.text).toBe(503);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(system.runtime().pids["nats-server"].pid, "it lives on").toBe(before.pids["nats-server"].pid);
    system.kill("nats-server"); // It does not write again by itself; the next one finds room.
    await system.untilRestarted("nats-server", before);
    await load.placed(ordersBefore);
  } finally {
    await load.stop();
  }
  console.log("a full disk:", tally(answersOf(load.sent)));
  expectProperAnswers(load.sent);
  expect((await system.post("/v1/orders", orderOf("late", "LATE"))).status, "sent again").toBe(201);
  await expectNothingLost(system, load.sent, sku);
  await expectOneTruth(system);
});
