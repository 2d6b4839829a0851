import { Command } from "commander";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { ensureStreams } from "../../streams/streams.ts";
import { startTestNats, type TestNats } from "../testing/nats.ts";
import { act, type ActFlags, operatorOf } from "./act.ts";
import { registerActs } from "./acts.ts";

let nats: TestNats, broker: Broker;
beforeAll(async () => {
  nats = await startTestNats();
  process.env.NATS_URL = nats.url;
  broker = await connectJetStream({ servers: nats.url, name: "test" });
  await ensureStreams(broker, 1);
});
afterAll(async () => {
  delete process.env.NATS_URL;
  await broker?.close();
  await nats?.stop();
});

const lamps = { there: 3 };
/** An act that takes lamps away. */
const taking = (flags: ActFlags) =>
  act(broker, flags, {
    does: "take",
    to: "lamps",
    plan: { lamps: lamps.there },
    planText: `Would take ${lamps.there} lamps`,
    perform: () => {
      const taken = lamps.there;
      lamps.there = 0;
      return Promise.resolve({ taken });
    },
    outcomeText: ({ taken }) => `Took ${taken} lamps`,
  });

async function acts(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const program = new Command("waybill").exitOverride();
  registerActs(program, (text) => printed.push(text));
  await program.parseAsync(["acts", ...args], { from: "user" });
  return printed.join("\n");
}

describe("a command that changes something", () => {
  test("only says what it would do", async () => {
    expect(await taking({})).toBe('Would take 3 lamps\nNothing was changed: --yes --why "…" does it');
    expect(JSON.parse(await taking({ json: true }))).toEqual({ dryRun: true, plan: { lamps: 3 } });
    expect(lamps.there).toBe(3);
    expect(await acts()).toBe("Nothing was done yet.");
  });

  test("wants a reason", async () => {
    await expect(taking({ yes: true, why: " " })).rejects.toThrow('Cannot take: say why, with --why "…"');
    expect(lamps.there).toBe(3);
  });

  test("does it, once told to, and `waybill acts` says who did it and why", async () => {
    expect(await taking({ yes: true, why: "stock-taking", by: "ada" })).toBe("Took 3 lamps");
    expect(await acts()).toMatch(/^\d{4}-.*Z {2}take lamps {2}done\n {4}by ada: stock-taking$/);
    expect(JSON.parse(await acts("--json", "--limit", "1"))).toMatchObject([
      { by: "ada", why: "stock-taking", does: "take", to: "lamps", state: "done", outcome: { taken: 3 } },
    ]);
  });

  test("is done by who the environment names, where nobody else is", () => {
    expect(operatorOf({ by: "ada" }, { WAYBILL_OPERATOR: "eve" })).toBe("ada");
    expect(operatorOf({}, { WAYBILL_OPERATOR: "eve" })).toBe("eve");
    expect(operatorOf({}, {})).toMatch(/.@./);
  });
});
