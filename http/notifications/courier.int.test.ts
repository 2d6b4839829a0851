import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../ops/testing/postgres.ts";
import { openDatabase, type Sql } from "../../projections/database.ts";
import { migrate } from "../../projections/migrate.ts";
import { openDeliveries } from "../../projections/outbox/deliveries.ts";
import { recipientOf } from "../../projections/outbox/recipients.ts";
import { until } from "../../projections/testing/running.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { Courier, type CourierOptions, type Tried } from "./courier.ts";
import { openPreferences, type Preferences } from "./preferences.ts";
import { type Outgoing, SendFailed, type SendProblem } from "./senders/sender.ts";
import { messagesTo } from "./testing/waiting_messages.ts";
/** Couriers on real rows, with senders that do as the test says. */
const runtime = systemRuntime("test");
let database: TestDatabase, sql: Sql, preferences: Preferences;
let sent: Outgoing[] = [], tried: Tried[] = [], running: Courier[] = [];
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  sql = openDatabase({ url: database.url, connectionsMax: 8 });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});
beforeEach(async () => {
  await sql`delete from outbox_v1.deliveries`;
  await sql`delete from people_v1.customers`;
  const broker = new MemoryServer().connect();
  await ensureStreams(broker, 1);
  preferences = openPreferences(broker, runtime);
  sent = [];
  tried = [];
});
afterEach(() => {
  for (const courier of running) courier.stop();
  running = [];
});

const waiting = (names: readonly string[], ageHours?: number) => messagesTo(sql, names, ageHours);
type Send = (outgoing: Outgoing) => Promise<void>;
const takes: Send = (outgoing) => {
  sent.push(outgoing);
  return Promise.resolve();
};
function gate() {
  let end: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => end = resolve);
  return { wait, end };
}
const fails = (problem: SendProblem): Send => () => Promise.reject(new SendFailed(problem, `as ${problem}`));

function start(send: Send = takes, change: Partial<CourierOptions> = {}): Promise<void> {
  const courier = new Courier({
    ...{ deliveries: openDeliveries(sql), preferences, runtime },
    sender: { channel: "email", send, close: () => undefined },
    compose: () => Promise.resolve({ text: "news" }),
    tried: (what) => void tried.push(what),
    interrupted: () => undefined,
    limits: { idleMs: 20 },
    ...change,
  });
  running.push(courier);
  return courier.run();
}
const stateOf = async (name: string) =>
  (await sql`select state, attempts, problem from outbox_v1.deliveries where delivery_id = ${`id-${name}`}`)[
    0
  ];

