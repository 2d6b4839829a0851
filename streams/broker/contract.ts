import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Broker, Reader, Stored, StreamConfig } from "./broker.ts";

/** A server that the suite may treat badly. */
export interface BrokerUnderTest {
  connect(): Promise<Broker>;
  /** Kills the server without warning. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What the runtime relies on, as both the real JetStream and the in-memory model of it must do. A bump of either pinned part
 * (server, client) is judged by this suite.
 */
export function brokerContract(name: string, make: () => Promise<BrokerUnderTest>): void {
  describe(`${name} as the log`, () => {
    let server: BrokerUnderTest;
    let broker: Broker;
    let count = 0;
    beforeAll(async () => {
      server = await make();
      broker = await server.connect();
    }, 30_000);
    afterAll(async () => {
      await broker?.close();
      await server?.stop();
    });
    const stream = async (config: Partial<StreamConfig> = {}) => {
      const name = `S${++count}`;
      await broker.ensureStream({
        name,
        subjects: [`s${count}.>`],
        discard: "new",
        atomicBatches: true,
        replicas: 1,
        ...config,
      });
      return { name, subject: (key: string | number) => `${name.toLowerCase()}.${key}` };
    };
    const context: Context = {
      stream,
      broker: () => broker,
      server: () => server,
    };
    describe("appending", () => appending(context));
    describe("batches", () => batches(context));
    describe("limits and denials", () => limits(context));
    describe("reading", () => reading(context));
    describe("core messages", () => core(context));
    describe("a killed server", () => killed(context));
  });
}

interface Context {
  readonly stream: (
    config?: Partial<StreamConfig>,
  ) => Promise<{ name: string; subject: (key: string | number) => string }>;
  readonly broker: () => Broker;
  readonly server: () => BrokerUnderTest;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const bytes = (text: string) => encoder.encode(text);
export const text = (message: Stored | undefined) => message && decoder.decode(message.payload);
const ackMsMax = 5_000;
const expecting = (expectedLastSubjectSequence: number) => ({ expectedLastSubjectSequence, ackMsMax });

function appending({ stream, broker }: Context): void {
  test("the expected sequence is the stream sequence of the subject's last message, not a count", async () => {
    const { subject } = await stream();
    await broker().publish(subject("other"), bytes("x"), { ackMsMax });
    await broker().publish(subject("other"), bytes("x"), { ackMsMax });
    expect(await broker().publish(subject("a"), bytes("1"), expecting(0))).toEqual({
      kind: "stored",
      sequence: 3,
    });
    expect(await broker().publish(subject("a"), bytes("2"), expecting(1))).toEqual({
      kind: "conflict",
      actual: 3,
    });
    expect(await broker().publish(subject("a"), bytes("2"), expecting(3))).toEqual({
      kind: "stored",
      sequence: 4,
    });
  });

  test("a false expectation names the true sequence, 0 for a subject without messages", async () => {
    const { name, subject } = await stream();
    expect(await broker().publish(subject("a"), bytes("1"), expecting(7))).toEqual({
      kind: "conflict",
      actual: 0,
    });
    expect(await broker().info(name)).toMatchObject({ messages: 0, firstSequence: 1, lastSequence: 0 });
  });

  test("sending the same bytes again after a lost ack is a conflict, not a duplicate", async () => {
    const { name, subject } = await stream();
    await broker().publish(subject("a"), bytes("turn 1"), expecting(0));
    expect(await broker().publish(subject("a"), bytes("turn 1"), expecting(0))).toEqual({
      kind: "conflict",
      actual: 1,
    });
    expect(text(await broker().at(name, 1))).toBe("turn 1");
  });

  test("of many writers with the same expectation one wins", async () => {
    const { name, subject } = await stream();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => broker().publish(subject("a"), bytes(String(i)), expecting(0))),
    );
    expect(outcomes.filter(({ kind }) => kind === "stored")).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === "conflict" || kind === "contended")).toHaveLength(19);
    expect((await broker().info(name)).messages).toBe(1);
  });

  test("headers and the time come back with the message", async () => {
    const { name, subject } = await stream();
    const headers = new Map([["Waybill-Trace", "00-ab-cd-01"]]);
    await broker().publish(subject("a"), bytes("x"), { ackMsMax, headers });
    for (const found of [await broker().last(name, subject("a")), await broker().at(name, 1)]) {
      expect(found?.headers.get("Waybill-Trace")).toBe("00-ab-cd-01");
      expect(found?.subject).toBe(subject("a"));
      expect(Math.abs((found?.storedAtMs ?? 0) - Date.now())).toBeLessThan(10_000);
    }
  });

  test("a subject that no stream takes is unknown, never stored", async () => {
    const outcome = await broker().publish("nobody.takes.this", bytes("x"), { ackMsMax });
    expect(outcome.kind).toBe("unknown");
  });

  test("what is not there is undefined; a stream that is not there is a fault", async () => {
    const { name, subject } = await stream();
    expect(await broker().last(name, subject("none"))).toBeUndefined();
    expect(await broker().at(name, 1)).toBeUndefined();
    await expect(broker().info("NOT_THERE")).rejects.toMatchObject({ name: "Fault", code: "log.missing" });
    await expect(broker().last("NOT_THERE", "a")).rejects.toMatchObject({ code: "log.missing" });
  });

  test("a payload above the server's limit is refused before it is sent", async () => {
    const { subject } = await stream();
    const large = new Uint8Array(9 * 1024 * 1024);
    await expect((async () => await broker().publish(subject("a"), large, { ackMsMax }))()).rejects.toThrow(
      /Cannot publish/,
    );
    expect(broker().connected()).toBe(true);
  });
}

