import { afterEach, describe, expect, test, vi } from "vitest";
import { type MemoryOptions, MemoryServer } from "../broker/memory.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";
import { ensureStreams } from "../streams.ts";
import { systemRuntime } from "../system_runtime.ts";
import { type Callback, decodeCallbacks } from "./callback_pack.ts";
import { type CallbackBacklog, CallbackReader } from "./callback_reader.ts";
import { callbackLimits, createCallbackStore } from "./callback_store.ts";
import { storedCallbacks } from "./stored_callbacks.ts";

const runtime = systemRuntime("test");
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open(options: MemoryOptions = {}, limits = callbackLimits) {
  const server = new MemoryServer(options), broker = server.connect();
  await ensureStreams(broker, 1);
  const store = createCallbackStore({ broker, runtime, limits });
  ends.push(() => store.stop());
  return { server, broker, store };
}
const callback = (id: string, body: string | Uint8Array = `{"number":"${id}"}`): Callback => ({
  id,
  carrier: "ups",
  atMs: 1_000,
  contentType: "application/json",
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
});
async function kept({ server }: { server: MemoryServer }): Promise<Callback[]> {
  const broker = server.connect(), { lastSequence } = await broker.info(streamNames.callbacks);
  const all: Callback[] = [];
  for (let sequence = 1; sequence <= lastSequence; sequence++) {
    all.push(...decodeCallbacks((await broker.at(streamNames.callbacks, sequence))!.payload));
  }
  return all;
}

describe("keeping callbacks", () => {
  test("keeps the body byte for byte, whatever it is", async () => {
    const it = await open();
    const bodies = ['{"a":1}', "ünïcödé\u0000\uFEFF", Uint8Array.of(0xff, 0xfe, 0, 1), "\uFEFF{}", ""];
    for (const [i, body] of bodies.entries()) {
      expect(await it.store.keep(callback(`c${i}`, body))).toEqual({ kind: "stored" });
    }
    const there = await kept(it);
    expect(there.map(({ body }) => [...body])).toEqual(
      bodies.map((body) => [...(typeof body === "string" ? new TextEncoder().encode(body) : body)]),
    );
    expect(there[0]).toMatchObject({
      id: "c0",
      carrier: "ups",
      atMs: 1_000,
      contentType: "application/json",
    });
  });

  test("those that come together share a message", async () => {
    const it = await open();
    await Promise.all(Array.from({ length: 200 }, (_, i) => it.store.keep(callback(`c${i}`))));
    expect(await kept(it)).toHaveLength(200);
    expect((await it.broker.info(streamNames.callbacks)).lastSequence).toBeLessThan(100);
  });

  test("says that it was not kept when the log does not say that it was", async () => {
    const { store } = await open({
      publishFault: () => "lose-ack",
      after: (_, run) => void setTimeout(run, 5),
    });
    expect(await store.keep(callback("c1"))).toMatchObject({ kind: "refused" });
  });

  test("does not let more wait than it has room for", async () => {
    const { store } = await open({ publishFault: () => "lose-message" }, {
      ...callbackLimits,
      waitingMax: 1,
    });
    const first = store.keep(callback("c1"));
    expect(await store.keep(callback("c2"))).toMatchObject({ kind: "refused", why: /wait/ });
    store.stop();
    expect(await first).toMatchObject({ kind: "refused" });
  });
});

