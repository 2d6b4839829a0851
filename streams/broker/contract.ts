import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Broker, StreamConfig } from "./broker.ts";
import {
  ackMsMax,
  type BrokerUnderTest,
  bytes,
  collect,
  type Context,
  expecting,
  text,
} from "./contract_kit.ts";
import { core, killed, placing, reading, skipping } from "./contract_reading.ts";

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
    });
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
    describe("appending", () => [appending, placing].forEach((suite) => suite(context)));
    describe("batches", () => batches(context));
    describe("limits and denials", () => limits(context));
    describe("reading", () => [reading, skipping].forEach((suite) => suite(context)));
    describe("core messages", () => core(context));
    describe("a killed server", () => killed(context));
  });
}

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