function batches({ stream, broker }: Context): void {
  test("a batch is stored whole, with consecutive sequences", async () => {
    const { name, subject } = await stream();
    const messages = Array.from(
      { length: 1000 },
      (_, i) => ({ subject: subject(i), payload: bytes(String(i)) }),
    );
    expect(await broker().publishBatch(messages, ackMsMax)).toEqual({ kind: "stored", lastSequence: 1000 });
    expect(text(await broker().at(name, 1))).toBe("0");
    expect(text(await broker().at(name, 1000))).toBe("999");
  });

  test("one false expectation refuses the whole batch, wherever it stands", async () => {
    const { name, subject } = await stream();
    await broker().publish(subject("b"), bytes("old"), { ackMsMax });
    for (const wrong of [0, 1, 2]) {
      const messages = ["a", "b", "c"].map((key, i) => ({
        subject: subject(key),
        payload: bytes("new"),
        expectedLastSubjectSequence: i === wrong ? 99 : key === "b" ? 1 : 0,
      }));
      expect(await broker().publishBatch(messages, ackMsMax)).toMatchObject({ kind: "refused" });
    }
    expect((await broker().info(name)).messages).toBe(1);
  });

  test("true expectations store the batch", async () => {
    const { name, subject } = await stream();
    await broker().publish(subject("b"), bytes("old"), { ackMsMax });
    const messages = ["a", "b"].map((key) => ({
      subject: subject(key),
      payload: bytes("new"),
      expectedLastSubjectSequence: key === "b" ? 1 : 0,
    }));
    expect(await broker().publishBatch(messages, ackMsMax)).toEqual({ kind: "stored", lastSequence: 3 });
    expect(text(await broker().last(name, subject("b")))).toBe("new");
  });

  test("a batch replaces under one message per subject", async () => {
    const { name, subject } = await stream({ messagesPerSubjectMax: 1 });
    const write = (value: string) =>
      broker().publishBatch(
        ["a", "b"].map((key) => ({ subject: subject(key), payload: bytes(value) })),
        ackMsMax,
      );
    await write("1");
    expect(await write("2")).toEqual({ kind: "stored", lastSequence: 4 });
    expect(await broker().info(name)).toMatchObject({ messages: 2, firstSequence: 3, lastSequence: 4 });
  });

  test("a stream without batches refuses them", async () => {
    const { name, subject } = await stream({ atomicBatches: false });
    const outcome = await broker().publishBatch([{ subject: subject("a"), payload: bytes("x") }], ackMsMax);
    expect(outcome.kind).toBe("refused");
    expect((await broker().info(name)).messages).toBe(0);
  });
}

