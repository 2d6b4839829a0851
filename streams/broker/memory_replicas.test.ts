import { describe, expect, test } from "vitest";
import { bytes, text } from "./contract_kit.ts";
import {
  type MemoryClient,
  type MemoryOptions,
  MemoryServer,
  type PublishFault,
  type Wire,
} from "./memory.ts";

async function open(options: MemoryOptions = {}) {
  const server = new MemoryServer(options);
  const broker = server.connect();
  const config = { name: "S", subjects: ["s.*"], discard: "new", messagesPerSubjectMax: 1 } as const;
  await broker.ensureStream({ ...config, replicas: 3 });
  return { server, broker };
}

describe("a stream with replicas", () => {
  const failing = () => {
    const faults: PublishFault[] = [];
    return { faults, publishFault: () => faults.shift() };
  };

  test("whose leader changes answers that another proposal is in flight, and stores nothing", async () => {
    const { faults, publishFault } = failing();
    const { broker } = await open({ publishFault });
    faults.push("contended");
    expect(await broker.publish("s.a", bytes("x"), { ackMsMax: 5 })).toEqual({ kind: "contended" });
    expect(await broker.last("S", "s.a")).toBeUndefined();
  });

  test("whose former leader still answers names an earlier sequence, and stores nothing", async () => {
    const { faults, publishFault } = failing();
    const { broker } = await open({ publishFault });
    await broker.publish("s.a", bytes("1"), { ackMsMax: 5 });
    faults.push("outdated");
    const outcome = await broker.publish("s.a", bytes("2"), { ackMsMax: 5, expectedLastSubjectSequence: 1 });
    expect(outcome).toEqual({ kind: "conflict", actual: 0 });
    expect(text(await broker.last("S", "s.a"))).toBe("1");
  });

  test("that lag: direct gets and readers are late, the leader is not, and nothing older than asked for is given", async () => {
    let lag = 0;
    const { server, broker } = await open({ lag: () => lag });
    for (const value of ["1", "2"]) await broker.publish("s.a", bytes(value), { ackMsMax: 5 });
    lag = 1;
    const values = async (atLeast?: number) => (await broker.lastOfMany("S", ["s.a"], atLeast)).map(text);
    expect(await values()).toEqual(["1"]);
    expect(await values(2)).toEqual(["2"]);
    expect(text(await broker.last("S", "s.a"))).toBe("2");
    const reader = broker.read("S", { fromSequence: 2 })[Symbol.asyncIterator]();
    const next = reader.next();
    expect(await Promise.race([next, new Promise((done) => setTimeout(done, 20, "late"))])).toBe("late");
    lag = 0;
    server.wakeReaders();
    expect(text((await next).value)).toBe("2");
  });
});

test("a leader that is slow holds up its own stream alone, and does what it is asked in order", async () => {
  const held: (() => void)[] = [];
  const lead = (stream: string, run: () => void) => stream === "S" ? void held.push(run) : run();
  const server = new MemoryServer({ lead }), now = (_what: string, run: () => void) => run();
  for (const name of ["S", "T"]) {
    const subjects = [`${name.toLowerCase()}.*`];
    await server.connect().ensureStream({ name, subjects, discard: "new", replicas: 3 });
  }
  const client = server.connect({
    up: now,
    down: now,
    after: () => ({ stop: () => undefined }),
    feed: () => ({ carry: (run) => run(), close: () => undefined }),
  });
  const first = client.publish("s.a", bytes("1"), { ackMsMax: 5 }), last = client.last("S", "s.a");
  expect(await client.publish("t.a", bytes("2"), { ackMsMax: 5 })).toEqual({ kind: "stored", sequence: 1 });
  held.splice(0).forEach((run) => run());
  expect(await first).toEqual({ kind: "stored", sequence: 1 });
  expect(text(await last)).toBe("1");
});

