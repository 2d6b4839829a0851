import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Sku } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { PersonalProjector } from "../personal.ts";
import { unwatchedProjector } from "../projector_observer.ts";
import { Projector } from "../projector.ts";
import { LiveStockView } from "../stock_view.ts";
import { aBusyDay } from "../testing/busy_day.ts";
import { memoryKit, openTown } from "../testing/rows_kit.ts";
import { until, withRead } from "../testing/running.ts";
import { describing, receiving } from "../testing/town_log.ts";
import { customerRows, memoryPeople, requestRows } from "./memory_people.ts";
import { memoryStockRows } from "./memory_stock.ts";
import { evenPartitions } from "../../streams/partition_map.ts";
import { decodeRecord } from "../../streams/record_text.ts";

const runtime = systemRuntime("test");
const partition = 0;

test("a view of stock begins with the model's rows and shows the same as one that read the whole log", async () => {
  const { broker, town } = await openTown(), { server, rows, stock } = memoryKit();
  await town.turn(describing("POST", { stocked: false }));
  const half = await aBusyDay(town);
  const projector = new Projector({
    broker,
    runtime,
    rows,
    projections: [stock],
    decode: decodeRecord,
    partition,
  });
  const running = projector.run();
  await until(() => projector.sequence >= half);
  projector.stop();
  await running;
  const last = await town.turn(receiving("B", 7), receiving("NEW", 1));
  const read: number[] = [];
  const watched = withRead(broker, (stream, options) => {
    read.push(options.fromSequence);
    return broker.read(stream, options);
  });
  const shown = async (loadRows?: ReturnType<typeof memoryStockRows>) => {
    const view = new LiveStockView({
      broker: watched,
      runtime,
      partitions: evenPartitions(1).partitions,
      ...(loadRows && { loadRows }),
    });
    const following = view.run();
    expect(await view.reached(new Map([[partition, last]]), 60_000)).toBe(true);
    view.stop();
    await following;
    return ["A", "B", "NEW", "POST", "none"].map((code) => view.sku(code as Sku));
  };
  const fromRows = await shown(memoryStockRows(server.connect()));
  expect(fromRows).toEqual(await shown());
  expect(fromRows[2]).toMatchObject({ available: 1 });
  expect(read).toEqual([half + 1, 1]);
});

async function say(broker: Broker, personal: unknown, sequence: number): Promise<void> {
  const words = personal && { request: "req_1", order: "ord_5", said: { message: "hello" } };
  const items = [
    { actor: "order:ord_5", id: "cmd-5", at: [5, 0], personal },
    { actor: "parcel:ups:1", id: "cmd-6", at: [5, 1], personal: words },
  ];
  const pack = { format: 1, partition, position: { sequence, hash: "" }, items };
  await broker.publish("personal.0", new TextEncoder().encode(JSON.stringify(pack)), { ackMsMax: 1_000 });
}

test("personal data is copied and erased there, with how far the copy reaches", async () => {
  const { broker } = await openTown(), { server, rows } = memoryKit();
  const people = new PersonalProjector({ broker, runtime, rows, people: memoryPeople, partition });
  const running = people.run();
  const reached = () =>
    server.positions().find(({ projection }) => projection === "people_v1_events")?.mark.sequence;
  await say(broker, { name: "Ada" }, 5);
  await until(() => reached() === 5);
  expect([...server.rows(customerRows)]).toMatchObject([["ord_5", { customer: { name: "Ada" } }]]);
  expect([...server.rows(requestRows)]).toMatchObject([
    ["cmd-6", { request: "req_1", order_id: "ord_5", said: { message: "hello" } }],
  ]);
  await say(broker, null, 6);
  await until(() => reached() === 6);
  expect(server.rows(customerRows).size).toBe(0);
  expect(server.rows(requestRows).size).toBe(0);
  people.stop();
  await running;
});

describe("the reader of personal data", () => {
  const opened = async (write = memoryPeople.write) => {
    const { broker } = await openTown(), { server, rows } = memoryKit(), codes: string[] = [];
    let isPaused = false;
    const reader = new PersonalProjector({
      ...{ broker, runtime, rows, people: { ...memoryPeople, write }, partition },
      paused: () => isPaused,
      observer: { ...unwatchedProjector, stopped: ({ code }) => void codes.push(code) },
    });
    const customers = () => [...server.rows(customerRows).values()].map(({ customer }) => customer);
    const pause = (on: boolean) => void (isPaused = on);
    return { broker, reader, customers, pause, codes, running: reader.run() };
  };

  test("rests while it is paused, and then takes what came", async () => {
    const { broker, reader, customers, pause, running } = await opened();
    await say(broker, { name: "Ada" }, 5);
    await until(() => customers().length === 1);
    pause(true);
    await say(broker, { name: "Eve" }, 6);
    await sleep(300);
    expect([reader.state, customers()]).toEqual(["paused", [{ name: "Ada" }]]);
    pause(false);
    await until(() => JSON.stringify(customers()) === JSON.stringify([{ name: "Eve" }]));
    expect(reader.state).toBe("going");
    reader.stop();
    await running;
  });

  test("stands still alone before what it cannot write, and tries it again once it was paused and resumed", async () => {
    let isBroken = true;
    const { broker, reader, customers, pause, codes, running } = await opened((tx, rows) => {
      if (isBroken) throw new Error("no such table");
      return memoryPeople.write(tx, rows);
    });
    let ended = false;
    void running.finally(() => ended = true);
    await say(broker, { name: "Ada" }, 5);
    await until(() => reader.state === "stopped");
    await say(broker, { name: "Eve" }, 6);
    await sleep(300);
    expect([ended, codes, customers()]).toEqual([false, ["defect"], []]);
    isBroken = false;
    pause(true);
    await until(() => reader.state === "paused");
    await sleep(1_200);
    pause(false);
    await until(() => customers().length === 1);
    expect([reader.state, customers()]).toEqual(["going", [{ name: "Eve" }]]);
    reader.stop();
    await running;
  });

  test("ends when another one writes its rows", async () => {
    const { broker, rows } = { ...await openTown(), ...memoryKit() };
    const [one, two] = [1, 2].map(() =>
      new PersonalProjector({ broker, runtime, rows, people: memoryPeople, partition })
    );
    const running = [one!.run(), two!.run()];
    await until(() => one!.state === "going");
    let ended = false;
    const first = Promise.race(running).finally(() => ended = true);
    first.catch(() => undefined); // Looked at below.
    for (let n = 5; !ended; n++) {
      await say(broker, { name: `Ada ${n}` }, n);
      await sleep(5);
    }
    await expect(first).rejects.toMatchObject({ code: "projection.fenced" });
    one!.stop();
    two!.stop();
    expect((await Promise.allSettled(running)).map(({ status }) => status).sort()).toEqual([
      "fulfilled",
      "rejected",
    ]);
  });
});
