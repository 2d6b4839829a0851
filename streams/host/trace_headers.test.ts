import { afterEach, describe, expect, test } from "vitest";
import type { CommandPack, PackedCommand } from "../record.ts";
import { streamNames, subjects } from "../record.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { add, answered, killAll, start, tell } from "../testing/partition_steps.ts";
import { toyId } from "../testing/toys.ts";
import { inputsOf, requestBehind, traceHeaders, traceHeadersOf } from "./trace_headers.ts";

afterEach(killAll);

const ended = { end: () => undefined };

describe("the headers of a record", () => {
  test("are none when nothing is traced, and nobody looks for causes then", () => {
    const never = () => expect.fail("causes were looked for");
    expect(traceHeadersOf(ended, never)).toBeUndefined();
    expect(requestBehind(new Map(), 0)).toBeUndefined();
  });

  test("name for each request its input; a malformed one is left out, one without input has no entries", () => {
    const turn = { ...ended, traceparent: "turn", requests: ["a", undefined, "c", "d"] };
    const headers = traceHeadersOf(turn, () => [7, 8, undefined, 0])!;
    expect(headers.get(traceHeaders.requests)).toBe("a,c,d");
    const behind = [7, 8, 0, 1].map((cause) => requestBehind(headers, cause));
    expect(behind).toEqual(["a", undefined, "d", undefined]);
  });

  test("of a version before say nothing of causes", () => {
    const headers = new Map([[traceHeaders.turn, "turn"], [traceHeaders.requests, "a"]]);
    expect(requestBehind(headers, 0)).toBeUndefined();
  });
});

test("inputs are found by the commands' ids", () => {
  const inputs = ["timer:sku:A:x:1", "e.1", "e.2"].map((id) => JSON.stringify({ id, atMs: 1 }));
  expect(inputsOf([{ id: "e.2" }, { id: "e.3" }, { id: "e.1" }], inputs)).toEqual([2, undefined, 1]);
});

test("every event of a turn leads to the request that it follows from, also by messages between actors", async () => {
  const kit = new PartitionKit();
  kit.startTurn = ({ traceparents }) => ({ ...ended, traceparent: "turn", requests: traceparents });
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
