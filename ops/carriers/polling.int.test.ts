import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ship } from "../../actors/town/citizens.ts";
import { sendBack } from "../../actors/town/return_calls.ts";
import { callbackHandler } from "../../http/carriers/callback_handler.ts";
import type { CarrierClient } from "../../http/carriers/client.ts";
import { loadApis, loadCarriers } from "../../http/carriers/load.ts";
import { askedCarriers } from "../../http/polling/api_settings.ts";
import { CarrierPoller } from "../../http/polling/carrier_poller.ts";
import type { PollLimits, PollResult } from "../../http/polling/poll_limits.ts";
import { urgencyRules, watchedMs } from "../../http/polling/urgency.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { postgresPolls } from "../../projections/polls.ts";
import { projectTo } from "../../projections/testing/running.ts";
import { line, placing, receiving, type TownCommand, TownLog } from "../../projections/testing/town_log.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import type { Callback } from "../../streams/callbacks/callback_pack.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { type TestDatabase, testDatabase } from "../testing/postgres.ts";
import type { Faults } from "./faults.ts";
import { type Simulator, startSimulator, wires } from "./simulator.ts";
/** Real rows and a real server of simulated carriers; what was kept is told to parcels as the reader of CALLBACKS does it. */
const runtime = systemRuntime("test"), adapters = await loadCarriers(), apis = await loadApis();
const watchMs = { timeout: 60_000, interval: 20 };
let database: TestDatabase, sql: Sql, town: TownLog, simulator: Simulator;
const broker = new MemoryServer().connect();
let parcels = 0;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url });
  await TownLog.streams(broker);
  town = new TownLog(broker);
  await town.turn(receiving("A", 1_000));
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
});
beforeEach(async () => {
  const startMs = Date.UTC(2026, 10, 22);
  simulator = await startSimulator({ seed: 5, startMs, port: 0, hostname: "127.0.0.1" });
});
const running: { stop(): void; readonly done: Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running) one.stop();
  await Promise.all(running.splice(0).map(({ done }) => done));
  await simulator.stop();
  await sql`update parcels_v1.parcels set status = 'cancelled'`; // No test asks after another one's.
  await sql`truncate polling_v1.polls, polling_v1.views, polling_v1.pauses`;
});

/** A parcel of an order of ours, also known to the carrier. */
async function shipped(carrier: "ups" | "dhl", done = 0, isKnown = true): Promise<string> {
  const n = ++parcels, trackingNumber = `1Z${String(n).padStart(10, "0")}`;
  await turn(placing(n, [line("A", 1)]));
  await turn(ship(n, [["A", 1]], `P${n}`, { carrier, trackingNumber, token: `token-${trackingNumber}` }));
  if (isKnown) simulator.world.create({ carrier, trackingNumber, journey: "straight", done });
  return trackingNumber;
}
const turn = async (command: TownCommand) => await projectTo(await town.turn(command), { broker, sql });
const statusOf = async (number: string) =>
  (await sql<{ status: string }[]>`
    select status from parcels_v1.parcels where parcel like ${`%:${number}`}`)[0]?.status;

const quick: Partial<PollLimits> = {
  ...{ lookMs: 20, failuresMax: 3, openMs: 100, openMsMax: 200, throttledMs: 200 },
  retries: { firstMs: 50, factor: 1.5, maxMs: 500, attemptsMax: Infinity },
};

