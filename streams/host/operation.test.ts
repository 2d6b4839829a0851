import { beforeEach, describe, expect, test } from "vitest";
import fc from "fast-check";
import type { AnyActor } from "../../actors/actor.ts";
import type { ActorId } from "../../actors/ids.ts";
import type { Operation } from "../record.ts";
import { tell } from "../testing/partition_steps.ts";
import { failures, toy, toyId } from "../testing/toys.ts";
import { partition } from "../testing/turn_kit.ts";
import { wholeKind } from "./operation.ts";

const [a, b] = ["a", "b"].map(toyId) as [ActorId, ActorId];
const add = (to: string, amount = 1) => tell(to, { type: "add", amount });
const operate = (does: Operation["does"], target: ActorId): [ActorId, { type: string }] => [
  target,
  { type: "operator", does, by: "ada", why: "a test" } as { type: string },
];

let p: ReturnType<typeof partition>;
beforeEach(() => {
  p = partition();
  failures.count = 1; // `failOnce` has failed: what it does here is the tests' to say.
});
const sumOf = (id: ActorId) => (p.slots.get(id)?.state as { sum: number } | undefined)?.sum ?? 0;
const amounts = (id: ActorId) =>
  p.entries().filter(({ actor }) => actor === id).map(({ data }) => (data as { amount: number }).amount);
const lastReply = () => p.replies.at(-1);
const lastReplyTo = (id: string) => p.replies.findLast((reply) => (reply as { id: string }).id === id);
const poison = tell("a", { type: "failOnce" });
/** Throws on the poison as long as the code is broken. */
let broken: boolean;
const brokenToy: AnyActor = {
  ...toy,
  decide(state, command, cause) {
    if (command.type === "failOnce" && broken) throw new Error("a poison command");
    return toy.decide(state, command, cause);
  },
};

describe("an actor that could not decide something", () => {
  beforeEach(() => {
    broken = true;
    p = partition({}, { toy: brokenToy });
    p.run([add("a", 1), poison, add("a", 2), add("b", 9), add("a", 3)]);
  });

  test("is retried once the code is mended: first what it could not decide, then in order what came since", () => {
    expect(amounts(a)).toEqual([1]);
    broken = false;
    p.run([operate("retry", a), add("a", 4)]);
    expect(amounts(a)).toEqual([1, 1, 2, 3, 4]);
    expect(p.state).toMatchObject({ parked: [], waiting: [] });
    expect(p.state.stopped.size).toBe(0);
  });

  test("stops again when it is retried too early, and keeps the order", () => {
    p.run([operate("retry", a), add("a", 4)]);
    expect(p.state.stopped.get(a)?.delivery.message).toEqual({ type: "failOnce" });
    expect(p.state.parked.map(({ message }) => message)).toMatchObject([{ amount: 2 }, { amount: 3 }, {
      amount: 4,
    }]);
    broken = false;
    p.run([operate("retry", a)]);
    expect(amounts(a)).toEqual([1, 1, 2, 3, 4]);
  });

  test("goes on without it when it is dropped", () => {
    p.run([operate("drop", a), add("a", 4)]);
    expect(amounts(a)).toEqual([1, 2, 3, 4]);
    expect(p.state.stopped.size).toBe(0);
  });

  test("the operator is told how much was let go, and the record says who did it and why", () => {
    p.run([operate("drop", a)]);
    expect(p.replies).toContainEqual({ id: "c6", ok: true, value: { released: 2 } });
    const record = p.records.find(({ operations }) => operations !== undefined)!;
    expect(record.operations).toEqual([{ does: "drop", target: a, input: 0 }]);
    expect(record.inputs[0]!.command).toMatchObject({ by: "ada", why: "a test" });
  });

  test("is let go in as many turns as the limits need, still in order", () => {
    p = partition({ deliveriesMax: 1 }, { toy: brokenToy });
    p.run([add("a", 1), poison, add("a", 2), add("a", 3)]);
    broken = false;
    p.run([operate("retry", a), add("a", 4)]);
    expect(amounts(a)).toEqual([1, 1, 2, 3, 4]);
  });
});

test("what is let go is not written down once more, however much it is", () => {
  p.run([operate("pause", a), ...Array.from({ length: 50 }, (_, i) => add("a", i + 1))]);
  p.run([operate("resume", a), add("a", 51)]);
  const record = p.records.find(({ operations }) => operations?.[0]?.does === "resume")!;
  expect([record.out, record.entries]).toEqual([[], []]);
  expect(amounts(a)).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
});

test("an actor that is stopped and paused waits for both, and keeps its order", () => {
  broken = true;
  p = partition({}, { toy: brokenToy });
  p.run([poison, operate("pause", a), add("a", 2), add("b", 9)]);
  broken = false;
  p.run([operate("retry", a), add("a", 3)]);
  expect(p.replies).toContainEqual({ id: "c5", ok: true, value: { released: 0 } });
  expect(amounts(a)).toEqual([]);
  p.run([operate("resume", a), add("a", 4)]);
  expect(amounts(a)).toEqual([1, 2, 3, 4]);
});

