import { describe, expect, test, vi } from "vitest";
import { actorId } from "../../actors/ids.ts";
import { MemoryServer, type PublishFault } from "../broker/memory.ts";
import { type CommandPack, type Reply, streamNames, subjects } from "../record.ts";
import { type AskLimits, createAsk } from "./ask.ts";
import type { Published } from "./lane.ts";

const decoder = new TextDecoder();
const order = actorId("order", "ord_1");
const question = (extra: object = {}) => ({
  to: order,
  command: { type: "place" },
  patienceMs: 200,
  ...extra,
});

async function edge(options: {
  readonly limits?: Partial<AskLimits>;
  readonly fault?: () => PublishFault | undefined;
  readonly bytesMax?: number;
} = {}) {
  const server = new MemoryServer({ publishFault: options.fault });
  const broker = server.connect();
  await broker.ensureStream({
    name: streamNames.commands,
    subjects: ["commands.*"],
    discard: "new",
    bytesMax: options.bytesMax,
    replicas: 1,
  });
  const published: Published[] = [];
  const unreadable: true[] = [];
  let ids = 0;
  const asker = createAsk({
    broker,
    edgeId: "e1",
    partitionOf: (actor) => actor.startsWith("sku:") ? 1 : 0,
    nowMs: () => 1_700_000_000_000,
    newId: () => `c${++ids}`,
    limits: { ackMsMax: 50, ...options.limits },
    observer: {
      published: (event) => void published.push(event),
      unreadable: () => void unreadable.push(true),
    },
  });
  const packs = async () => {
    const { lastSequence } = await broker.info(streamNames.commands);
    const found: CommandPack[] = [];
    for (let sequence = 1; sequence <= lastSequence; sequence++) {
      const stored = await broker.at(streamNames.commands, sequence);
      found.push(JSON.parse(decoder.decode(stored?.payload)));
    }
    return found;
  };
  const reply = (...replies: readonly Reply[]) =>
    broker.send(
      subjects.replies("e1"),
      new TextEncoder().encode(JSON.stringify({ partition: 0, sequence: 7, replies })),
    );
  const stored = (count: number) =>
    vi.waitFor(async () => expect((await broker.info(streamNames.commands)).messages).toBe(count));
  return { server, broker, ...asker, packs, reply, published, stored, unreadable };
}

