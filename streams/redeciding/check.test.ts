import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import { turnLimits } from "../host/turn_context.ts";
import { type Operation, subjects } from "../record.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, killAll, start, tell } from "../testing/partition_steps.ts";
import { toy, toyId, toys } from "../testing/toys.ts";
import { checkDecisions } from "./check.ts";
import type { Difference } from "./differences.ts";
import type { ChangedOutcome } from "./outcomes.ts";
import { whatIf } from "./what_if.ts";

let kit: PartitionKit;
beforeEach(() => void (kit = new PartitionKit()));
afterEach(killAll);

const operate = (does: Operation["does"], to: string): [ActorId, { readonly type: string }] =>
  tell(to, { type: "operator", does, by: "ada", why: "a test" });

/** All that can befall a partition: what its log says must be enough to decide it again. */
async function play(deliveriesMax: number): Promise<void> {
  await start(kit, { turn: { ...turnLimits, deliveriesMax } });
  const send = async (...commands: Parameters<PartitionKit["send"]>) =>
    answered(kit, await kit.send(...commands));
  await send(add("a", 1), tell("a", { type: "refuse" }), add("b", 2));
  await send(tell("a", { type: "spread", amount: 3, to: ["b", "c", "d"].map(toyId) }), add("c", 1));
  const unreadable = new TextEncoder().encode("no pack");
  await kit.broker.publish(subjects.commands(0), unreadable, { ackMsMax: 100 });
  await send(tell("b", { type: "remind", dueMs: kit.nowMs + 50 }));
  kit.nowMs += 100;
  await vi.waitFor(async () =>
    expect((await kit.entries()).map(({ type }) => type)).toContain("toy.reminded")
  );
  await kit.send(tell("d", { type: "fail" }), add("d", 4));
  await send(add("a", 5), operate("pause", "c"));
  await kit.send(add("c", 6), add("c", 7));
  await send(add("a", 1), operate("resume", "c"), operate("drop", "d"), add("d", 8));
  await vi.waitFor(async () =>
    expect((await kit.entries()).filter(({ actor }) => actor === toyId("d"))).toHaveLength(3)
  );
}

async function check(actors: { readonly [kind: string]: AnyActor } = toys) {
  const found: Difference[] = [], differs = (one: Difference) => void found.push(one);
  return { found, ...await checkDecisions(kit.broker, { actors, wanted: () => true, differs }) };
}

/** Adds one more, but only where it is asked for four or more. */
const generous: AnyActor = {
  ...toy,
  decide: (state, command, cause) =>
    toy.decide(
      state,
      command.type === "add" && command.amount > 3 ? { ...command, amount: command.amount + 1 } : command,
      cause,
    ),
};

describe.each([1, 2, 100])("a log of turns of at most %i deliveries", (deliveriesMax) => {
  test("decides the same again: refusals, messages, timers, what died, what was kept and let go, what nobody can read", async () => {
    await play(deliveriesMax);
    const { found, decided, records } = await check();
    expect(found).toEqual([]);
    expect(decided).toBe(records);
  });

  test("decided by other code: each of its decisions that differ, on the state that there was", async () => {
    await play(deliveriesMax);
    const { found } = await check({ toy: generous });
    expect(found.map(({ what, of, recorded, decided }) => ({ what, of, recorded, decided }))).toContainEqual({
      what: "events",
      of: toyId("a"),
      recorded: [expect.objectContaining({ data: { amount: 5 } })],
      decided: [expect.objectContaining({ data: { amount: 6 } })],
    });
    expect(new Set(found.map(({ what }) => what))).toEqual(new Set(["events"]));
  });

  test("what-if: an actor ends otherwise, and those that were not touched do not", async () => {
    await play(deliveriesMax);
    const outcomes: ChangedOutcome[] = [], actors = { toy: generous };
    const told = { changed: (one: ChangedOutcome) => void outcomes.push(one), differs: () => {} };
    const { diverged } = await whatIf(kit.broker, { actors, begins: () => true, ...told });
    const sums = diverged.map((
      { actor, recordedSlot, decidedSlot },
    ) => [actor, recordedSlot.state, decidedSlot.state]);
    expect(sums).toContainEqual([
      toyId("a"),
      expect.objectContaining({ sum: 10 }),
      expect.objectContaining({ sum: 11 }),
    ]);
    expect(diverged.map(({ actor }) => actor).sort()).toEqual(["a", "c", "d"].map(toyId));
    expect(outcomes).toEqual([]);
  });
});

test("code that refuses what was accepted: the answer is named, and what follows from it is gone", async () => {
  await play(100);
  const strict: AnyActor = {
    ...toy,
    decide: (state, command, cause) =>
      toy.decide(state, command.type === "spread" ? { type: "refuse" } : command, cause),
  };
  const outcomes: ChangedOutcome[] = [], actors = { toy: strict };
  const told = { changed: (one: ChangedOutcome) => void outcomes.push(one), differs: () => {} };
  const { diverged } = await whatIf(kit.broker, { actors, begins: () => true, ...told });
  expect(outcomes).toMatchObject([{
    to: toyId("a"),
    type: "spread",
    recorded: "ok",
    decided: "toy-refused",
  }]);
  expect(diverged.map(({ actor }) => actor)).toEqual(expect.arrayContaining(["a", "b", "c", "d"].map(toyId)));
});

test("code that cannot decide: it dies now, and what comes later for that actor is kept", async () => {
  await play(100);
  const broken: AnyActor = {
    ...toy,
    decide: (state, command, cause) => {
      if (command.type === "add" && command.amount === 2) throw new Error("cannot add two");
      return toy.decide(state, command, cause);
    },
  };
  const options = { actors: { toy: broken }, begins: () => true, changed: () => {}, differs: () => {} };
  const { dead, diverged } = await whatIf(kit.broker, options);
  expect(dead).toContainEqual({ actor: toyId("b"), error: "cannot add two" });
  expect(diverged.find(({ actor }) => actor === toyId("b"))!.decided).toEqual([]);
});
