import type { Stored } from "./broker.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ackMsMax, bytes, collect, type Context, decoder, text } from "./contract_kit.ts";

export function reading({ stream, broker }: Context): void {
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

  test("the last message of many subjects is the last that is still there, however far the stream has counted", async () => {
    const { name, subject } = await stream();
    expect(await broker().last(name, subject(">"))).toBeUndefined();
    for (let i = 0; i < 3; i++) await broker().publish(subject(i), bytes(String(i)), { ackMsMax });
    expect(text(await broker().last(name, subject(">")))).toBe("2");
    const { lastSequence } = await broker().info(name);
    await broker().deleteMessage(name, lastSequence, false);
    expect(text(await broker().last(name, subject(">")))).toBe("1");
    expect((await broker().info(name)).lastSequence).toBe(lastSequence);
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
    const places = (messages: readonly Stored[]) =>
      messages.map(({ sequence, subject }) => [sequence, subject]);
    const newest = Math.max(...found.map(({ sequence }) => sequence));
    expect(places(await broker().lastOfMany(name, asked, newest))).toEqual(places(found));
    const few = asked.slice(0, 50); // The leader itself answers, one by one.
    expect(places(await broker().lastOfMany(name, few, Infinity))).toEqual(places(found).slice(0, 50));
    expect(await broker().lastOfMany(name, [])).toEqual([]);
    expect(await broker().lastOfMany(name, [subject("none")])).toEqual([]);
  });
}

export function placing({ stream, broker }: Context): void {
  test("what expects the stream's own end keeps its place: of many under way, nothing stands where another was lost", async () => {
    const { name, subject } = await stream();
    const publish = (at: number) =>
      broker().publish(subject(at % 2), bytes(String(at)), { ackMsMax, expectedLastSequence: at - 1 });
    const outcomes = await Promise.all([1, 2, 3, 5, 6].map(publish));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["stored", "stored", "stored", "conflict", "conflict"]);
    expect(outcomes[4]).toEqual({ kind: "conflict", actual: 3 });
    expect(await Promise.all([4, 5].map(publish))).toEqual(
      [4, 5].map((sequence) => ({ kind: "stored", sequence })),
    );
    expect(await publish(5)).toEqual({ kind: "conflict", actual: 5 });
    expect(text(await broker().at(name, 5))).toBe("5");
  });
}

export function skipping({ stream, broker }: Context): void {
  test("a stream that skips is empty, and its next message has the sequence that was asked for", async () => {
    const { name, subject } = await stream();
    await broker().publish(subject("a"), bytes("x"), { ackMsMax });
    await broker().skipTo(name, 1_000);
    expect(await broker().info(name)).toMatchObject({
      messages: 0,
      firstSequence: 1_000,
      lastSequence: 999,
    });
    expect(await broker().publish(subject("a"), bytes("y"), { ackMsMax, expectedLastSubjectSequence: 0 }))
      .toEqual({
        kind: "stored",
        sequence: 1_000,
      });
    await broker().skipTo(name, 7);
    expect(await broker().info(name)).toMatchObject({
      messages: 0,
      firstSequence: 1_001,
      lastSequence: 1_000,
    });
  });
}

export function core({ broker, server }: Context): void {
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

export function killed({ stream, broker, server }: Context): void {
  test(
    "what was acknowledged survives, readers go on in order, publishes meanwhile end as unknown",
    async () => {
      const { name, subject } = await stream();
      const reader = broker().read(name, { fromSequence: 1 });
      const iterator = reader[Symbol.asyncIterator]();
      const acked: number[] = [];
      const put = async (ackMs = ackMsMax) => {
        const outcome = await broker().publish(subject("a"), bytes("x"), { ackMsMax: ackMs });
        if (outcome.kind === "stored") acked.push(outcome.sequence);
        return outcome.kind;
      };
      for (let i = 0; i < 20; i++) expect(await put()).toBe("stored");
      const inFlight = Array.from({ length: 10 }, () => put());
      await server().kill();
      expect(
        [...new Set(await Promise.all(inFlight))].every((kind) => kind === "stored" || kind === "unknown"),
      ).toBe(true);
      while (broker().connected()) await sleep(5);
      const startedMs = performance.now();
      expect(await put(100)).toBe("unknown");
      expect(performance.now() - startedMs).toBeLessThan(ackMsMax);
      await server().start();
      while (await put(1_000) !== "stored");
      for (let i = 0; i < 20; i++) await put();
      const last = acked.at(-1) ?? 0;
      const seen: number[] = [];
      while (seen.at(-1) !== last) seen.push((await iterator.next()).value?.sequence ?? NaN);
      await reader.stop();
      expect(seen).toEqual(Array.from({ length: last }, (_, i) => i + 1)); // Each once, in order, none missing.
      for (const sequence of acked) expect(await broker().at(name, sequence)).toBeDefined();
    },
  );

  test("questions while there is no server are a fault that may be tried again", async () => {
    const { name } = await stream();
    await server().kill();
    while (broker().connected()) await sleep(5);
    await expect(broker().info(name)).rejects.toMatchObject({ code: "log.unavailable", retry: true });
    await server().start();
    while (!broker().connected()) await sleep(5);
    expect(await broker().info(name)).toMatchObject({ messages: 0 });
  });
}
