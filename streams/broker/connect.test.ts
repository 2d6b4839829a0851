import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import process from "node:process";
import { setImmediate as breathe } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "./connect.ts";
import { openLink } from "./link.ts";

const tries = 20; // Without the cure the first one is enough.
const info = { server_id: "A", version: "2.15.1", proto: 1, max_payload: 8 * 1024 * 1024, jetstream: true };

/** A server that greets, hears who wants in, says what is given here and resets the connection at once. */
async function startRefuser(answer: string) {
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    socket.on("error", () => {}); // The client's own end of it is not the question here.
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    socket.once("data", () => socket.write(answer, () => socket.resetAndDestroy()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { servers: `nats://127.0.0.1:${port}`, stop: () => server.close() };
}

const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);
beforeEach(() => void process.on("uncaughtException", note));
afterEach(() => void process.off("uncaughtException", note));

test("a refusal that comes with a reset is a rejected promise, and not the end of the process", async () => {
  const { servers, stop } = await startRefuser("-ERR 'Authorization Violation'\r\n");
  for (let i = 0; i < tries; i++) {
    await expect(connect({ servers, token: "wrong", reconnect: false })).rejects.toThrow(/authorization/i);
  }
  await breathe();
  stop();
  expect(uncaught).toEqual([]);
});

test("a link that is refused for good says so", async () => {
  const { servers, stop } = await startRefuser("-ERR 'Authorization Violation'\r\n");
  const refused = async () =>
    await openLink({ servers, name: "refused", token: "wrong", connectMsMax: 500 }).catch((error) => error);
  // What is told is how the last try ended, which its limit may have cut short: then it is asked once more, and refused each time.
  for (let said = ""; !said.includes("Authorization Violation");) {
    const error = await refused();
    expect(error).toMatchObject({ code: "log.unavailable" });
    said = error.message;
    expect(said).toMatch(/^Cannot connect to NATS at /);
  }
  await breathe();
  stop();
  expect(uncaught).toEqual([]);
});
