import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { AnyActor, Json } from "../../actors/actor.ts";
import { type ActorId } from "../../actors/ids.ts";
import type { Entry } from "../record.ts";
import { tell } from "../testing/partition_steps.ts";
import { failures, toy, toyId } from "../testing/toys.ts";
import { partition } from "../testing/turn_kit.ts";

describe("a turn", () => {
  test("decides a command and everything that follows from it, and answers when it is settled", () => {
    const p = partition();
    p.run([[toyId("a"), { type: "spread", amount: 2, to: [toyId("b"), toyId("c")] } as { type: string }]]);
    expect(p.records).toHaveLength(1);
    expect(p.entries().map((entry) => `${entry.actor}/${entry.version} ${entry.type}`)).toEqual([
      "toy:a/1 toy.added",
      "toy:a/2 toy.asked",
      "toy:b/1 toy.added",
      "toy:c/1 toy.added",
      "toy:a/3 toy.told",
    ]);
    expect(p.records[0]!.results).toEqual([{ id: "c1", outcome: "ok" }]);
    expect(p.replies).toEqual([{ id: "c1", ok: true, value: { sum: 2, awaited: 0, reminders: 0 } }]);
  });

  test("records also when all it holds is a rejection: nobody is answered from memory", () => {
    const p = partition();
    p.run([[toyId("a"), { type: "refuse" }]]);
    expect(p.records[0]!.entries).toEqual([]);
    expect(p.records[0]!.results).toEqual([{ id: "c1", outcome: "toy-refused" }]);
    expect(p.state.read).toEqual({ sequence: 1, hash: "", taken: 1, of: 1 });
    expect(p.replies).toHaveLength(1);
  });

  test("carries over what its limits cut off, in order, and answers in the turn that settles it", () => {
    const p = partition({ deliveriesMax: 2 });
    const to = ["b", "c", "d", "e"].map(toyId);
    p.run([[toyId("a"), { type: "spread", amount: 1, to } as { type: string }], [toyId("z"), {
      type: "read",
    }]]);
    expect(p.records.length).toBeGreaterThan(2);
    expect(p.records[0]!.out.map((pending) => pending.to)).toEqual(["toy:c", "toy:d", "toy:e", "toy:a"]);
    expect(p.records[1]!.inputs[0]).toEqual({ id: "c1", atMs: 5, at: [1, 0], to: "toy:c" });
    expect(p.replies.map((reply) => (reply as { id: string }).id)).toEqual(["c1", "c2"]);
    expect(p.state.waiting).toEqual([]);
  });

  test("ends in front of an actor that is not in memory, and says which one", () => {
    const p = partition();
    p.asleep.add(toyId("b"));
    const turn = p.begin();
    expect(p.command(turn, toyId("a"), { type: "add", amount: 1 } as { type: string })).toBe(true);
    expect(p.command(turn, toyId("b"), { type: "add", amount: 1 } as { type: string })).toBe(false);
    expect(turn.missing).toBe("toy:b");
    p.settle(turn);
    expect(p.state.read.sequence).toBe(1);
    expect(p.records[0]!.inputs).toHaveLength(1);
  });

  test("fires a timer once and clears it", () => {
    const p = partition();
    p.run([[toyId("a"), { type: "remind", dueMs: 7 } as { type: string }]]);
    const [alarm] = p.state.agenda.due(10, 5);
    const turn = p.begin();
    expect(turn.timer(alarm!.actor, alarm!.name, alarm!.dueMs)).toBe(true);
    p.settle(turn);
    expect(p.state.agenda.count).toBe(0);
    expect(p.records[1]!.inputs[0]!.command).toEqual({ type: "timer", name: "reminder", dueMs: 7 });
  });
});

test("a turn passes on what came in one message: its record has one place in the order of COMMANDS", () => {
  const { run, moved, records } = partition();
  moved.add(toyId("b"));
  run(["b", "a", "b"].map((key) => [toyId(key), { type: "read" }]));
  expect(records.map(({ sends }) => sends.map(({ cause }) => cause.at))).toEqual([[[1, 0]], [[3, 0]]]);
});

