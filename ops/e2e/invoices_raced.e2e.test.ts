import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { streamNames } from "../../streams/record.ts";
import { chanceFrom } from "../cluster/chaos/chance.ts";
import { expectOneTruth } from "./books.ts";
import { expectOneSeries, type InvoiceRace, startRace } from "./invoice_race.ts";
import type { Runtime } from "../drill/temporary_system.ts";
import { newSystem, type System } from "./system.ts";

const invoices = 1_000, callers = 50, kills = 3, delayMsMax = 25;
const seed = Number(process.env["WAYBILL_TEST_SEED"] ?? Date.now() % 1_000_000);

let system: System, race: InvoiceRace;
beforeAll(async () => {
  system = await newSystem();
  await system.start();
});
afterAll(() => system?.remove());

async function withBroker<T>(
  { natsUrl, natsToken }: Runtime,
  use: (broker: Broker) => Promise<T>,
): Promise<T> {
  const broker = await connectJetStream({
    servers: natsUrl.split(","),
    token: natsToken,
    name: "e2e invoices",
  });
  try {
    return await use(broker);
  } finally {
    await broker.close();
  }
}
const issued = (count: number) =>
  withBroker(system.runtime(), (broker) => expectOneSeries(broker, race, count));

/** As if the database had never been there, and nothing but EVENTS said how actors stand. */
async function forgetAllButTheLog(runtime: Runtime): Promise<void> {
  // The projector goes on meanwhile: where both wait for one another, it is the one that has to give way.
  const connection = { deadlock_timeout: 60_000 };
  const sql = postgres(runtime.databaseUrl, { max: 1, onnotice: () => {}, connection });
  const schemas = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace where nspname !~ '^(pg_|information_schema$|public$)'`;
  expect(schemas.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["waybill", "orders_v2", "stock_v1"]),
  );
  for (const { name } of schemas) await sql`drop schema ${sql(name)} cascade`;
  await sql.end();
  await withBroker(runtime, async (broker) => {
    const { lastSequence } = await broker.info(streamNames.snapshots);
    expect(lastSequence, "there are snapshots to forget").toBeGreaterThan(0);
    await broker.purgeBelow(streamNames.snapshots, lastSequence + 1);
  });
}

describe(`${invoices} invoices raced by ${callers} callers`, () => {
  test(`are one series without gap or twin after ${kills} kills of the whole system (seed ${seed})`, async () => {
    const chance = chanceFrom(seed);
    race = startRace({ urls: [system.url], key: system.key, invoices, callers });
    for (let kill = 1; kill <= kills; kill++) {
      await race.shipped(Math.round(invoices * (kill - chance.next() / 2) / kills));
      await sleep(chance.below(delayMsMax));
      await system.killAll();
      await system.start();
    }
    await race.done;
    expect(race.ledger.answers.get("no connection"), "kills broke connections").toBeGreaterThan(0);
    await issued(invoices);
    await expectOneTruth(system);
  });

  test("are not issued again when everybody asks again", async () => {
    await race.again();
    await issued(invoices);
  });

  test("are not issued again when rows and actors are made anew from the log, which goes on from there", async () => {
    const before = await issued(invoices);
    await system.stop(); // Ends in good order, and so leaves a checkpoint to forget.
    await system.start();
    await forgetAllButTheLog(system.runtime());
    await system.killAll();
    await system.start();
    await expectOneTruth(system);
    const after = await issued(invoices);
    expect(after.documents).toEqual(before.documents);
    await race.again();
    await race.oneMore("one-more");
    const { documents } = await issued(invoices + 1);
    expect(documents.slice(0, invoices)).toEqual(before.documents);
    expect(documents.at(-1)).toMatchObject({ sequence: invoices + 1, previousHash: documents.at(-2)?.hash });
  });
});
