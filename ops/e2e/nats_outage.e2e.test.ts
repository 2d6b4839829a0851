import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectOneTruth } from "./books.ts";
import type { Answer } from "./caller.ts";
import { expectNothingLost, expectProperAnswers, type Sent, startLoad } from "./load.ts";
import { expectProblem, orderOf, receive, tally } from "./orders.ts";
import type { Part } from "../drill/temporary_system.ts";
import { newSystem, type System } from "./system.ts";

const ordersBetween = 100;
const ampleUnits = 1_000_000;

let system: System;
let sku = "";
let known = "";
beforeAll(async () => {
  system = await newSystem();
  await system.start();
  await receive(system, { KNOWN: 1 });
  const { body } = await system.post("/v1/orders", orderOf("known", "KNOWN"));
  known = orderIdOf(body);
});
afterAll(() => system?.remove());
beforeEach(async ({ task }) => {
  sku = `SKU-${task.name.split(" ")[0]}`;
  await receive(system, { [sku]: ampleUnits });
});

function orderIdOf(body: unknown): string {
  if (body instanceof Object && "orderId" in body) return String(body.orderId);
  throw new Error(`Cannot find an order in ${JSON.stringify(body)}`);
}

/** Sends orders while the part is killed; ends when it is back and orders are placed as before. */
async function killUnderLoad(
  part: Part,
  meanwhile: (down: () => boolean) => Promise<void>,
): Promise<readonly Sent[]> {
  const load = startLoad(system, sku, sku);
  try {
    await load.placed(ordersBetween);
    const before = system.runtime();
    system.kill(part);
    let isDown = true;
    const back = system.untilRestarted(part, before).finally(() => isDown = false);
    await Promise.all([back, meanwhile(() => isDown)]);
    await load.placed(ordersBetween);
  } finally {
    await load.stop();
  }
  const answers = load.sent.flatMap(({ answer }) => answer ?? []);
  console.log(
    `${part} killed:`,
    tally(answers),
    `and ${load.sent.length - answers.length} without an answer`,
  );
  return load.sent;
}

async function killAgain(
  part: Part,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const before = system.runtime();
  system.kill(part);
  await meanwhile();
  await system.untilRestarted(part, before);
}

/** What is answered at once, however old it is. */
const now = (path: string) => system.get(path, { stale: true });

/** Asks again and again while the part is down. */
async function whileDown(isDown: () => boolean, ask: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (isDown()) {
    answers.push(await ask());
    await sleep(20);
  }
  return answers;
}

describe("no accepted order is lost, and requests are answered meanwhile, when", () => {
  test("nats-server is killed, four times in a row", async () => {
    const sent = await killUnderLoad("nats-server", async (isDown) => {
      const lives = await whileDown(isDown, () => system.get("/livez", { key: null }));
      expect(Object.keys(tally(lives))).toEqual(["200"]);
      // The launcher waits twice as long each time; the last time for four seconds, twice as long as callers are patient.
      await killAgain("nats-server");
      await killAgain("nats-server");
      await killAgain("nats-server", async () => {
        const stranger = system.get(`/v1/orders/ord_${"0".repeat(26)}`);
        await expect.poll(async () => (await system.get("/readyz", { key: null })).status).toBe(503);
        expect(await now(`/v1/orders/${known}`)).toMatchObject({ status: 200 });
        expect(await now("/v1/stock/KNOWN")).toMatchObject({ status: 200 });
        expectProblem(await stranger, 503, "unavailable");
      });
    });
    expectProperAnswers(sent);
    expect(Object.keys(tally(sent.flatMap(({ answer }) => answer ?? [])))).toEqual(["201", "202", "503"]);
    await expectNothingLost(system, sent, sku);
  });

  test("postgres is killed: orders are taken and read by their ids as if nothing were", async () => {
    let lists: Answer[] = [], reads: Answer[] = [];
    const sent = await killUnderLoad("postgres", async (isDown) => {
      [lists, reads] = await Promise.all([
        whileDown(isDown, () => now("/v1/orders?limit=1")),
        whileDown(isDown, () => now(`/v1/orders/${known}`)),
      ]);
    });
    expectProperAnswers(sent);
    expect(Object.keys(tally(sent.flatMap(({ answer }) => answer ?? [])))).toEqual(["201", "202"]);
    expect(Object.keys(tally(reads))).toEqual(["200"]);
    const refused = lists.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expectProblem(answer, 503, "unavailable");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    await expectNothingLost(system, sent, sku);
  });

  test("projector is killed: nobody but a list notices", async () => {
    const sent = await killUnderLoad("projector", async (isDown) => {
      const stock = await whileDown(isDown, () => now(`/v1/stock/${sku}`));
      expect(Object.keys(tally(stock))).toEqual(["200"]);
      expect(stock.filter(({ headers }) => headers.has("waybill-stale"))).toEqual([]);
    });
    expectProperAnswers(sent);
    expect(Object.keys(tally(sent.flatMap(({ answer }) => answer ?? [])))).toEqual(["201", "202"]);
    await expectNothingLost(system, sent, sku);
  });

  test("host is killed: every order is accepted all the same, and decided when it is back", async () => {
    const sent = await killUnderLoad("host", async (isDown) => {
      const ready = await whileDown(isDown, () => system.get("/readyz", { key: null }));
      expect(Object.keys(tally(ready))).toContain("503");
    });
    expectProperAnswers(sent);
    expect(sent.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(Object.keys(tally(sent.flatMap(({ answer }) => answer ?? [])))).toEqual(["201", "202"]);
    await expectNothingLost(system, sent, sku);
  });

  test("edge is killed: connections break, promises do not", async () => {
    const sent = await killUnderLoad("edge", () => Promise.resolve());
    expectProperAnswers(sent.filter(({ error }) => error === undefined));
    expect(sent.filter(({ error }) => error !== undefined).length).toBeGreaterThan(0);
    await expectNothingLost(system, sent, sku);
  });

  test("afterwards the log, the edge's memory and the rows tell the same", async () => {
    const books = await expectOneTruth(system);
    expect([...books.decided].filter(([, times]) => times > 1)).toEqual([]);
  });
});