function poll(
  carrier: "ups" | "dhl",
  more: Partial<PollLimits> = {},
  around: (client: CarrierClient) => CarrierClient = (client) => client,
) {
  const { credentials } = wires.get(carrier)!, name = `WAYBILL_CARRIER_${carrier.toUpperCase()}`;
  const configured = askedCarriers({
    [`${name}_API_URL`]: `${simulator.url}/${carrier}`,
    ...Object.fromEntries(
      Object.entries(credentials).map(([setting, value]) => [`${name}_${setting}`, value]),
    ),
    [`${name}_API_RATE`]: "200/s",
    [`${name}_API_EVERY`]: "1s",
  }, apis);
  const results: PollResult[] = [], breaker: string[] = [], kept: Callback[] = [];
  let telling: Promise<void> = Promise.resolve();
  const handle = callbackHandler({
    adapters,
    ask: async ({ to, command }) => {
      await turn({ to, command } as TownCommand);
      return { kind: "accepted" };
    },
  });
  const poller = new CarrierPoller({
    ...configured.asked.get(carrier)!,
    client: around(configured.asked.get(carrier)!.client),
    adapter: adapters.get(carrier)!,
    polls: postgresPolls(sql),
    store: {
      keep: (callback) => {
        kept.push(callback);
        telling = telling.then(() => handle([callback]));
        return Promise.resolve({ kind: "stored" });
      },
    },
    runtime,
    observer: {
      polled: ({ result }) => void results.push(result),
      breaker: ({ state }) => void breaker.push(state),
      interrupted: ({ reason }) => expect.unreachable(reason),
    },
    limits: { ...quick, ...more },
  });
  const done = poller.run().then(() => telling);
  running.push({ stop: () => poller.stop(), done });
  return { results, breaker, kept, stop: () => (poller.stop(), done) };
}
const trouble = (faults: Partial<Faults>) =>
  simulator.trouble.faults = { ...simulator.trouble.faults, ...faults };
const requests = (carrier: string) => simulator.requests[carrier] ?? {};

describe.each(["ups", "dhl"] as const)("parcels of %s", (carrier) => {
  test("are asked after until they have arrived, and what says nothing new is not kept again", async () => {
    const number = await shipped(carrier, 2), { results, kept } = poll(carrier);
    await expect.poll(() => statusOf(number), watchMs).toBe("in_transit");
    await expect.poll(() => results.includes("unchanged"), watchMs).toBe(true);
    expect(kept.map(({ kind, asked }) => [kind, asked])).toEqual([["reply", number]]);
    simulator.advance(simulator.world.find(carrier, number)!, 99);
    await expect.poll(() => statusOf(number), watchMs).toBe("delivered");
    const asked = requests(carrier)["answered"]!;
    await runtime.sleep(2_500);
    // One question may have been on its way as the row was written; who went on would ask each second.
    expect(requests(carrier)["answered"]! - asked).toBeLessThan(2);
    expect(kept).toHaveLength(2);
  });

  test("are asked after, too, when goods come back in them, and their return is told", async () => {
    await shipped(carrier);
    const n = parcels, trackingNumber = `BACK${n}`;
    await turn(sendBack(n, [["A", 1]], "r", { carrier, trackingNumber }));
    simulator.world.create({ carrier, trackingNumber, journey: "straight", done: 2 });
    poll(carrier);
    const returned = () => sql`select status from returns_v1.returns where order_id = ${`ord_${n}`}`;
    await expect.poll(returned, watchMs).toEqual([{ status: "in_transit" }]);
  });

  test("outlive an outage: the carrier is left alone, then asked again, and nothing is forgotten", async () => {
    trouble({ errors: 1 });
    const numbers = [await shipped(carrier, 99), await shipped(carrier, 99)];
    const { results, breaker } = poll(carrier);
    await expect.poll(() => breaker.filter((state) => state === "open").length, watchMs).toBeGreaterThan(1);
    const before = requests(carrier)["error"]!, startedMs = performance.now();
    await runtime.sleep(300);
    // Open again after each question, for some 100 ms and more; unprotected there would be dozens.
    expect(requests(carrier)["error"]! - before).toBeLessThan(2 + (performance.now() - startedMs) / 40);
    trouble({ errors: 0 });
    for (const number of numbers) await expect.poll(() => statusOf(number), watchMs).toBe("delivered");
    expect(breaker.at(-1)).toBe("closed");
    expect(results).toContain("unavailable");
  });

  test("wait as long as a 429 says, also after a restart", async () => {
    trouble({ throttles: 1, retryAfterS: 2 });
    const number = await shipped(carrier, 99), startedMs = performance.now(), first = poll(carrier);
    await expect.poll(() => first.results, watchMs).toEqual(["throttled"]);
    await first.stop();
    trouble({ throttles: 0 });
    const again = poll(carrier);
    await expect.poll(() => again.results.length, watchMs).toBeGreaterThan(0);
    expect(performance.now() - startedMs).toBeGreaterThan(1_900); // It was told after that to wait for 2 s.
    expect(requests(carrier)["throttled"]).toBe(1);
    await expect.poll(() => statusOf(number), watchMs).toBe("delivered");
  });

  test.each<[Partial<Faults>, PollResult]>([
    [{ broken: 1 }, "unreadable"],
    [{ slow: 1, slowMs: 2_000 }, "timeout"],
  ])("are asked after again when %j", async (faults, result) => {
    trouble(faults);
    const number = await shipped(carrier, 99), { results, kept } = poll(carrier, { answerMsMax: 300 });
    await expect.poll(() => results.includes(result), watchMs).toBe(true);
    expect(kept).toEqual([]);
    trouble({ broken: 0, slow: 0 });
    await expect.poll(() => statusOf(number), watchMs).toBe("delivered");
  });

  test("that the carrier does not know are asked after later, and nothing is kept", async () => {
    await shipped(carrier, 0, false);
    const { results, kept } = poll(carrier);
    await expect.poll(() => results, watchMs).toEqual(["unknown-number"]);
    expect(kept).toEqual([]);
  });
});

