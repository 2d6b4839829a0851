import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Broker } from "../broker/broker.ts";
import { systemRuntime } from "../system_runtime.ts";
import { openApiKeys, watchApiKeys } from "./api_keys.ts";
import { openRegistry, type Registered } from "./registry.ts";

const runtime = { ...systemRuntime("test"), nowMs: () => 1_700_000_000_000 };
const keysOf = (broker: Broker) => openApiKeys({ broker, runtime, secretBytes: randomBytes });

/** What the registry promises, on any broker. `connect` gives a client of a server that has the stream REGISTRY. */
export function registryContract(connect: () => Promise<Broker>): void {
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((done) => setTimeout(done, 2));
  };
  let spaces = 0;
  const open = async () => {
    const broker = await connect();
    return { broker, registry: openRegistry(broker, `space ${++spaces}`, runtime) };
  };

  test("a value comes back under any key, and each write has a revision", async () => {
    const { registry } = await open();
    expect(await registry.get("a.b > ü")).toBeUndefined();
    const first = await registry.put("a.b > ü", { n: 1 });
    const second = await registry.put("a.b > ü", { n: 2 });
    expect(second.revision).toBeGreaterThan(first.revision);
    expect(await registry.get("a.b > ü")).toEqual({
      key: "a.b > ü",
      value: { n: 2 },
      revision: second.revision,
    });
  });

  test("a write that states what it replaces is refused once that has changed", async () => {
    const { registry } = await open();
    const first = await registry.put("k", 1, 0);
    expect(await registry.put("k", 2, 0)).toEqual({ kind: "conflict", revision: first.revision });
    const second = await registry.put("k", 2, first.revision);
    expect(second.kind).toBe("stored");
    expect(await registry.put("k", 3, first.revision)).toEqual({
      kind: "conflict",
      revision: second.revision,
    });
  });

  test("of many writers that replace the same revision one wins", async () => {
    const { registry } = await open();
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => registry.put("k", i, 0)));
    expect(outcomes.filter(({ kind }) => kind === "stored")).toHaveLength(1);
  });

  test("a list has the values of its own space only, each once", async () => {
    const { registry, broker } = await open();
    const other = openRegistry(broker, "someone else's", runtime);
    expect(await registry.list()).toEqual([]);
    for (const key of ["a", "b", "a"]) await registry.put(key, key.toUpperCase());
    await other.put("c", "C");
    const found = await registry.list();
    expect(found.map(({ key, value }) => [key, value]).sort()).toEqual([["a", "A"], ["b", "B"]]);
  });

  test("a watch sees what there was, then what changes", async () => {
    const { registry } = await open();
    await registry.put("a", 1);
    const seen: Registered[] = [];
    const watch = registry.watch((entry) => void seen.push(entry));
    await watch.loaded();
    expect(seen.map(({ value }) => value)).toEqual([1]);
    await registry.put("a", 2);
    await until(() => seen.length === 2);
    await watch.stop();
    await watch.ended;
    await registry.put("a", 3);
    expect(seen.map(({ value }) => value)).toEqual([1, 2]);
  });

  test("an API key works once made and not once revoked, on every edge that watches", async () => {
    const { broker } = await open();
    const keys = keysOf(broker);
    const early = await keys.create({ name: "early", scopes: ["operate"], requestsPerSecondMax: null });
    const directory = await watchApiKeys(await connect());
    expect(directory.authenticate(early.token)).toEqual(early.key);
    const { key, token } = await keys.create({
      name: "shop",
      scopes: ["orders:read", "orders:write"],
      channel: "web",
      requestsPerSecondMax: 100,
    });
    expect(token).toMatch(/^wbk_[0-9a-f]{12}_.{43}$/);
    await until(() => directory.authenticate(token) !== undefined);
    expect(directory.authenticate(token)).toEqual(key);
    expect(directory.lookup(key.hash)).toEqual(key);
    for (
      const wrong of ["", "wbk", token.slice(0, -1), `${token}x`, token.replace(key.keyId, early.key.keyId)]
    ) {
      expect(directory.authenticate(wrong)).toBeUndefined();
    }
    const revoked = await keys.revoke(key.keyId);
    expect(revoked).toEqual({ ...key, revokedAt: "2023-11-14T22:13:20.000Z" });
    expect(await keys.revoke(key.keyId)).toEqual(revoked);
    await until(() => directory.authenticate(token) === undefined);
    expect(directory.authenticate(early.token)).toBeDefined();
    expect((await keys.list()).map(({ name }) => name)).toContain("shop");
    await directory.stop();
    await directory.ended;
  });

  test("what is kept of a key does not hold its secret", async () => {
    const { broker } = await open();
    const { key, token } = await keysOf(broker).create({
      name: "secret",
      scopes: [],
      requestsPerSecondMax: null,
    });
    const stored = await broker.last("REGISTRY", `registry.keys.${key.keyId}`);
    const text = new TextDecoder().decode(stored?.payload);
    expect(text).toContain(key.hash);
    expect(text).not.toContain(token.slice("wbk_".length + key.keyId.length + 1));
  });

  test("an unknown key cannot be revoked", async () => {
    const { broker } = await open();
    expect(await keysOf(broker).revoke("none")).toBeUndefined();
  });
}
