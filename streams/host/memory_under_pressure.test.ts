import { afterEach, expect, test, vi } from "vitest";
import fc from "fast-check";
import type { ActorId } from "../../actors/ids.ts";
import type { PublishFault } from "../broker/memory.ts";
import { PartitionKit, type RunningHost } from "../testing/partition_kit.ts";
import { add, answered, idle, killAll, start, sumOf, tell } from "../testing/partition_steps.ts";
import { type Toy, toy, type ToyEvent, toyId } from "../testing/toys.ts";

afterEach(killAll);

const keys = ["a", "b", "c", "d", "e", "f"];
const key = fc.constantFrom(...keys);
type Step =
  | { readonly do: "send"; readonly commands: readonly (readonly [ActorId, { readonly type: string }])[] }
  | { readonly do: "checkpoint" | "breathe" | "kill" | "stop" };

const command = fc.oneof(
  fc.tuple(key, fc.nat(9)).map(([to, amount]) => add(to, amount)),
  fc.tuple(fc.shuffledSubarray(keys, { minLength: 2 }), fc.nat(9)).map(([[to, ...others], amount]) =>
    tell(to!, { type: "spread", amount, to: others.map(toyId) })
  ),
  key.map((to) => tell(to, { type: "refuse" })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      commands: fc.array(command, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "checkpoint" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "breathe" as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: "kill" as const }, { do: "stop" as const }) },
);

/** What the log says each toy is, folded from its beginning; every toy's versions must be without gaps. */
async function folded(kit: PartitionKit): Promise<Map<ActorId, Toy & { version: number }>> {
  const states = new Map<ActorId, Toy & { version: number }>();
  for (const { actor, version, type, v, data } of await kit.entries()) {
    const before = states.get(actor) ?? { ...toy.initial(""), version: 0 };
    expect([actor, version]).toEqual([actor, before.version + 1]);
    states.set(actor, { ...toy.evolve(before, { type, version: v, data } as ToyEvent), version });
  }
  return states;
}

/** Snapshots and checkpoints meet one of these troubles each time, as long as the list lasts; turns never do. */
function troubled(troubles: readonly (PublishFault | undefined)[], kind: typeof toy): PartitionKit {
  const left = [...troubles];
  const kit = new PartitionKit({
    publishFault: (subject) => /^(snapshots|checkpoints)\./.test(subject) ? left.shift() : undefined,
    after: (_ms, run) => void setTimeout(run, 2),
  });
  kit.actors = { toy: kind };
  return kit;
}

test.each([{ restsAfterBirth: false }, { restsAfterBirth: true }])(
  "with no room in memory, checkpoints between turns and lost acks, actors are the fold of the log: %o",
  async (resting) => {
    const limits = {
      cacheBytesMax: 1,
      tickMs: 1,
      commandsMax: 3,
      turn: { recordBytesMax: 2_000, deliveriesMax: 3, cpuMsMax: 1_000 },
    };
    const fault = fc.constantFrom<(PublishFault | undefined)[]>(
      undefined,
      undefined,
      "lose-ack",
      "lose-message",
      "delay",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.array(fault, { maxLength: 12 }),
        async (steps, troubles) => {
          const kit = troubled(troubles, { ...toy, ...resting }), sent: string[] = [];
          let host: RunningHost = await start(kit, limits), survived = true;
          for (const one of steps) {
            if (one.do === "send") {
              sent.push(
                ...await kit.send(...one.commands.map(([to, what]): [ActorId, typeof what] => [to, what])),
              );
            } else if (one.do === "checkpoint") idle(kit);
            else if (one.do === "breathe") await new Promise((resolve) => setTimeout(resolve, 3));
            else {
              await host[one.do]();
              host = await start(kit, limits);
              survived = false;
            }
          }
          const found: Record<string, unknown> = {};
          for (const name of keys) found[name] = await sumOf(kit, name);
          const states = await folded(kit);
          expect(found).toEqual(
            Object.fromEntries(keys.map((name) => [name, states.get(toyId(name))?.sum ?? 0])),
          );
          if (survived) await answered(kit, sent); // Whoever waited when a host died has been told 202 by its edge.
          for (const list of kit.replies.values()) expect(list).toHaveLength(1);
          await host.kill();
        },
      ),
      { numRuns: 40 },
    );
  },
);

test("what has changed is saved before it fills the memory, however little log it took", async () => {
  const kit = new PartitionKit();
  const large = 100_000, cacheBytesMax = 10 * large;
  kit.actors = { toy: { ...toy, sizeOf: () => large } };
  const { host } = await start(kit, { cacheBytesMax, newbornBytesMax: 0 });
  let most = 0;
  for (let i = 0; i < 60; i++) {
    await answered(kit, await kit.send(add(`a${i}`, 1)));
    most = Math.max(most, host.gauges()!.cacheBytes);
  }
  await vi.waitFor(() => expect(host.gauges()!.cacheBytes).toBeLessThanOrEqual(cacheBytesMax));
  expect(kit.observed.filter((what) => what === "checkpoint stored").length).toBeGreaterThan(3);
  expect(most).toBeLessThan(3 * cacheBytesMax);
  expect(await sumOf(kit, "a0")).toBe(1);
});
