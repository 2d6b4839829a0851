import { beforeEach, expect, test } from "vitest";
import { actorId } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { MemoryServer } from "../../streams/broker/memory.ts";
import { withCalls } from "../../streams/broker/with_calls.ts";
import { evenPartitions } from "../../streams/partition_map.ts";
import { streamNames } from "../../streams/record.ts";
import { PersonalCopier } from "../../streams/retention/personal.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { PersonalKit } from "../../streams/testing/personal_kit.ts";
import { eraseCommands, type EraseOptions, erasePersonal } from "./erase_streams.ts";
import { textsLeft } from "./texts_left.ts";

const order = (key: string) => actorId("order", key), runtime = systemRuntime("test");
const person = (name: string) => ({ name, email: `${name}@example.org`, phone: "+44 1632 960001" });
const progress = { begin: () => {}, step: () => {}, end: () => {} }, map = evenPartitions(1);
let kit: PersonalKit, broker: Broker;

const options = (key: string, over: Broker = broker): EraseOptions => ({
  broker: over,
  erased: { actors: new Set([order(key)]), kept: new Set() },
  unique: [],
  progress,
  runtime,
  lock: { expectHeld: () => {} },
});
async function eraseAll(key: string, over: Broker = broker) {
  await eraseCommands(options(key, over), map);
  await erasePersonal(options(key, over));
}

beforeEach(async () => {
  broker = new MemoryServer().connect();
  kit = await PersonalKit.open(broker);
  await kit.place([{ key: "ada", personal: person("Ada L") }, { key: "eva", personal: person("Eva O") }]);
  await kit.decide([{ key: "ada", personal: true }, { key: "eva", personal: true }]);
  const limits = { gatherMs: 5, idleMs: 5 };
  const copier = new PersonalCopier({ broker, runtime, partition: 0, limits }), copying = copier.run();
  await expect.poll(() => copier.position).toEqual(kit.head);
  await copier.stop();
  await copying;
});

test("an erasure that died at any write finds again what is left, and ends as if it had not", async () => {
  for (const writes of [0, 1, 1]) {
    let left = writes;
    const spent = () => {
      if (left-- <= 0) throw new Error("killed");
    };
    const dying = withCalls(broker, {
      publish: (subject, payload, how) => (spent(), broker.publish(subject, payload, how)),
      deleteMessage: (stream, sequence, secure) => (spent(), broker.deleteMessage(stream, sequence, secure)),
    });
    await expect(eraseAll("ada", dying)).rejects.toThrow("killed");
    const { texts, unique } = await textsLeft(broker, new Set([order("ada")]));
    expect([texts, unique]).toEqual([
      ["Ada L", "Ada L@example.org", "+44 1632 960001"],
      ["Ada L@example.org", "+44 1632 960001"],
    ]);
  }
  await eraseAll("ada");
  await eraseAll("ada");
  expect(await kit.people()).toEqual({ [order("ada")]: null, [order("eva")]: person("Eva O") });
  expect(await textsLeft(broker, new Set([order("ada")]))).toEqual({ texts: [], unique: [] });
  expect(await broker.info(streamNames.commands)).toMatchObject({ messages: 0 });
});
