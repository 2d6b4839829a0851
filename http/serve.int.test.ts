import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { isLoopback, ListenError, remoteAddressOf, serve, type Serving } from "./serve.ts";
import { openTown, orderOf, type Town } from "./testing/town.ts";

const anyPort = { port: 0, hostname: "127.0.0.1" };
let serving: Serving | undefined;
let town: Town | undefined;
afterEach(async () => {
  await serving?.stop(100);
  await town?.close();
  serving = town = undefined;
});

test("serves the app on a real port, and knows its neighbours", async () => {
  let neighbour: [string | undefined, boolean] | undefined;
  serving = await serve({
    fetch: (_, server) => {
      neighbour = [remoteAddressOf(server), isLoopback(server)];
      return new Response("hello");
    },
  }, anyPort);
  expect(await (await fetch(`http://127.0.0.1:${serving.port}/`)).text()).toBe("hello");
  expect(neighbour).toEqual([expect.stringMatching(/127\.0\.0\.1$/), true]);
});

test("a port in use is one clear error", async () => {
  serving = await serve({ fetch: () => new Response() }, anyPort);
  const { port } = serving;
  const second = async () => await serve({ fetch: () => new Response() }, { ...anyPort, port });
  await expect(second()).rejects.toThrow(ListenError);
  await expect(second()).rejects.toThrow(`Cannot listen on 127.0.0.1:${port}: the port is in use`);
  await expect(second()).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("stopping takes no new requests, lets running ones end, and does not wait for ever", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  let arrived = 0;
  serving = await serve({
    fetch: async (request) => {
      arrived++;
      await (request.url.endsWith("/held") ? held : new Promise(() => {}));
      return new Response("done");
    },
  }, anyPort);
  const url = `http://127.0.0.1:${serving.port}`;
  const running = fetch(`${url}/held`);
  const leave = new AbortController();
  const stuck = fetch(`${url}/stuck`, { signal: leave.signal }).catch(() => "cut off");
  await expect.poll(() => arrived).toBe(2);
  const stopped = serving.stop(300);
  release();
  expect(await (await running).text()).toBe("done");
  await stopped;
  await expect(fetch(url)).rejects.toThrow(); // Also not over a connection that was kept alive.
  leave.abort();
  expect(await stuck).toBe("cut off");
});

test("orders over a real connection: chunked bodies, limits, and bulk results while lines still come", async () => {
  town = await openTown();
  serving = await serve(town.app, anyPort);
  const url = `http://127.0.0.1:${serving.port}/v1/orders`;
  const headers = { authorization: "Bearer all", "content-type": "application/json" };
  const order = (n: number) => JSON.stringify(orderOf(String(n), ["A"], { stockPolicy: "backorder" }));
  const placed = await fetch(url, { method: "POST", headers, body: order(1) });
  expect([placed.status, (await placed.json()).status]).toEqual([201, "backordered"]);
  const large = await fetch(url, { method: "POST", headers, body: " ".repeat(1_048_577) });
  expect([large.status, (await large.json()).type]).toEqual([413, "/problems/body-too-large"]);

  const socket = connect(serving.port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => answer += text);
  const chunk = (text: string) => socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  socket.write(
    "POST /v1/orders:bulk HTTP/1.1\r\nhost: x\r\nauthorization: Bearer all\r\n" +
      "content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n",
  );
  // Each line's answer is there before the next line is sent.
  for (let n = 1; n <= 3; n++) {
    chunk(`${order(n)}\n`);
    await expect.poll(() => answer).toContain(`{"line":${n},`);
  }
  chunk(order(4));
  socket.write("0\r\n\r\n");
  await expect.poll(() => answer).toMatch(/\{"line":4,[^]*\r\n0\r\n\r\n$/);
  socket.destroy();
});
