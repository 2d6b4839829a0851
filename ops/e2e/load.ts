import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { newClient } from "../demo/client.ts";
import type { Answer } from "./caller.ts";
import { eachOf, expectProblem, orderOf } from "./orders.ts";
import type { System } from "./system.ts";

/** One order that was sent once, and what came of it. */
export interface Sent {
  readonly number: string;
  readonly answer?: Answer;
  /** The connection broke. */
  readonly error?: unknown;
}
export interface Load {
  readonly sent: readonly Sent[];
  /** Waits until so many more were answered with 201. */
  placed(more: number): Promise<void>;
  /** Ends it, and waits for what is on its way. */
  stop(): Promise<readonly Sent[]>;
}

const buyers = 16;
const pauseMs = 10;
const placedMsMax = 60_000;
/** Most wait for the decision as long as is usual; some only a moment, some not at all. */
const preferences = ["wait=2", "wait=2", "wait=0", "respond-async"];

/** Buyers who each order one unit after another, every order under a new number, whatever the answers are. */
export function startLoad(system: System, name: string, sku: string): Load {
  const sent: Sent[] = [];
  let count = 0, stopped = false;
  const buyer = async () => {
    while (!stopped) {
      const number = `${name}-${count}`, prefer = preferences[count++ % preferences.length]!;
      try {
        const answer = await system.post("/v1/orders", orderOf(number, sku), { headers: { prefer } });
        sent.push({ number, answer });
      } catch (error) {
        sent.push({ number, error });
      }
      await sleep(pauseMs);
    }
  };
  const buying = Array.from({ length: buyers }, buyer);
  const placed = () => sent.filter(({ answer }) => answer?.status === 201).length;
  return {
    sent,
    placed: async (more) => {
      const before = placed();
      await expect.poll(placed, { timeout: placedMsMax }).toBeGreaterThan(before + more);
    },
    stop: async () => {
      stopped = true;
      await Promise.all(buying);
      return sent;
    },
  };
}

/** Every answer is a decision, a promise with a place to look it up, or a problem that says when to come again. */
export function expectProperAnswers(sent: readonly Sent[]): void {
  for (const { number, answer, error } of sent) {
    if (answer === undefined) {
      throw new Error(`Cannot accept that order ${number} got no answer`, { cause: error });
    }
    const { status, headers, body } = answer;
    if (status === 201) expect(body).toMatchObject({ orderNumber: number, status: "confirmed" });
    else if (status === 202) {
      expect(body).toMatchObject({ orderNumber: number, status: "reserving" });
      expect(headers.get("location")).toMatch(/^\/v1\/orders\/ord_/);
    } else {
      const name = String(body instanceof Object && "type" in body ? body.type : "").slice(
        "/problems/".length,
      );
      expectProblem(answer, 503, name);
      expect(["overloaded", "unavailable", "in-doubt"]).toContain(name);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
  }
}

const readersAtOnce = 16, decidedMsMax = 60_000;

/** Until it is decided, whatever is in the way. */
async function sentAgain(system: System, number: string, sku: string): Promise<Answer> {
  let answer: Answer | undefined;
  await expect.poll(async () => {
    answer = await system.post("/v1/orders", orderOf(number, sku));
    return answer.status;
  }, { timeout: decidedMsMax }).toBe(201);
  return answer!;
}

/** What was answered with 201 or 202 is there; what was not can be sent again; and nothing is there twice. */
export async function expectNothingLost(system: System, sent: readonly Sent[], sku: string): Promise<void> {
  const client = newClient({ target: system, patienceMs: 60_000 });
  const accepted = sent.filter(({ answer }) => answer?.status === 201 || answer?.status === 202);
  await eachOf(accepted, readersAtOnce, async ({ number, answer }) => {
    const read = () => client.read(answer!.headers.get("location") ?? "none");
    // What was answered with 202 a moment ago may not be decided yet.
    await expect.poll(read, { timeout: decidedMsMax }).toMatchObject({
      status: 200,
      body: { orderNumber: number, status: "confirmed" },
    });
  });
  const wasAccepted = new Set(accepted.map(({ number }) => number));
  await eachOf(sent, readersAtOnce, async ({ number }) => {
    const { headers } = await sentAgain(system, number, sku);
    if (!wasAccepted.has(number)) return;
    expect(headers.get("idempotent-replayed"), `order ${number} was accepted`).toBe("true");
  });
  const { body } = await client.read(`/v1/stock/${sku}`);
  expect(body).toMatchObject({ locations: [{ allocated: sent.length, reserved: 0 }] });
}