describe("a command that cannot be decided", () => {
  test("is tried again on the reloaded actor, and then counts", () => {
    failures.count = 0;
    const p = partition();
    p.run([[toyId("a"), { type: "failOnce" }]]);
    expect(p.replies).toEqual([{ id: "c1", ok: true, value: { sum: 1, awaited: 0, reminders: 0 } }]);
    expect(p.state.stopped.size).toBe(0);
  });

  test("is recorded as dead the second time, stops only its actor, and parks what follows", () => {
    const p = partition();
    p.run([
      [toyId("a"), { type: "fail" }],
      [toyId("b"), { type: "add", amount: 1 } as { type: string }],
      [toyId("a"), { type: "add", amount: 1 } as { type: string }],
      [toyId("a"), { type: "read" }],
    ]);
    const dead = p.records.flatMap((record) => record.dead);
    expect(dead).toHaveLength(1);
    expect(dead[0]).toMatchObject({ actor: "toy:a", build: "test", delivery: { message: { type: "fail" } } });
    expect(dead[0]!.error).toContain("this toy is broken");
    expect(p.state.parked.map((pending) => pending.message)).toEqual([{ type: "add", amount: 1 }]);
    expect(p.slots.get(toyId("b"))?.version).toBe(1);
    expect(p.replies.map((reply) => (reply as { id: string }).id)).toEqual(["c1", "c2", "c4"]);
  });
});

describe("a decision that cannot be taken as a whole is not taken at all", () => {
  const adding = tell("a", { type: "add", amount: 1 });
  const spreading = tell("a", { type: "spread", amount: 2, to: [toyId("b")] });
  const added = { type: "toy.added", version: 1, data: { amount: 1 } } as const;
  const circle: { self?: Json } = {};
  circle.self = circle as Json;

  test.each<[string, AnyActor, [ActorId, { type: string }]]>([
    ["its answer throws", { ...toy, answer: () => fail("no answer") }, adding],
    ["an answer that it settles throws", { ...toy, answer: () => fail("no answer") }, spreading],
    ["its event cannot be written", {
      ...toy,
      decide: (state, command, cause) =>
        command.type === "add"
          ? { ok: true, events: [added, { ...added, data: circle }] }
          : toy.decide(state, command, cause),
    }, adding],
  ])("when %s", (_, broken, command) => {
    const p = partition({}, { toy: broken });
    p.run([command]);
    const dead = p.records.flatMap((record) => record.dead);
    expect(dead.map(({ actor, error }) => [actor, error.split("\n")[0]])).toEqual([
      ["toy:a", expect.stringMatching(/no answer|circular/i)],
    ]);
    const deadIn = p.records.findIndex((record) => record.dead.length > 0);
    const versions = p.entries().filter((entry) => entry.actor === "toy:a").map((entry) => entry.version);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
    expect(p.records[deadIn]!.entries.filter((entry) => entry.actor === "toy:a")).toEqual([]);
    expect(p.slots.get(toyId("a"))?.version ?? 0).toBe(versions.length);
    expect(p.slots.get(toyId("b"))?.version ?? 0).toBe(command === spreading ? 1 : 0);
  });

  test("when joining what waits for it throws", () => {
    const p = partition({}, {
      toy: { ...toy, merge: () => fail("cannot join") },
    });
    p.run([[toyId("a"), { type: "spread", amount: 2, to: [toyId("b"), toyId("c")] } as { type: string }]]);
    expect(p.slots.get(toyId("a"))).toMatchObject({ state: { awaited: 0 } });
  });
});

function fail(message: string): never {
  throw new Error(message);
}

test("any split of commands into turns gives the same events", () => {
  const key = fc.constantFrom("a", "b", "c").map(toyId);
  const command = fc.oneof(
    fc.record({ type: fc.constant("add"), amount: fc.nat(9) }),
    fc.record({ type: fc.constant("spread"), amount: fc.nat(9), to: fc.uniqueArray(key, { maxLength: 3 }) }),
    fc.record({ type: fc.constant("refuse") }),
  );
  const commands = fc.array(fc.tuple(key, command), { maxLength: 20 });
  const without = (entries: readonly Entry[]) => entries.map(({ cause: _, ...entry }) => entry);
  fc.assert(fc.property(commands, fc.integer({ min: 1, max: 6 }), (given, deliveriesMax) => {
    const whole = partition(), cut = partition({ deliveriesMax });
    whole.run(given);
    cut.run(given);
    expect(without(cut.entries())).toEqual(without(whole.entries()));
    expect(cut.replies).toEqual(whole.replies);
  }));
});
