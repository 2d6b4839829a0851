import { setTimeout as sleep } from "node:timers/promises";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { streamNames } from "../../streams/record.ts";
import { Failure } from "../cli/failure.ts";
import { connections, runLoad } from "./contest.ts";
import type { LoadResult } from "./load.ts";
import { type Ours, startOurs } from "./ours.ts";

/** Carriers' callbacks: accepted durably at the edge, and worked out after that. Times in milliseconds. */
export interface CallbacksResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Callbacks a second that parcels were told of, from the first callback to the last parcel. */
  readonly handledPerSecond: number;
  /** From the last callback to the last parcel: so far behind was telling parcels, which gives way. */
  readonly behindSeconds: number;
  /** How many cores each process used. */
  readonly cores: { readonly [name: string]: number };
}

export interface CallbacksOptions {
  readonly dataDir: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const token = "token-of-the-bench", warmUpSeconds = 2;
const caughtUpMsMax = 300_000, lookMs = 100;

/** Signed by a token, one scan each, over 20,000 parcels; the median of the rounds by rate. */
export async function measureCallbacks(options: CallbacksOptions): Promise<CallbacksResult> {
  const { dataDir, seconds, rounds, say } = options;
  const ours = await startOurs(dataDir, { WAYBILL_CARRIER_UPS_SECRET: token });
  try {
    const results: CallbacksResult[] = [];
    for (let round = 1; round <= rounds; round++) {
      const result = await measureRound(ours, seconds, round);
      say(`callbacks round ${round}: ${result.perSecond} a second, p99 ${result.p99.toFixed(1)} ms`);
      results.push(result);
    }
    return results.sort((one, other) => one.perSecond - other.perSecond)[Math.floor(rounds / 2)]!;
  } finally {
    await ours.stop();
  }
}

async function measureRound(ours: Ours, seconds: number, round: number): Promise<CallbacksResult> {
  const { port, watch } = ours, startedMs = performance.now();
  const run = String(round), task = { workload: "callbacks", run, seed: round, key: token, port } as const;
  const result = await runLoad({ ...task, connections, warmUpSeconds, seconds, watch });
  const { "200": kept = 0, ...others } = result.statusesEver;
  if (Object.keys(others).length > 0) {
    throw new Failure(`Cannot count callbacks: not every one was kept (${JSON.stringify(others)})`);
  }
  const endedMs = performance.now();
  await untilHandled(ours);
  const behindSeconds = (performance.now() - endedMs) / 1000;
  const handledPerSecond = Math.round(kept / ((performance.now() - startedMs) / 1000));
  const { p50, p99, max } = result, perSecond = Math.round((result.statuses["200"] ?? 0) / result.seconds);
  return { perSecond, p50, p99, max, handledPerSecond, behindSeconds, cores: coresOf(result) };
}

const coresOf = ({ processes, seconds, cpuSeconds }: LoadResult) =>
  Object.fromEntries(
    [
      ...Object.entries(processes).map(([name, usage]) => [name, usage.cpuSeconds] as const),
      ["load", cpuSeconds] as const,
    ]
      .map(([name, used]) => [name, Math.round((used / seconds) * 100) / 100]),
  );

/** Until parcels have been told of every callback that was kept. */
async function untilHandled({ natsUrl, natsToken }: Ours): Promise<void> {
  const broker = await connectJetStream({ servers: natsUrl.split(","), token: natsToken, name: "bench" });
  try {
    const { lastSequence } = await broker.info(streamNames.callbacks), startedMs = performance.now();
    for (;;) {
      const position = await broker.last(streamNames.registry, "registry.callbacks.position");
      const handled = position &&
        JSON.parse(new TextDecoder().decode(position.payload)) as { sequence: number };
      if ((handled?.sequence ?? 0) >= lastSequence) return;
      if (performance.now() - startedMs > caughtUpMsMax) {
        throw new Failure("Cannot wait: callbacks are not handled");
      }
      await sleep(lookMs);
    }
  } finally {
    await broker.close();
  }
}

export function showCallbacks(
  { perSecond, p50, p99, max, handledPerSecond, behindSeconds, cores }: CallbacksResult,
): string {
  const used = Object.entries(cores).map(([name, count]) => `${name} ${count}`).join(", ");
  return [
    `callbacks kept durably, 64 connections: ${perSecond} a second`,
    `  p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${
      max.toFixed(1)
    } ms (target: 3000 a second, p99 50 ms)`,
    `  parcels told, until the last: ${handledPerSecond} callbacks a second, ${
      behindSeconds.toFixed(1)
    } s after the last callback`,
    `  cores: ${used}`,
  ].join("\n");
}
