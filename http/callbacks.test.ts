import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryServer } from "../streams/broker/memory.ts";
import { decodeCallbacks } from "../streams/callbacks/callback_pack.ts";
import { type CallbackStore, createCallbackStore } from "../streams/callbacks/callback_store.ts";
import { streamNames } from "../streams/record.ts";
import { ensureStreams } from "../streams/streams.ts";
import { systemRuntime } from "../streams/system_runtime.ts";
import { type CarrierAdapter, Misconfigured, Unreadable } from "./carriers/adapter.ts";
import { hmacOfBody } from "./carriers/authentication/hmac.ts";
import type { CallbackResult } from "./routes/callbacks.ts";
import { openTown, type Town } from "./testing/town.ts";

const decoder = new TextDecoder();

/** A carrier of our own making: says `hello`, or tells of parcels, or talks nonsense. */
const pigeon: CarrierAdapter = {
  name: "pigeon",
  title: "Pigeon Post",
  authenticate: hmacOfBody({ headers: ["x-pigeon"], encoding: "hex" }),
  handshake: (body) =>
    decoder.decode(body) === "hello"
      ? { name: "hello", answer: { hello: "back" }, unsigned: true }
      : undefined,
  callback: (body) => {
    if (decoder.decode(body).startsWith("coo")) return [];
    throw new Unreadable("no coo in it");
  },
  reply: () => [],
};

let town: Town, server: MemoryServer, store: CallbackStore;
const results: { carrier: string; result: CallbackResult }[] = [];
const configured = new Map([["pigeon", { secrets: ["corn", "old corn"] }]]);

beforeEach(async () => {
  server = new MemoryServer();
  const broker = server.connect(), runtime = systemRuntime("test");
  await ensureStreams(broker, 1);
  store = createCallbackStore({ broker, runtime });
  results.length = 0;
  const mute = { ...pigeon, name: "mute" };
  town = await openTown({
    deps: {
      carriers: {
        adapters: new Map([["pigeon", pigeon], ["mute", mute]]),
        secretsOf: (carrier) => configured.get(carrier) ?? { whyNone: "no corn" },
        store,
        newId: runtime.newId,
        observed: ({ carrier, result }) => void results.push({ carrier, result }),
      },
    },
  });
});
afterEach(async () => {
  store.stop();
  await town.close();
});

const signed = (body: string, secret = "corn") => createHmac("sha256", secret).update(body).digest("hex");
const call = (
  body: string,
  headers: Record<string, string> = { "x-pigeon": signed(body) },
  carrier = "pigeon",
) => town.app.request(`/v1/carriers/${carrier}/callbacks`, { method: "POST", body, headers });
async function kept() {
  const stored = await server.connect().last(streamNames.callbacks, "callbacks.received");
  return stored ? decodeCallbacks(stored.payload) : [];
}

describe("a carrier's callback", () => {
  test("is kept as it came, and then answered with 200", async () => {
    const body = "coo\u0000 ☃", response = await call(body);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ received: true });
    expect(await kept()).toMatchObject([{ carrier: "pigeon", body: new TextEncoder().encode(body) }]);
    expect(results).toEqual([{ carrier: "pigeon", result: "stored" }]);
  });

  test("needs no key, and either of two secrets while they rotate", async () => {
    expect((await call("coo", { "x-pigeon": signed("coo", "old corn") })).status).toBe(200);
  });

  test("without a valid proof is refused, and nothing is kept", async () => {
    for (const headers of [{}, { "x-pigeon": "" }, { "x-pigeon": signed("cooo") }, { "x-pigeon": "ü" }]) {
      const response = await call("coo", headers as Record<string, string>);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ type: "/problems/not-authentic" });
    }
    expect(await kept()).toEqual([]);
    expect(new Set(results.map(({ result }) => result))).toEqual(new Set(["refused"]));
  });

  test("of a carrier without a configured secret is refused, set-up calls too", async () => {
    expect((await call("coo", { "x-pigeon": signed("coo", "") }, "mute")).status).toBe(401);
    expect((await call("hello", {}, "mute")).status).toBe(401);
  });

  test("that nobody can read is a 400, and kept for later", async () => {
    const response = await call("meow");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: "/problems/unreadable-callback" });
    expect(await kept()).toMatchObject([{ unreadable: "no coo in it" }]);
  });

  test("that only a setting of ours keeps from being read is kept for when that is mended", async () => {
    const read = pigeon.callback;
    pigeon.callback = () => {
      throw new Misconfigured("Cannot use it");
    };
    expect((await call("coo")).status).toBe(200);
    pigeon.callback = read;
    expect((await kept())[0]).not.toHaveProperty("unreadable");
  });

  test("to set things up is answered as the carrier expects, and not kept", async () => {
    const response = await call("hello", {});
    expect([response.status, await response.json()]).toEqual([200, { hello: "back" }]);
    expect(await kept()).toEqual([]);
  });

  test("for a carrier that we do not know is a 404, one that is too large a 413", async () => {
    expect((await call("coo", {}, "owl")).status).toBe(404);
    expect((await call("coo" + "o".repeat(1_100_000))).status).toBe(413);
  });

  test("that cannot be made durable is a 503, and the carrier calls again", async () => {
    store.stop();
    const response = await call("coo");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await kept()).toEqual([]);
  });
});
