import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Proxy, startProxy } from "./proxy.ts";

let echo: Server, proxy: Proxy;
beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  const port = await new Promise<number>((done) =>
    echo.listen(0, "127.0.0.1", () => done((echo.address() as { port: number }).port))
  );
  proxy = await startProxy(port);
});
afterEach(async () => {
  await proxy.stop();
  await new Promise((done) => echo.close(done));
});

function dial(): { socket: Socket; heard: () => string; closed: Promise<void> } {
  const socket = connect({ port: proxy.port, host: "127.0.0.1" });
  let text = "";
  socket.on("data", (bytes) => text += bytes).on("error", () => {});
  return { socket, heard: () => text, closed: new Promise((done) => socket.on("close", () => done())) };
}

test("bytes go through, wait while one direction is stalled, and are all there when it is healed", async () => {
  const { socket, heard } = dial();
  socket.write("one ");
  await expect.poll(heard).toBe("one ");
  for (const fault of ["stall-in", "stall-out"] as const) {
    const before = heard();
    proxy.break(fault);
    socket.write(`${fault} `);
    await sleep(100);
    expect(heard()).toBe(before);
    proxy.heal();
    await expect.poll(heard).toBe(`${before}${fault} `);
  }
  socket.destroy();
});

test("a cut ends what is open and refuses what comes, until it is healed", async () => {
  const open = dial();
  open.socket.write("x");
  await expect.poll(open.heard).toBe("x");
  proxy.break("cut");
  await open.closed;
  await dial().closed;
  proxy.heal();
  const again = dial();
  again.socket.write("again");
  await expect.poll(again.heard).toBe("again");
  again.socket.destroy();
});