describe("ask", () => {
  test("the answer comes with the position of the turn that decided it", async () => {
    const { ask, reply, stored, packs, waiting } = await edge();
    const asked = ask(question({ personal: { name: "Ada" }, traceparent: "00-a-b-01" }));
    await stored(1);
    expect(await packs()).toEqual([{
      format: 1,
      commands: [{
        id: "c1",
        to: order,
        atMs: 1_700_000_000_000,
        edge: "e1",
        command: { type: "place" },
        personal: { name: "Ada" },
        traceparent: "00-a-b-01",
      }],
    }]);
    reply({ id: "someone else's", ok: true, value: 0 }, {
      id: "c1",
      ok: true,
      value: { status: "confirmed" },
    });
    expect(await asked).toEqual({
      kind: "answered",
      answer: { ok: true, json: '{"status":"confirmed"}' },
      position: { partition: 0, sequence: 7 },
    });
    expect(waiting()).toBe(0);
  });

  test("rejections, replays and defects arrive as what they are", async () => {
    const { ask, reply, stored } = await edge();
    const asked = [ask(question()), ask(question()), ask(question())];
    await stored(2);
    const rejection = { reason: "stock.insufficient", detail: "too few" };
    reply({ id: "c1", ok: false, rejection, replayed: true }, { id: "c2", defect: "boom" });
    reply({ id: "c3", ok: true, value: null });
    const position = { partition: 0, sequence: 7 };
    expect(await Promise.all(asked)).toEqual([
      { kind: "answered", answer: { ok: false, rejection, replayed: true }, position },
      { kind: "defect", position },
      { kind: "answered", answer: { ok: true, json: "null" }, position },
    ]);
  });

  test("what arrives while a publish is in flight shares the next message, in order", async () => {
    const { ask, packs, stored, stop } = await edge();
    for (let i = 0; i < 101; i++) void ask(question());
    await stored(2);
    const ids = (await packs()).map(({ commands }) => commands.map(({ id }) => id));
    expect(ids[0]).toEqual(["c1"]);
    expect(ids[1]).toEqual(Array.from({ length: 100 }, (_, i) => `c${i + 2}`));
    stop();
  });

  test("after a pack of several the next one gathers company, but not for long", async () => {
    const { ask, packs, stored, stop } = await edge({ limits: { gatherCommandsMax: 3, gatherMs: 5 } });
    const askTimes = (times: number) => {
      for (let i = 0; i < times; i++) void ask(question());
    };
    askTimes(6);
    await stored(2);
    await vi.waitFor(async () =>
      expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 5])
    );
    askTimes(3); // Three are enough.
    await stored(3);
    askTimes(2); // Nobody else comes.
    await stored(4);
    expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 5, 3, 2]);
    stop();
  });

  test("packs are bounded in commands and in bytes, and a large command still goes alone", async () => {
    const { ask, packs, stored, stop } = await edge({ limits: { packCommandsMax: 3, packBytesMax: 2_000 } });
    const sizes = [10, 10, 10, 10, 10, 3_000, 1_000, 1_000];
    for (const size of sizes) void ask(question({ personal: "x".repeat(size) }));
    await stored(6);
    expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 3, 1, 1, 1, 1]);
    stop();
  });

  test("each partition has its own lane", async () => {
    const { ask, broker, stored, stop } = await edge();
    void ask(question());
    void ask(question({ to: actorId("sku", "A") }));
    await stored(2);
    expect(await broker.last(streamNames.commands, "commands.0")).toBeDefined();
    expect(await broker.last(streamNames.commands, "commands.1")).toBeDefined();
    stop();
  });

  test("two publishes in flight, when the limit says so", async () => {
    const { ask, packs, stored, stop } = await edge({ limits: { publishesInFlightMax: 2 } });
    for (let i = 0; i < 10; i++) void ask(question());
    await stored(3);
    expect((await packs()).map(({ commands }) => commands.length)).toEqual([1, 1, 8]);
    stop();
  });

  test("durable but undecided within the patience is accepted", async () => {
    const { ask } = await edge();
    const startedMs = performance.now();
    expect(await ask(question({ patienceMs: 60 }))).toEqual({ kind: "accepted" });
    expect(performance.now() - startedMs).toBeGreaterThan(55);
    expect(await ask(question({ patienceMs: 0 }))).toEqual({ kind: "accepted" });
  });

  test("no ack is in doubt, unless the answer comes all the same", async () => {
    const { ask, reply, stored } = await edge({ fault: () => "lose-ack" });
    expect(await ask(question({ patienceMs: 100 }))).toEqual({ kind: "in-doubt" });
    expect(await ask(question({ patienceMs: 0 }))).toEqual({ kind: "in-doubt" });
    const asked = ask(question({ patienceMs: 2_000 }));
    await stored(3);
    await new Promise((done) => setTimeout(done, 80)); // The ack is given up by now.
    reply({ id: "c3", ok: true, value: 1 });
    expect(await asked).toMatchObject({ kind: "answered" });
  });

  test("an answer that overtakes its ack counts", async () => {
    const { ask, reply, stored } = await edge({ fault: () => "lose-ack" });
    const asked = ask(question());
    await stored(1);
    reply({ id: "c1", ok: true, value: 1 });
    expect(await asked).toMatchObject({ kind: "answered" });
  });

  test("a full intake is overload, and nothing is accepted", async () => {
    const { ask, published } = await edge({ bytesMax: 10 });
    expect(await ask(question())).toEqual({ kind: "overloaded", retryAfterS: 1 });
    expect(published).toMatchObject([{ partition: 0, commands: 1, outcome: "full" }]);
  });

  test("too many waiting, by number or by bytes, is overload; room comes back", async () => {
    for (const limits of [{ waitingMax: 2 }, { waitingBytesMax: 150 }]) {
      const { ask, reply, stop } = await edge({ limits });
      const first = ask(question());
      void ask(question());
      expect(await ask(question())).toEqual({ kind: "overloaded", retryAfterS: 1 });
      reply({ id: "c1", ok: true, value: 1 });
      await first;
      const third = ask(question({ patienceMs: 0 }));
      expect((await third).kind).toBe("accepted");
      stop();
    }
  });

  test("without a connection a question waits; not sent in time is not accepted, and never sent later", async () => {
    const { server, ask, broker, stop } = await edge({ limits: { queuedMsMax: 50 } });
    server.goDown();
    const late = ask(question({ patienceMs: 20 }));
    const patient = ask(question({ patienceMs: 500 }));
    expect(await late).toEqual({ kind: "unavailable", retryAfterS: 1 });
    server.comeUp();
    expect((await patient).kind).toBe("accepted");
    expect((await broker.info(streamNames.commands)).messages).toBe(1);
    stop();
  });

  test("too many waiting without a connection is no overload", async () => {
    const { server, ask, stop } = await edge({ limits: { waitingMax: 1 } });
    server.goDown();
    const first = ask(question());
    expect(await ask(question())).toEqual({ kind: "unavailable", retryAfterS: 1 });
    stop();
    expect(await first).toEqual({ kind: "unavailable", retryAfterS: 1 });
  });

  test("a command above the limit of one message is a defect of the caller", async () => {
    const { ask, waiting } = await edge({ limits: { commandBytesMax: 100 } });
    await expect((async () => await ask(question({ personal: "x".repeat(200) })))()).rejects.toThrow(
      /Cannot ask/,
    );
    expect(waiting()).toBe(0);
  });

  test("nonsense on the edge's reply subject is counted and changes nothing", async () => {
    const { ask, broker, reply, stored, unreadable } = await edge();
    const asked = ask(question());
    await stored(1);
    for (const nonsense of ["", "{", "null", "[]", '{"replies":1}', '{"replies":[null]}']) {
      broker.send(subjects.replies("e1"), new TextEncoder().encode(nonsense));
    }
    reply({ id: "c1", ok: true, value: 1 });
    expect((await asked).kind).toBe("answered");
    expect(unreadable).toHaveLength(6);
  });

  test("stopping ends every wait with what is known", async () => {
    const { ask, stored, stop, waiting } = await edge({ fault: () => undefined });
    const asked = [ask(question({ patienceMs: 9_000 })), ask(question({ patienceMs: 9_000 }))];
    await stored(2);
    await new Promise((done) => setTimeout(done, 5));
    stop();
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
    expect(waiting()).toBe(0);
    expect((await ask(question())).kind).toBe("overloaded");
  });
});
