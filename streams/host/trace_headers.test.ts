import { afterEach, describe, expect, test } from "vitest";
import fc from "fast-check";
import type { CommandPack, PackedCommand } from "../record.ts";
import { streamNames, subjects } from "../record.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, killAll, start, tell } from "../testing/partition_steps.ts";
import { toyId } from "../testing/toys.ts";
import { callerOf } from "../testing/tracing_kit.ts";
import {
  inputsOf,
  requestBehind,
  requestsIn,
  tracedCommandsMax,
  traceHeaders,
  traceHeadersOf,
} from "./trace_headers.ts";

afterEach(killAll);

const ended = { end: () => undefined };

describe("the headers of a record", () => {
  test("are none when nothing is traced", () => {
    expect(traceHeadersOf(ended)).toBeUndefined();
    expect(requestBehind(new Map(), 0)).toBeUndefined();
    expect(requestsIn(new Map())).toBeUndefined();
  });

  test("name for each request its input; a malformed one is left out, one without input has no entries", () => {
    const turn = { ...ended, traceparent: "turn", requests: ["a", undefined, "c", "d"] };
    const inputs = [{ id: "A", input: 7 }, { id: "B", input: 8 }, { id: "C" }, { id: "D", input: 0 }];
    const headers = traceHeadersOf(turn, inputs)!;
    expect(headers.get(traceHeaders.requests)).toBe("a,c,d");
    const behind = [7, 8, 0, 1].map((cause) => requestBehind(headers, cause));
    expect(behind).toEqual(["a", undefined, "d", undefined]);
  });

  test("of a version before say nothing of causes", () => {
    const headers = new Map([[traceHeaders.turn, "turn"], [traceHeaders.requests, "a"]]);
    expect(requestBehind(headers, 0)).toBeUndefined();
    expect(requestsIn(headers)).toBeUndefined();
  });

  test("lead from the id of each command to its request, with an input or without", () => {
    const a = callerOf("a".repeat(32)), b = callerOf("b".repeat(32));
    const turn = { ...ended, traceparent: a, requests: [a, undefined, b] };
    const headers = traceHeadersOf(turn, [{ id: "A", input: 0 }, { id: "B", input: 1 }, { id: "C" }])!;
    expect(requestsIn(headers)).toEqual(new Map([["A", a], ["C", b]]));
  });

  test("name no id that would break their list, and the others stay in their places", () => {
    const a = callerOf("a".repeat(32)), turn = { ...ended, traceparent: a, requests: [a, a, a, a] };
    const headers = traceHeadersOf(turn, ["x,y", "line\nbreak", "C", ""].map((id) => ({ id })))!;
    expect(headers.get(traceHeaders.ids)).toBe(",,C,");
    expect(requestsIn(headers)).toEqual(new Map([["C", a]]));
  });

  test("of whatever somebody else wrote are read without failing, and what is malformed is no context", () => {
    const anything = fc.option(fc.oneof(fc.string(), fc.constant("A,B,A,,C")), {
      nil: undefined,
    });
    const request = callerOf("a".repeat(32)), wellFormed = /^00-[\da-f]{32}-[\da-f]{16}-01$/;
    const requests = fc.oneof(anything, fc.constantFrom(`x,${request},${request}`, request, `${request}\n`));
    fc.assert(fc.property(anything, requests, (ids, requests) => {
      const headers = Object.entries({ [traceHeaders.ids]: ids, [traceHeaders.requests]: requests });
      const found = requestsIn(new Map(headers.flatMap(([k, v]) => v === undefined ? [] : [[k, v]])));
      for (const context of found?.values() ?? []) expect(context).toMatch(wellFormed);
    }));
    const many = Array.from({ length: 1_000 }, (_, i) => `id${i}`);
    const most = new Map([
      [traceHeaders.ids, many.join(",")],
      [traceHeaders.requests, many.map(() => request).join(",")],
    ]);
    expect(requestsIn(most)?.size).toBe(tracedCommandsMax);
  });
});

test("inputs are found by the commands' ids", () => {
  const inputs = ["timer:sku:A:x:1", "e.1", "e.2"].map((id) => JSON.stringify({ id, atMs: 1 }));
  expect(inputsOf([{ id: "e.2" }, { id: "e.3" }, { id: "e.1" }], inputs)).toEqual([2, undefined, 1]);
});

test("every event of a turn leads to the request that it follows from, also by messages between actors", async () => {
  const kit = new PartitionKit();
  kit.startTurn = ({ traced }) => ({
    ...{ ...ended, traceparent: "turn" },
    requests: traced.map(({ traceparent }) => traceparent),
  });
  await start(kit);
  const commands = [
    add("a", 1),
    tell("b", { type: "spread", amount: 1, to: [toyId("x"), toyId("y")] }),
    add("c", 1),
  ];
  const packed = commands.map(([to, command], i): PackedCommand => ({
    ...{ id: `c${i}`, to, atMs: kit.nowMs, edge: "edge", command },
    ...(i > 0 && { traceparent: `request ${i}` }),
  }));
  const pack: CommandPack = { format: 1, commands: packed };
  const payload = new TextEncoder().encode(JSON.stringify(pack));
  await kit.broker.publish(subjects.commands(0), payload, { ackMsMax: 100 });
  await answered(kit, packed.map(({ id }) => id));
  const [record, ...others] = (await kit.records()).filter(({ entries }) => entries.length > 0);
  expect(others).toEqual([]);
  const { lastSequence } = await kit.broker.info(streamNames.events);
  const { headers } = (await kit.broker.at(streamNames.events, lastSequence))!;
  const led = new Map<string, Set<string | undefined>>();
  for (const { actor, cause } of record!.entries) {
    led.set(actor, (led.get(actor) ?? new Set()).add(requestBehind(headers, cause)));
  }
  expect(Object.fromEntries([...led].map(([actor, requests]) => [actor, [...requests]]))).toEqual({
    "toy:a": [undefined],
    ...{ "toy:b": ["request 1"], "toy:x": ["request 1"], "toy:y": ["request 1"] },
    "toy:c": ["request 2"],
  });
});
