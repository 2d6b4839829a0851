import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { isAtLeast, requireNats } from "./nats_probe.mjs";
import { freePort, isFree } from "./ports.mjs";

let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => server ? server.close(() => resolve()) : resolve()));

/** Greets as a server of an older version or another kind does; no such server can be had here. */
async function greeter(greeting: string): Promise<string> {
  const listening = createServer((socket) => socket.on("error", () => {}).end(greeting));
  server = listening;
  const port = await freePort();
  await new Promise<void>((resolve) => listening.listen(port, "127.0.0.1", resolve));
  return `nats://127.0.0.1:${port}`;
}

describe("a server that NATS_URL names", () => {
  test("must be new enough", async () => {
    const url = await greeter(`INFO {"version":"2.9.10","jetstream":true}\r\n`);
    await expect(requireNats({ url })).rejects.toThrow(
      `Cannot use the NATS server at ${new URL(url).host}: it is 2.9.10, 2.12.0 is needed`,
    );
  });

  test("must have JetStream", async () => {
    const url = await greeter(`INFO {"version":"2.12.1"}\r\n`);
    await expect(requireNats({ url })).rejects.toThrow(/JetStream is not enabled there$/);
  });

  test("must be one, and be there", async () => {
    await expect(requireNats({ url: await greeter("HTTP/1.1 400 Bad Request\r\n") })).rejects.toThrow(
      /closed/,
    );
    await expect(requireNats({ url: `nats://127.0.0.1:${await freePort()}` })).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });

  test("passes when it is good enough", async () => {
    const url = await greeter(`INFO {"version":"2.15.1-rc.1","jetstream":true}\r\n`);
    expect(await requireNats({ url })).toEqual({ version: "2.15.1-rc.1", jetstream: true });
  });
});

test.each([["2.12.0", true], ["2.9.25", false], ["2.100.0", true], ["3.0.0", true], ["1.99.9", false]])(
  "version %s is enough: %s",
  (version, enough) => expect(isAtLeast(version, "2.12.0")).toBe(enough),
);

test("a port in use is not free, and is again afterwards", async () => {
  const url = new URL(await greeter(""));
  expect(await isFree(Number(url.port), "127.0.0.1")).toBe(false);
  await new Promise((resolve) => server?.close(resolve));
  server = undefined;
  expect(await isFree(Number(url.port), "127.0.0.1")).toBe(true);
});