test("a defect of ours over one parcel keeps no other waiting", async () => {
  const bad = await shipped("ups", 99), good = await shipped("ups", 99);
  const { results } = poll("ups", {}, (client) => ({
    track: (number, signal) =>
      number === bad ? Promise.reject(new RangeError("oops")) : client.track(number, signal),
  }));
  await expect.poll(() => statusOf(good), watchMs).toBe("delivered");
  await expect.poll(() => results.filter((one) => one === "defect").length, watchMs).toBeGreaterThan(1);
});

describe("who asks after a parcel", () => {
  test("is one of several processes, and a restart asks nothing twice", async () => {
    for (let i = 0; i < 20; i++) await shipped("dhl", 2);
    const two = [poll("dhl"), poll("dhl")];
    const asked = () => two.flatMap(({ kept }) => kept.map(({ asked }) => asked));
    await expect.poll(() => new Set(asked()).size, watchMs).toBe(20);
    for (const one of two) await one.stop();
    expect(asked()).toHaveLength(20);
  });

  test("dies: the parcel is asked after once the claim has ended", async () => {
    const number = await shipped("dhl", 99), rules = urgencyRules(1_000), polls = postgresPolls(sql);
    const claiming = { carrier: "dhl", rules, watchedMs, countMax: 10 };
    expect(await polls.claim({ ...claiming, claimMs: 60_000 })).toMatchObject([{ parcel: `dhl:${number}` }]);
    expect(await polls.claim({ ...claiming, claimMs: 60_000 })).toEqual([]);
    await sql`update polling_v1.polls set claimed_until = claimed_until - interval '60 seconds'`;
    poll("dhl");
    await expect.poll(() => statusOf(number), watchMs).toBe("delivered");
  });
});

test("the most urgent come first: looked at, out for delivery, on their way, not begun", async () => {
  const rules = urgencyRules(7_200_000), polls = postgresPolls(sql);
  const numbers: string[] = [];
  while (numbers.length < 5) numbers.push(await shipped("ups"));
  const [fresh, moving, out, watched, over] = numbers;
  const standing = {
    [moving!]: "in_transit",
    [out!]: "out_for_delivery",
    [watched!]: "in_transit",
    [over!]: "delivered",
  };
  for (const [number, status] of Object.entries(standing)) {
    await sql`update parcels_v1.parcels set status = ${status} where parcel = ${`ups:${number}`}`;
  }
  await polls.viewed([`token-${watched}`, `token-${over}`, "nobody's"]);
  const claimed = await polls.claim({ carrier: "ups", rules, watchedMs, claimMs: 60_000, countMax: 10 });
  expect(claimed.map(({ parcel }) => parcel)).toEqual(
    [watched, out, moving, fresh].map((number) => `ups:${number}`),
  );
  await polls.release([`ups:${out}`]);
  await polls.answered(`ups:${watched}`);
  const left = await polls.claim({ carrier: "ups", rules, watchedMs, claimMs: 60_000, countMax: 10 });
  expect(left.map(({ parcel }) => parcel)).toEqual([`ups:${out}`]);
});