test("a kind that goes on lets go only what nothing else holds back", () => {
  broken = true;
  p = partition({}, { toy: brokenToy });
  p.run([poison, operate("pause", wholeKind("toy")), add("a", 2), add("b", 9)]);
  p.run([operate("resume", wholeKind("toy"))]);
  expect(lastReplyTo("c5")).toMatchObject({ value: { released: 1 } });
  expect(amounts(b)).toEqual([9]);
  expect(p.state.parked).toHaveLength(1);
});

test("what is retried or dropped is what the operator saw", () => {
  broken = true;
  p = partition({}, { toy: brokenToy });
  p.run([poison]);
  const [target, command] = operate("drop", a);
  p.run([[target, { ...command, cause: "another" } as { type: string }]]);
  expect(lastReply()).toMatchObject({ ok: false, rejection: { reason: "not-that" } });
  p.run([[target, { ...command, cause: p.state.stopped.get(a)!.delivery.cause.id } as { type: string }]]);
  expect(lastReply()).toMatchObject({ ok: true });
});

test.each<[Operation["does"], string]>([
  ["retry", "not-stopped"],
  ["drop", "not-stopped"],
  ["resume", "not-paused"],
])("there is nothing to %s where nothing was held back", (does, reason) => {
  p.run([add("a"), operate(does, a)]);
  expect(lastReply()).toMatchObject({ ok: false, rejection: { reason } });
  expect(p.records.flatMap(({ operations = [] }) => operations)).toEqual([]);
});

test("what is no command cannot be retried, only dropped", () => {
  const turn = p.begin();
  turn.skip({ sequence: 1, hash: "", taken: 1, of: 1 });
  p.settle(turn);
  const intake = "intake:0" as ActorId;
  p.run([operate("retry", intake)]);
  expect(lastReply()).toMatchObject({ rejection: { reason: "not-readable" } });
  p.run([operate("drop", intake)]);
  expect(p.state.stopped.size).toBe(0);
});

test("an actor that lives elsewhere by now is not operated on here", () => {
  p.moved.add(a);
  p.run([operate("pause", a)]);
  expect(lastReply()).toMatchObject({ rejection: { reason: "moved" } });
  expect(p.state.paused.size).toBe(0);
});

describe("a paused actor", () => {
  test("takes nothing until it is resumed; then all in order, and others do not wait for it", () => {
    p.run([add("a", 1), operate("pause", a), add("a", 2), add("b", 9), add("a", 3)]);
    expect([sumOf(a), sumOf(b)]).toEqual([1, 9]);
    p.run([operate("resume", a), add("a", 4)]);
    expect(amounts(a)).toEqual([1, 2, 3, 4]);
    expect(p.state.paused.size).toBe(0);
  });

  test("can be one of a whole kind", () => {
    p.run([operate("pause", wholeKind("toy")), add("a", 1), add("b", 2)]);
    expect([sumOf(a), sumOf(b)]).toEqual([0, 0]);
    p.run([operate("resume", wholeKind("toy"))]);
    expect([sumOf(a), sumOf(b)]).toEqual([1, 2]);
  });

  test("stays so when its kind is resumed", () => {
    p.run([operate("pause", wholeKind("toy")), operate("pause", a), add("a", 1), add("b", 2)]);
    p.run([operate("resume", wholeKind("toy"))]);
    expect([sumOf(a), sumOf(b)]).toEqual([0, 2]);
    p.run([operate("resume", a)]);
    expect(sumOf(a)).toBe(1);
  });

  test("is asked in vain, and says so at once", () => {
    p.run([operate("pause", a), [a, { type: "read" }]]);
    expect(lastReply()).toMatchObject({ defect: "The actor is stopped or paused" });
  });
});

test("whatever operators do, and however turns are cut, each actor decides all it was told, once and in order", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant("add" as const), fc.constantFrom("a", "b")) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom("pause" as const, "resume" as const),
        fc.constantFrom(a, b, wholeKind("toy")),
      ),
    },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (steps, deliveriesMax) => {
      p = partition({ deliveriesMax });
      const told: Record<string, number[]> = { "toy:a": [], "toy:b": [] };
      p.run(steps.map(([does, target], i) => {
        if (does !== "add") return operate(does, target as ActorId);
        told[`toy:${target}`]!.push(i + 1);
        return add(target, i + 1);
      }));
      p.run([a, b, wholeKind("toy")].map((target) => operate("resume", target)));
      expect({ "toy:a": amounts(a), "toy:b": amounts(b) }).toEqual(told);
    }),
  );
});