function limits({ stream, broker }: Context): void {
  test("a full stream that discards new messages says so and keeps the old ones", async () => {
    const { name, subject } = await stream({ bytesMax: 20_000 });
    const kinds: string[] = [];
    for (let i = 0; i < 30; i++) {
      kinds.push((await broker().publish(subject("a"), new Uint8Array(1_000), { ackMsMax })).kind);
    }
    expect(kinds.slice(0, 10)).toEqual(Array(10).fill("stored"));
    expect(kinds.at(-1)).toBe("full");
    expect(await broker().info(name)).toMatchObject({ firstSequence: 1 });
  });

  test("what was purged makes room, and sequences go on", async () => {
    const { name, subject } = await stream({ bytesMax: 20_000 });
    const put = () => broker().publish(subject("a"), new Uint8Array(1_000), { ackMsMax });
    while ((await put()).kind === "stored");
    const { lastSequence } = await broker().info(name);
    await broker().purgeBelow(name, lastSequence);
    expect(await broker().info(name)).toMatchObject({ messages: 1, firstSequence: lastSequence });
    expect(await put()).toEqual({ kind: "stored", sequence: lastSequence + 1 });
  });

  test("purging beyond the end empties the stream but never moves its end", async () => {
    const { name, subject } = await stream();
    await broker().publish(subject("a"), bytes("x"), { ackMsMax });
    await broker().purgeBelow(name, 1_000);
    expect(await broker().info(name)).toMatchObject({ messages: 0, firstSequence: 2, lastSequence: 1 });
    expect(await broker().publish(subject("a"), bytes("y"), expecting(0))).toEqual({
      kind: "stored",
      sequence: 2,
    });
  });

  test("a deleted message is gone, the others keep their places, and asking twice is asking once", async () => {
    const { name, subject } = await stream();
    for (const value of ["1", "2", "3"]) await broker().publish(subject("a"), bytes(value), { ackMsMax });
    await broker().deleteMessage(name, 2, true);
    await broker().deleteMessage(name, 2, true);
    expect(await broker().at(name, 2)).toBeUndefined();
    expect(text(await broker().at(name, 3))).toBe("3");
    expect(await collect(broker().read(name, { fromSequence: 1 }), 2)).toEqual(["1", "3"]);
  });

  test("a stream that denies delete and purge keeps everything", async () => {
    const { name, subject } = await stream({ denyDelete: true, denyPurge: true });
    await broker().publish(subject("a"), bytes("x"), { ackMsMax });
    await broker().publish(subject("a"), bytes("y"), { ackMsMax });
    await expect(broker().deleteMessage(name, 1, false)).rejects.toThrow(/Cannot delete/);
    await expect(broker().purgeBelow(name, 2)).rejects.toThrow(/Cannot purge/);
    expect((await broker().info(name)).messages).toBe(2);
  });

  test("one message per subject keeps the last", async () => {
    const { name, subject } = await stream({ messagesPerSubjectMax: 1 });
    await broker().publish(subject("a"), bytes("1"), expecting(0));
    await broker().publish(subject("b"), bytes("1"), expecting(0));
    await broker().publish(subject("a"), bytes("2"), expecting(1));
    expect(await broker().info(name)).toMatchObject({ messages: 2, firstSequence: 2, lastSequence: 3 });
    expect(text(await broker().last(name, subject("a")))).toBe("2");
  });

  test("making a stream again changes its limits and nothing else", async () => {
    const { name, subject } = await stream();
    await broker().publish(subject("a"), bytes("x"), { ackMsMax });
    const before = await broker().info(name);
    const subjects = [subject(">")];
    for (let i = 0; i < 2; i++) {
      await broker().ensureStream({
        name,
        subjects,
        discard: "new",
        bytesMax: 5_000,
        atomicBatches: true,
        replicas: 1,
      });
    }
    expect(await broker().info(name)).toEqual(before);
    while ((await broker().publish(subject("a"), new Uint8Array(1_000), { ackMsMax })).kind === "stored");
    expect((await broker().info(name)).bytes).toBeLessThanOrEqual(5_000);
  });
}

