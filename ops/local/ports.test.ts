import { createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { ephemeralPorts, freePort, isFree, portsOutside } from "./ports.mjs";

test("an outgoing connection never takes a port that was given", async () => {
  const { first, last } = ephemeralPorts();
  expect(last).toBeGreaterThan(first);
  for (let i = 0; i < 50; i++) {
    const port = await freePort();
    expect(port < first || port > last, `${port} is between ${first} and ${last}`).toBe(true);
  }
});

test("a name gets the same port again, in any process, unless it is in use", async () => {
  const name = `/srv/${Math.random()} nats-server`;
  const ask = async () => {
    vi.resetModules(); // Another process knows nothing of what this one was given.
    const { freePort } = await import("./ports.mjs");
    return await freePort({ name });
  };
  const port = await ask();
  expect(await ask()).toBe(port);
  const server = createServer();
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  expect(await isFree(port, "127.0.0.1")).toBe(false);
  const other = await ask();
  expect(other).not.toBe(port);
  await new Promise((done) => server.close(done));
  expect(await isFree(other, "127.0.0.1")).toBe(true);
});

test("two callers of one process get two ports", async () => {
  const name = "/srv/shop nats-server";
  expect(await freePort({ name })).not.toBe(await freePort({ name }));
});

test.each([
  [{ first: 32_768, last: 60_999 }, [10_000, 32_767, 61_000, 65_535], [32_768, 60_999]],
  [{ first: 49_152, last: 65_535 }, [10_000, 49_151], [49_152, 65_535]],
  [{ first: 1_024, last: 65_000 }, [65_001, 65_535], [10_000, 65_000]],
])("outside of %o", (ephemeral, inside, outside) => {
  const ports = portsOutside(ephemeral);
  expect(inside.filter((port) => !ports.includes(port))).toEqual([]);
  expect(outside.filter((port) => ports.includes(port))).toEqual([]);
});

test("where outgoing connections may have nearly every port, any is given", () => {
  expect(portsOutside({ first: 1_024, last: 65_500 })).toContain(10_000);
});