describe("couriers", () => {
  test("share what there is: each message goes out once, however many they are", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `n${i}`);
    await waiting(names);
    const slowly: Send = async (outgoing) => {
      await runtime.sleep(5);
      await takes(outgoing);
    };
    for (let i = 0; i < 3; i++) void start(slowly);
    await until(() => tried.length >= names.length);
    expect(sent.map(({ address }) => address).sort()).toEqual(
      names.map((name) => `${name}@example.org`).sort(),
    );
  });

  test("those that are slow hold up no other, as long as there is room beside them", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `n${i}`), slow = new Set(["n0", "n7", "n30"]);
    await waiting(names);
    const { wait, end } = gate();
    void start(async (outgoing) => {
      if (slow.has(outgoing.address.split("@")[0]!)) await wait;
      await takes(outgoing);
    }, { limits: { idleMs: 20, sendingsMax: 4 } });
    await until(() => tried.length === names.length - slow.size);
    expect(sent).toHaveLength(names.length - slow.size);
    end();
    await until(() => tried.length === names.length);
  });

  test("no more are sent at once than the channel takes", async () => {
    await waiting(Array.from({ length: 30 }, (_, i) => `n${i}`));
    let now = 0, most = 0;
    const { wait, end } = gate();
    const send: Send = (outgoing) => {
      most = Math.max(most, ++now);
      return wait.then(() => takes(outgoing)).finally(() => now--);
    };
    void start(send, { sender: { channel: "email", sendingsMax: 20, send, close: () => undefined } });
    await until(() => now === 20);
    await runtime.sleep(100); // As long as it looks for more five times.
    end();
    await until(() => tried.length === 30);
    expect(most).toBe(20);
  });

  test("who is told to stop ends what it has begun, and begins nothing", async () => {
    await waiting(["a", "b"]);
    const { wait, end } = gate();
    let begun = 0;
    const stopped = start(async (outgoing) => {
      begun += 1;
      await wait;
      await takes(outgoing);
    }, { limits: { idleMs: 20, sendingsMax: 1 } });
    await until(() => begun === 1);
    running[0]!.stop();
    end();
    await stopped;
    expect(tried).toHaveLength(1);
  });

  test("one that dies between the sending and its note leaves it to another, who sends it under the same id", async () => {
    await waiting(["twice"]);
    const real = openDeliveries(sql);
    const dying = { ...real, settle: () => Promise.reject(new Error("killed")) };
    const limits = { idleMs: 20, claimMs: 100, sendingsMax: 1 }; // It has no room to claim it once more itself.
    await expect(start(takes, { deliveries: dying, limits })).rejects.toThrow("killed");
    void start();
    await until(() => tried.length === 1);
    expect(sent.map(({ deliveryId }) => deliveryId)).toEqual(["id-twice", "id-twice"]);
    expect(await stateOf("twice")).toMatchObject({ state: "sent", attempts: 2 });
  });

  test("find out with one message at a time whether the provider is back, and lose none", async () => {
    const names = ["a", "b", "c", "d"];
    await waiting(names);
    let away = true, asked = 0;
    void start((outgoing) => {
      asked++;
      return away ? fails("provider")(outgoing) : takes(outgoing);
    });
    await until(() => tried.length === 4);
    await sql`update outbox_v1.deliveries set due_at = now()`;
    await until(() => tried.length === 5); // What is noted of it stands in its row.
    expect(asked).toBe(5);
    away = false;
    await sql`update outbox_v1.deliveries set due_at = now()`;
    await until(() => sent.length === 4);
    expect(asked).toBe(9);
  });

  test.each(
    [
      ["never", { state: "parked", problem: "as never" }],
      ["gone", { state: "gone", problem: "as gone" }],
      ["later", { state: "waiting", problem: "as later", attempts: 1 }],
    ] as const,
  )("what fails as %s is kept accordingly", async (problem, wanted) => {
    await waiting(["one"]);
    void start(fails(problem));
    await until(() => tried.length === 1);
    expect(await stateOf("one")).toMatchObject(wanted);
  });

  test("what is too old by now is given up at its next failure, and visibly", async () => {
    await waiting(["old"], 80);
    void start(fails("provider"));
    await until(() => tried.length === 1);
    expect(await stateOf("old")).toMatchObject({ state: "parked", problem: "too old; as provider" });
  });

  test("a defect over one message does not keep the others waiting", async () => {
    await waiting(["bad", "good"]);
    void start((outgoing) =>
      outgoing.address.startsWith("bad") ? Promise.reject(new TypeError("oops")) : takes(outgoing)
    );
    await until(() => tried.length === 2);
    expect(await stateOf("bad")).toMatchObject({ state: "parked", problem: "defect: oops" });
    expect(await stateOf("good")).toMatchObject({ state: "sent" });
  });

  test("a defect in making one message does not either", async () => {
    await waiting(["bad", "good"]);
    void start(takes, {
      compose: ({ orderId }) =>
        orderId === "bad" ? Promise.reject(new RangeError("oops")) : Promise.resolve({ text: "news" }),
    });
    await until(() => tried.length === 2);
    expect(await stateOf("bad")).toMatchObject({ state: "parked", problem: "defect: oops" });
    expect(await stateOf("good")).toMatchObject({ state: "sent" });
  });

  test("a sending that takes longer than its claim is nobody else's meanwhile", async () => {
    await waiting(["slow"]);
    const { wait, end } = gate(), claimMs = 6_000; // Held again after a third: this process may rest as long as the others.
    const slowly: Send = (outgoing) => takes(outgoing).then(() => wait);
    for (let i = 0; i < 2; i++) void start(slowly, { limits: { idleMs: 20, claimMs } });
    await until(() => sent.length > 0);
    await runtime.sleep(claimMs + 1_000);
    end();
    await until(() => tried.length > 0);
    expect(sent.map(({ deliveryId }) => deliveryId)).toEqual(["id-slow"]);
    expect(await stateOf("slow")).toMatchObject({ state: "sent", attempts: 1 });
  });

  test("what is switched off for text messages comes by mail all the same, and other news by either", async () => {
    await waiting(["mail", "text", "other"]);
    const customer = { email: "ada@example.org", phone: "+441632960001" };
    await sql`update people_v1.customers set customer = ${sql.json(customer)}`;
    const mail = recipientOf("email", customer.email), text = recipientOf("sms", customer.phone);
    await sql`update outbox_v1.deliveries set recipient = ${mail} where delivery_id = 'id-mail'`;
    await sql`
      update outbox_v1.deliveries set channel = 'sms', recipient = ${text},
        milestone = case delivery_id when 'id-text' then 'confirmed' else 'shipped' end
      where delivery_id in ('id-text', 'id-other')`;
    await preferences.setOff("sms", text, ["confirmed"]);
    void start();
    void start(takes, { sender: { channel: "sms", send: takes, close: () => undefined } });
    await until(() => tried.length === 3);
    expect(sent.map(({ deliveryId }) => deliveryId).sort()).toEqual(["id-mail", "id-other"]);
    expect(await stateOf("text")).toMatchObject({ state: "opted_out" });
  });

  test("who has switched it off, was erased, or has another address by now is sent nothing", async () => {
    await waiting(["off", "erased", "moved"]);
    await preferences.setOff("email", recipientOf("email", "OFF@example.org "), ["confirmed"]);
    await sql`delete from people_v1.customers where order_id = 'erased'`;
    await sql`update people_v1.customers set customer = ${
      sql.json({ email: "new@example.org" })
    } where order_id = 'moved'`;
    void start();
    await until(() => tried.length === 3);
    expect(sent).toEqual([]);
    expect(await stateOf("off")).toMatchObject({ state: "opted_out" });
    expect(await stateOf("erased")).toMatchObject({ state: "gone" });
    expect(await stateOf("moved")).toMatchObject({ state: "gone" });
  });
});