describe("a client on a wire of its own", () => {
  /** Carries nothing until it is told to. */
  function slowWire() {
    const up: (() => void)[] = [], down: (() => void)[] = [], timers: (() => void)[] = [];
    const feeds = new Map<string, (() => void)[]>();
    const wire: Wire = {
      up: (_what, run) => void up.push(run),
      down: (_what, run) => void down.push(run),
      feed: (what) => {
        const list: (() => void)[] = [];
        feeds.set(what, list);
        return { carry: (run) => void list.push(run), close: () => void feeds.delete(what) };
      },
      after: (_ms, run) => {
        timers.push(run);
        return { stop: () => void timers.splice(timers.indexOf(run), 1) };
      },
    };
    const carry = (list: (() => void)[]) => list.splice(0).forEach((run) => run());
    const feed = (what: string) => carry(feeds.get(what)!);
    return { wire, arrive: () => carry(up), answer: () => carry(down), expire: () => carry(timers), feed };
  }
  function reading(client: MemoryClient, subject: string): string[] {
    const seen: string[] = [];
    void (async () => {
      for await (const message of client.read("S", { subject, fromSequence: 1 })) seen.push(text(message)!);
    })();
    return seen;
  }
  const settled = () => new Promise((done) => setTimeout(done, 5));
  const everything = { name: "S", subjects: ["s.*"], discard: "new", replicas: 1 } as const;

  test("gives up while its message is on the way; the message is stored all the same", async () => {
    const { server, broker } = await open();
    const { wire, arrive, expire } = slowWire();
    const publishing = server.connect(wire).publish("s.a", bytes("late"), { ackMsMax: 5 });
    expire();
    expect((await publishing).kind).toBe("unknown");
    arrive();
    expect(text(await broker.last("S", "s.a"))).toBe("late");
  });

  test("hears of one reader's messages while another's are held up, each in order", async () => {
    const { server, broker } = await open();
    await broker.ensureStream({ ...everything, messagesPerSubjectMax: 100 });
    const { wire, answer, feed } = slowWire(), client = server.connect(wire);
    const [slow, fast] = [reading(client, "s.a"), reading(client, "s.b")];
    for (const value of ["1", "2"]) {
      await broker.publish("s.a", bytes(`a${value}`), { ackMsMax: 5 });
      await broker.publish("s.b", bytes(`b${value}`), { ackMsMax: 5 });
      feed("S for s.b");
    }
    answer();
    await settled();
    expect([slow, fast]).toEqual([[], ["b1", "b2"]]);
    feed("S for s.a");
    answer();
    await settled();
    expect(slow).toEqual(["a1", "a2"]);
  });

  test("is sent again what was on its way to a reader when the connection broke, once", async () => {
    const { server, broker } = await open();
    await broker.ensureStream({ ...everything, messagesPerSubjectMax: 100 });
    const { wire, answer, feed } = slowWire(), client = server.connect(wire), seen = reading(client, "s.a");
    await broker.publish("s.a", bytes("1"), { ackMsMax: 5 });
    feed("S for s.a");
    answer();
    await broker.publish("s.a", bytes("2"), { ackMsMax: 5 });
    feed("S for s.a");
    client.cut();
    client.mend();
    feed("S for s.a");
    answer();
    await settled();
    expect(seen).toEqual(["1", "2"]);
  });

  test("that is cut off loses what is under way, both ways, and hears of it", async () => {
    const { server, broker } = await open();
    const { wire, arrive, answer, expire } = slowWire();
    const client = server.connect(wire);
    const stored = client.publish("s.a", bytes("stored"), { ackMsMax: 5 });
    arrive();
    const lost = client.publish("s.b", bytes("lost"), { ackMsMax: 5 });
    client.cut();
    client.mend();
    arrive();
    answer();
    expire();
    expect([(await stored).kind, (await lost).kind]).toEqual(["unknown", "unknown"]);
    expect(text(await broker.last("S", "s.a"))).toBe("stored");
    expect(await broker.last("S", "s.b")).toBeUndefined();
  });
});