describe("reading callbacks", () => {
  function read(
    { server }: { server: MemoryServer },
    handle: (callbacks: readonly Callback[]) => Promise<void>,
    missed: (messages: number) => void = () => {},
  ) {
    const reader = new CallbackReader({ broker: server.connect(), runtime, handle, missed });
    const running = reader.run();
    running.catch(() => undefined);
    const stop = async () => {
      reader.stop();
      await running;
    };
    ends.push(() => stop().catch(() => undefined));
    return { stop, running };
  }

  test("hands out what was kept, and goes on where it stopped", async () => {
    const it = await open(), seen: string[] = [];
    const note = (callbacks: readonly Callback[]) =>
      Promise.resolve(void seen.push(...callbacks.map(({ id }) => id)));
    await it.store.keep(callback("c1"));
    const first = read(it, note);
    await vi.waitFor(() => expect(seen).toEqual(["c1"]));
    await first.stop();
    await it.store.keep(callback("c2"));
    read(it, note);
    await vi.waitFor(() => expect(seen).toEqual(["c1", "c2"]));
  });

  test("tries again what could not be done, and passes nothing over", async () => {
    const it = await open(), seen: string[] = [];
    let failures = 2;
    await it.store.keep(callback("c1"));
    await it.store.keep(callback("c2"));
    read(it, (callbacks) => {
      if (failures-- > 0) return Promise.reject(new Fault("log.unavailable", "no answer"));
      return Promise.resolve(void seen.push(...callbacks.map(({ id }) => id)));
    });
    await vi.waitFor(() => expect(seen).toEqual(["c1", "c2"]));
  });

  test("tells of what was gone before it was read", async () => {
    const it = await open(), seen: string[] = [], missed: number[] = [];
    const note = (callbacks: readonly Callback[]) =>
      Promise.resolve(void seen.push(...callbacks.map(({ id }) => id)));
    await it.store.keep(callback("c1"));
    const first = read(it, note);
    await vi.waitFor(() => expect(seen).toEqual(["c1"]));
    await first.stop();
    await it.store.keep(callback("c2"));
    await it.store.keep(callback("c3"));
    await it.broker.purgeBelow(streamNames.callbacks, 3);
    read(it, note, (messages) => void missed.push(messages));
    await vi.waitFor(() => expect(seen).toEqual(["c1", "c3"]));
    expect(missed).toEqual([1]);
  });

  test("tells how much waits, and for how long; nothing once all is handled", async () => {
    const it = await open(), told: (CallbackBacklog | undefined)[] = [];
    let free = () => {};
    const held = new Promise<void>((done) => free = done);
    await it.store.keep(callback("c1"));
    await it.store.keep(callback("c2"));
    const backlog = (now: CallbackBacklog | undefined) => void told.push(now);
    const reader = new CallbackReader({ broker: it.server.connect(), runtime, handle: () => held, backlog });
    const running = reader.run();
    await vi.waitFor(() => {
      expect(told.at(-1)).toMatchObject({ messages: 2 });
      expect(told.at(-1)!.oldestMs).toBeGreaterThan(0);
    });
    free();
    await vi.waitFor(() => expect(told.at(-1)).toEqual({ messages: 0, oldestMs: 0 }));
    reader.stop();
    await running;
    expect(told.at(-1)).toBeUndefined();
  });

  test("a second reader is fenced as soon as the first one's position has moved on", async () => {
    const it = await open();
    let begun = 0, end = () => {};
    const held = new Promise<void>((done) => end = done), seen: string[] = [];
    // What comes after the first takes it longer than it goes without noting where it is.
    const slow = read(it, () => begun++ === 0 ? held : new Promise((done) => setTimeout(done, 2_000)));
    await it.store.keep(callback("c1"));
    await vi.waitFor(() => expect(begun).toBe(1));
    const quick = read(it, (callbacks) => Promise.resolve(void seen.push(...callbacks.map(({ id }) => id))));
    for (let i = 2; i < 6; i++) await it.store.keep(callback(`c${i}`));
    await vi.waitFor(() => expect(seen).toEqual(["c1", "c2", "c3", "c4", "c5"]));
    await quick.stop();
    end();
    await expect(slow.running).rejects.toMatchObject({ code: "projection.fenced" });
  });
});

describe("reading again what was kept", () => {
  const since = async ({ server }: { server: MemoryServer }, sinceMs: number) => {
    const ids: string[] = [];
    for await (const { id } of storedCallbacks(server.connect(), { sinceMs })) ids.push(id);
    return ids;
  };

  test("begins where it is told to, and ends at the end", async () => {
    const it = await open();
    expect(await since(it, 0)).toEqual([]);
    const at = (id: string, atMs: number) => it.store.keep({ ...callback(id), atMs });
    const beganMs = Date.now();
    for (let i = 0; i < 20; i++) await at(`c${i}`, beganMs + i);
    await it.broker.deleteMessage(streamNames.callbacks, 10, false);
    const all = Array.from({ length: 20 }, (_, i) => `c${i}`).filter((id) => id !== "c9");
    expect(await since(it, 0)).toEqual(all);
    expect(await since(it, beganMs + 15)).toEqual(all.slice(-5));
    expect(await since(it, beganMs + 3_600_000)).toEqual([]);
  });
});
