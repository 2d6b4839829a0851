import { afterEach, describe, expect, test, vi } from "vitest";
import type { ActorId } from "../../actors/ids.ts";
import { type CommandPack, type Pending, streamNames, subjects, type TurnRecord } from "../record.ts";
import { PartitionKit } from "../testing/partition_kit.ts";
import { answered, killAll, start, sumOf, tell } from "../testing/partition_steps.ts";
import { toyId } from "../testing/toys.ts";
import { callerOf, TracingKit } from "../testing/tracing_kit.ts";
import { requestBehind, tracedCommandsMax } from "./trace_headers.ts";
import { Traces } from "./traces.ts";

afterEach(killAll);

const trace = "0af7651916cd43dd8448eb211c80319c";
const oneByOne = { recordBytesMax: Infinity, deliveriesMax: 1, cpuMsMax: Infinity };

/** Sends commands in one message; the first of them is traced. */
async function send(kit: PartitionKit, ...commands: readonly ReturnType<typeof tell>[]): Promise<string[]> {
  const packed = commands.map(([to, command], i) => ({
    ...{ id: `c${i}`, to, atMs: kit.nowMs, edge: "edge", command },
    ...(i === 0 && { traceparent: callerOf(trace) }),
  }));
  const pack: CommandPack = { format: 1, commands: packed };
  const payload = new TextEncoder().encode(JSON.stringify(pack));
  await kit.broker.publish(subjects.commands(0), payload, { ackMsMax: 100 });
  return packed.map(({ id }) => id);
}

const spreading = tell("a", { type: "spread", amount: 1, to: ["x", "y", "z"].map(toyId) });

describe("messages that wait for a later turn", () => {
  test("are decided in the trace of their request, turn by turn, and nothing else is", async () => {
    const kit = new PartitionKit(), tracing = new TracingKit();
    kit.startTurn = tracing.startTurn;
    await start(kit, { turn: oneByOne });
    await answered(kit, await send(kit, spreading, tell("b", { type: "add", amount: 1 })));
    await sumOf(kit, "a");
    const { lastSequence } = await kit.broker.info(streamNames.events);
    for (let sequence = 1; sequence <= lastSequence; sequence++) {
      const { headers, payload } = (await kit.broker.at(streamNames.events, sequence))!;
      const { entries } = JSON.parse(new TextDecoder().decode(payload)) as TurnRecord;
      for (const { actor, cause } of entries) {
        expect([actor, requestBehind(headers, cause)?.split("-")[1]])
          .toEqual([actor, actor === "toy:b" ? undefined : trace]);
      }
    }
    expect(tracing.chainOf(trace).slice(0, 4)).toEqual(["0 command", "0 give", "0 give", "0 give"]);
    expect(tracing.chainOf(trace).slice(4)).toContain("0 added");
  });

  test("go on without it once their partition was opened anew", async () => {
    const kit = new PartitionKit({ publishFault: () => stuck() ? "contended" : undefined });
    const tracing = new TracingKit(), stuck = () => tracing.spans.length >= 2;
    kit.startTurn = tracing.startTurn;
    const host = await start(kit, { turn: oneByOne });
    await send(kit, spreading);
    await vi.waitFor(() => expect(tracing.spans).toHaveLength(2));
    await host.kill();
    tracing.spans.length = 0;
    await start(kit, { turn: oneByOne }, "second");
    await vi.waitFor(async () => expect(await sumOf(kit, "z")).toBe(1));
    expect(tracing.spans).toEqual([]);
  });
});

describe("what a turn goes on with", () => {
  const mark = (sequence: number) => ({ sequence, hash: "" });
  const pending = (id: string): Pending => {
    const to = "toy:a" as ActorId;
    return { to, from: to, message: { type: "add" }, cause: { id, atMs: 1 } };
  };
  const goingOn = (traces: Traces, { heard, decided, waiting = [] }: {
    readonly heard?: readonly string[];
    readonly decided: readonly string[];
    readonly waiting?: readonly Pending[];
  }) => {
    const requests = new Map(heard?.map((id) => [id, callerOf(trace)]));
    const messages = [...requests.keys()].map(pending), read = { ...mark(0), taken: 0, of: 0 };
    const taken = heard ? [{ mark: mark(1), source: 1, messages, read, requests }] : [];
    const head = { read: { commands: read, peers: mark(1) } } as TurnRecord;
    const inputs = decided.map((id) => JSON.stringify({ id, atMs: 1 }));
    return traces.goingOn({ steps: [], taken, draft: { head, inputs }, waiting });
  };
  const span = callerOf("f".repeat(32)), ended = { end: () => undefined };

  test("is only what it decided; of what waits it remembers where that stood", () => {
    const traces = new Traces(), first = goingOn(traces, { heard: ["A", "B", "C"], decided: ["B", "X"] });
    expect(first.traced).toEqual([{ id: "B", traceparent: callerOf(trace), message: "add", input: 0 }]);
    const waiting = [pending("A"), pending("B"), pending("X")];
    traces.keep(first, { ...ended, traceparent: span, requests: [span] }, waiting);
    const second = goingOn(traces, { decided: ["A", "B", "X"], waiting });
    expect(second.traced.map(({ id, traceparent }) => [id, traceparent])).toEqual([
      ["A", callerOf(trace)],
      ["B", span],
    ]);
    traces.keep(second, { ...ended, traceparent: span, requests: [span, span] }, []);
    expect(goingOn(traces, { decided: ["A", "B"], waiting }).traced).toEqual([]);
  });

  test("is remembered for so many requests at most", () => {
    const traces = new Traces(), ids = Array.from({ length: 300 }, (_, i) => `id${i}`);
    const waiting = ids.map(pending);
    traces.keep(goingOn(traces, { heard: ids, decided: [] }), ended, waiting);
    expect(goingOn(traces, { decided: ids, waiting }).traced).toHaveLength(tracedCommandsMax);
  });
});
