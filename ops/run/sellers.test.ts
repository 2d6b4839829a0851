import { expect, test } from "vitest";
import { undescribed } from "../../actors/series/seller.ts";
import type { Asked, Question } from "../../streams/edge/asking.ts";
import { describeSellers } from "./sellers.ts";

const answered: Asked = {
  kind: "answered",
  answer: { ok: true, json: "{}" },
  position: [0, 1],
} as unknown as Asked;
const full: Asked = { kind: "overloaded", retryAfterS: 1 };

/** Time that passes at once. */
const runtime = {
  after: (_ms: number, then: () => void) => {
    queueMicrotask(then);
    return { stop: () => {} };
  },
};

function run(outcomes: readonly (Asked | Error)[], signal = new AbortController().signal) {
  const asked: Question[] = [], lines: string[] = [], left = [...outcomes];
  const say = (level: string) => (_about: object, text?: string) => void lines.push(`${level}: ${text}`);
  const ask = (question: Question) => {
    asked.push(question);
    const next = left.shift() ?? full;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const log = { info: say("info"), warn: say("warn"), error: say("error") };
  const switches = { isOn: () => false };
  const shared = { runtime, switches, log } as unknown as Parameters<typeof describeSellers>[0];
  const sellers = [undescribed("main")];
  return { asked, lines, done: describeSellers(shared, sellers, { ask, signal }) };
}

test("a seller is described to its series, and tried again until that is accepted", async () => {
  const { asked, lines, done } = run([full, { kind: "unavailable", retryAfterS: 1 }, answered]);
  await done;
  expect(asked).toHaveLength(3);
  expect(asked[0]).toMatchObject({
    to: "series:main",
    command: { type: "describe", seller: { entity: "main" } },
  });
  expect(lines).toEqual([
    "warn: the seller is not described yet",
    "warn: the seller is not described yet",
    "info: the seller is described",
  ]);
});

test("a defect ends it with a line in the log, and not the edge", async () => {
  const { lines, done } = run([new Error("oops")]);
  await done;
  expect(lines).toEqual(["error: the seller is not described, by a defect"]);
});

test("nobody is asked once the edge stops", async () => {
  const { asked, done } = run([], AbortSignal.abort());
  await done;
  expect(asked).toEqual([]);
});