function reading({ stream, broker }: Context): void {
  test("reads from any place on, live, each message once and in order", async () => {
    const { name, subject } = await stream();
    const reader = broker().read(name, { fromSequence: 3 });
    const collected = collect(reader, 48);
    for (let i = 1; i <= 50; i++) await broker().publish(subject("a"), bytes(String(i)), { ackMsMax });
    expect(await collected).toEqual(Array.from({ length: 48 }, (_, i) => String(i + 3)));
  });

  test("reads one subject of many", async () => {
    const { name, subject } = await stream();
    for (let i = 0; i < 10; i++) await broker().publish(subject(i % 2), bytes(String(i)), { ackMsMax });
    expect(await collect(broker().read(name, { subject: subject(1), fromSequence: 1 }), 5)).toEqual(
      ["1", "3", "5", "7", "9"],
    );
  });

  test(
    "a reader that does not take anything still gets everything, and more than fits into memory at once",
    async () => {
      const { name, subject } = await stream();
      const large = 40_000;
      for (let i = 0; i < 4; i++) {
        const messages = Array.from(
          { length: 500 },
          () => ({ subject: subject("a"), payload: new Uint8Array(large) }),
        );
        expect((await broker().publishBatch(messages, 30_000)).kind).toBe("stored");
      }
      const reader = broker().read(name, { fromSequence: 1 });
      await sleep(300);
      let expected = 1;
      for await (const message of reader) {
        expect(message.sequence).toBe(expected++);
        if (expected > 2000) break;
      }
    },
    30_000,
  );

  test("a stopped reader ends", async () => {
    const { name, subject } = await stream();
    await broker().publish(subject("a"), bytes("1"), { ackMsMax });
    const reader = broker().read(name, { fromSequence: 1 });
    const seen: string[] = [];
    const ended = (async () => {
      for await (const message of reader) seen.push(text(message) ?? "");
    })();
    while (seen.length < 1) await sleep(5);
    await reader.stop();
    await ended;
    expect(seen).toEqual(["1"]);
  });

  test("the last messages of many subjects come together, without those that have none", async () => {
    const { name, subject } = await stream({ messagesPerSubjectMax: 1 });
    for (let from = 0; from < 3000; from += 1000) {
      const messages = Array.from({ length: 1000 }, (_, i) => ({
        subject: subject(`sku.${from + i}`),
        payload: bytes(String(from + i)),
      }));
      expect((await broker().publishBatch(messages, 30_000)).kind).toBe("stored");
    }
    const asked = Array.from({ length: 3001 }, (_, i) => subject(`sku.${i}`));
    const found = await broker().lastOfMany(name, asked);
    expect(found).toHaveLength(3000);
    expect(found.every((message) => message.subject === subject(`sku.${text(message)}`))).toBe(true);
    expect(found.every(({ headers }) => !headers.has("Nats-Stream"))).toBe(true);
    expect(await broker().lastOfMany(name, [])).toEqual([]);
    expect(await broker().lastOfMany(name, [subject("none")])).toEqual([]);
  }, 30_000);
}

function core({ broker, server }: Context): void {
  test("core messages reach whoever listens, on wildcards too, until they stop", async () => {
    const other = await server().connect();
    const heard: string[] = [];
    const listening = other.receive(
      "replies.*",
      (payload, subject) => heard.push(`${subject} ${decoder.decode(payload)}`),
    );
    await other.info("NOT_THERE").catch(() => undefined); // The subscription is at the server before its answer.
    broker().send("replies.e1", bytes("1"));
    broker().send("other.e1", bytes("2"));
    while (heard.length === 0) await sleep(5);
    listening.stop();
    await other.info("NOT_THERE").catch(() => undefined);
    broker().send("replies.e1", bytes("3"));
    await sleep(50);
    expect(heard).toEqual(["replies.e1 1"]);
    await other.close();
  });
}

function killed({ stream, broker, server }: Context): void {
  test(
    "what was acknowledged survives, readers go on in order, publishes meanwhile end as unknown",
    async () => {
      const { name, subject } = await stream();
      const reader = broker().read(name, { fromSequence: 1 });
      const iterator = reader[Symbol.asyncIterator]();
      const acked: number[] = [];
      const put = async (ackMsMax: number) => {
        const outcome = await broker().publish(subject("a"), bytes("x"), { ackMsMax });
        if (outcome.kind === "stored") acked.push(outcome.sequence);
        return outcome.kind;
      };
      for (let i = 0; i < 20; i++) expect(await put(1_000)).toBe("stored");
      const inFlight = Array.from({ length: 10 }, () => put(1_000));
      await server().kill();
      expect(
        [...new Set(await Promise.all(inFlight))].every((kind) => kind === "stored" || kind === "unknown"),
      ).toBe(true);
      while (broker().connected()) await sleep(5);
      const startedMs = performance.now();
      expect(await put(100)).toBe("unknown");
      expect(performance.now() - startedMs).toBeLessThan(1_000);
      await server().start();
      while (await put(1_000) !== "stored");
      for (let i = 0; i < 20; i++) await put(1_000);
      const last = acked.at(-1) ?? 0;
      const seen: number[] = [];
      while (seen.at(-1) !== last) seen.push((await iterator.next()).value?.sequence ?? NaN);
      await reader.stop();
      expect(seen).toEqual(Array.from({ length: last }, (_, i) => i + 1)); // Each once, in order, none missing.
      for (const sequence of acked) expect(await broker().at(name, sequence)).toBeDefined();
    },
    30_000,
  );

  test("questions while there is no server are a fault that may be tried again", async () => {
    const { name } = await stream();
    await server().kill();
    while (broker().connected()) await sleep(5);
    await expect(broker().info(name)).rejects.toMatchObject({ code: "log.unavailable", retry: true });
    await server().start();
    while (!broker().connected()) await sleep(5);
    expect(await broker().info(name)).toMatchObject({ messages: 0 });
  }, 30_000);
}

async function collect(reader: Reader, count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const message of reader) {
    seen.push(text(message) ?? "");
    if (seen.length === count) break;
  }
  return seen;
}
