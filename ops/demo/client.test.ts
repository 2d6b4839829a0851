import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Client, newClient } from "./client.ts";

interface Scripted {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
/** `drop`: the connection ends without an answer. */
type Step = Scripted | "drop";

let server: Server | undefined;
afterEach(() => void server?.close());

/** A real HTTP server that answers by a script, and keeps to its last step. */
async function serverOf(...script: Step[]): Promise<{ client: Client; seen: string[]; naps: number[] }> {
  const seen: string[] = [], naps: number[] = [];
  server = createServer((request, response) => {
    const step = script.length > 1 ? script.shift()! : script[0]!;
    seen.push(`${request.method} ${request.url} ${request.headers["waybill-position"] ?? ""}`.trim());
    if (step === "drop") return void request.socket.destroy();
    response.writeHead(step.status, {
      "content-type": "application/json",
      connection: "close",
      ...step.headers,
    });
    response.end(step.body === undefined ? "" : JSON.stringify(step.body));
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sleep = (ms: number) => Promise.resolve(void naps.push(ms));
  return { client: newClient({ target: { url, key: "k" }, patienceMs: 10_000, sleep }), seen, naps };
}
const order = (client: Client) => client.decide("POST", "/v1/orders", { orderNumber: "1" });

describe("the demo's client", () => {
  test("asks again until a decision is known: after 202, 503 and a broken connection", async () => {
    const { client, seen, naps } = await serverOf(
      { status: 202 },
      { status: 503, headers: { "retry-after": "1" } },
      "drop",
      {
        status: 201,
        headers: { "idempotent-replayed": "true", "waybill-position": "p1-0.5" },
        body: { orderId: "o" },
      },
    );
    // Not a replay: our own earlier attempt may have been the first.
    expect(await order(client)).toEqual({
      status: 201,
      body: { orderId: "o" },
      position: "p1-0.5",
      replayed: false,
    });
    expect(seen).toHaveLength(4);
    expect(naps[1]).toBe(1_000);
  });

  test("says that a first attempt met an earlier decision", async () => {
    const { client } = await serverOf({ status: 409, headers: { "idempotent-replayed": "true" }, body: {} });
    expect(await order(client)).toMatchObject({ status: 409, replayed: true });
  });

  test("a refusal is an answer", async () => {
    const { client, seen } = await serverOf({ status: 422, body: { title: "no" } });
    expect(await order(client)).toMatchObject({ status: 422, body: { title: "no" } });
    expect(seen).toHaveLength(1);
  });

  test("a stale reading is read again", async () => {
    const { client, seen } = await serverOf(
      { status: 200, headers: { "waybill-stale": "true" }, body: 1 },
      { status: 200, body: 2 },
    );
    expect((await client.read("/v1/stock", "p1-0.5")).body).toBe(2);
    expect(seen).toEqual(["GET /v1/stock p1-0.5", "GET /v1/stock p1-0.5"]);
  });

  test("its patience ends", async () => {
    const { seen } = await serverOf({ status: 503, body: { detail: "no log" } });
    const url = `http://127.0.0.1:${(server!.address() as AddressInfo).port}`;
    const client = newClient({ target: { url, key: "k" }, patienceMs: 0 });
    await expect(order(client)).rejects.toThrow(`Cannot go on: ${url} gave no decision for 0 s (503 no log)`);
    expect(seen).toHaveLength(1);
  });
});
