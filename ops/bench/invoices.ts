import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { streamNames } from "../../streams/record.ts";
import { Failure } from "../cli/failure.ts";
import { nodeArgs, runProgram } from "./child.ts";
import { connections, runLoad } from "./contest.ts";
import { untilHappened } from "./happened.ts";
import type { LoadResult } from "./load.ts";
import { awaitProjections, type Ours, startOurs, stockOurs } from "./ours.ts";
import { cpuSecondsSince, sampleProcesses } from "./process_sample.ts";
import { linesPerOrder, skuCount, type WorkloadName } from "./workload.ts";

/** Parcels are handed over, each of which is an invoice: issued durably, that is in EVENTS. Times in milliseconds. */
export interface InvoicesResult {
  /** From the first request until the last invoice was issued. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time for each invoice, by process, until the rows hold it too. */
  readonly cpuMsEach: { readonly [name: string]: number };
  /** By how many lines an invoice has: a host and its log, without the rest of the system. */
  readonly hostAlone: { readonly [lines: string]: IssuedAlone };
}
export interface IssuedAlone {
  readonly perSecond: number;
  readonly cpuMsEach: { readonly [name: string]: number };
}
export interface HostAloneTask {
  readonly dataDir: string;
  readonly invoices: number;
  readonly rounds: number;
  readonly lines: number;
}

export interface InvoicesOptions {
  readonly dataDir: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** What is hoped for in a second: so many orders are there to be shipped for each second of the measurement. */
const targetPerSecond = 1_000;

/** The median of the rounds by rate. */
export async function measureInvoices(options: InvoicesOptions): Promise<InvoicesResult> {
  const { dataDir, seconds, rounds, say } = options, invoices = seconds * targetPerSecond;
  const ours = await startOurs(`${dataDir}-system`), results: Omit<InvoicesResult, "hostAlone">[] = [];
  try {
    await stockOurs(ours);
    await measureRound(ours, "warm", targetPerSecond);
    for (let round = 1; round <= rounds; round++) {
      const result = await measureRound(ours, String(round), invoices);
      say(`invoices round ${round}: ${result.perSecond} a second, p99 ${result.p99.toFixed(1)} ms`);
      results.push(result);
    }
  } finally {
    await ours.stop();
  }
  const hostAlone: Record<string, IssuedAlone> = {};
  for (const lines of [1, linesPerOrder]) {
    hostAlone[lines] = await issuedAlone({ dataDir: `${dataDir}-host-${lines}`, invoices, rounds, lines });
    say(`invoices of ${lines} lines, host alone: ${hostAlone[lines].perSecond} a second`);
  }
  return { ...middle(results), hostAlone };
}

/** Runs in a program of its own, on Node, as the load generator does. */
async function issuedAlone(task: HostAloneTask): Promise<IssuedAlone> {
  const printed = await runProgram(nodeArgs("invoices_program.ts", JSON.stringify(task)));
  return middle(JSON.parse(printed) as IssuedAlone[]);
}

function middle<T extends { readonly perSecond: number }>(rounds: readonly T[]): T {
  return [...rounds].sort((one, other) => one.perSecond - other.perSecond)[Math.floor(rounds.length / 2)]!;
}

async function measureRound(ours: Ours, run: string, invoices: number) {
  const { natsUrl, natsToken } = ours;
  const broker = await connectJetStream({ servers: natsUrl.split(","), token: natsToken, name: "bench" });
  try {
    const { lastSequence: first } = await broker.info(streamNames.events);
    await send(ours, "to_ship", run, invoices);
    await untilHappened(broker, { after: first, type: "order.confirmed", count: invoices });
    await awaitProjections(ours, `${run}-placed`); // What the orders themselves cost is not counted.
    const { lastSequence: after } = await broker.info(streamNames.events);
    const before = sampleProcesses(ours.watch), startedAtMs = Date.now();
    const { p50, p99, cpuSeconds } = await send(ours, "ship", run, invoices);
    const wanted = { after, type: "series.document_issued", count: invoices };
    const { count, lastAtMs } = await untilHappened(broker, wanted);
    await awaitProjections(ours, `${run}-shipped`);
    const used = cpuSecondsSince(before, sampleProcesses(ours.watch));
    const perSecond = Math.round(count / ((lastAtMs - startedAtMs) / 1_000));
    return { perSecond, p50, p99, cpuMsEach: cpuMsEach({ ...used, load: cpuSeconds }, count) };
  } finally {
    await broker.close();
  }
}

/** So many requests over 64 connections; every one must be decided, or accepted and decided later. */
async function send(ours: Ours, workload: WorkloadName, run: string, orders: number): Promise<LoadResult> {
  const { port, key, watch } = ours, timing = { warmUpSeconds: 0, seconds: 0 };
  const result = await runLoad({ workload, run, seed: 1, port, key, watch, connections, orders, ...timing });
  const { "201": decided = 0, "202": accepted = 0 } = result.statusesEver;
  if (decided + accepted === orders) return result;
  throw new Failure(`Cannot count invoices: ${orders} requests gave ${JSON.stringify(result.statusesEver)}`);
}

export const cpuMsEach = (seconds: Readonly<Record<string, number>>, invoices: number) =>
  Object.fromEntries(Object.entries(seconds).map(([name, used]) => [name, used * 1_000 / invoices]));

export function showInvoices({ perSecond, p50, p99, cpuMsEach, hostAlone }: InvoicesResult): string {
  const used = (ms: InvoicesResult["cpuMsEach"]) =>
    Object.entries(ms).map(([name, each]) => `${name} ${each.toFixed(2)}`).join(", ");
  return [
    `invoices of ${linesPerOrder} lines over ${skuCount} SKUs, a parcel each, ${connections} connections: ${perSecond} issued a second`,
    `  p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (target: ${targetPerSecond} a second)`,
    `  CPU ms for each: ${used(cpuMsEach)}`,
    ...Object.entries(hostAlone).map(([lines, alone]) =>
      `  host and log alone, ${lines} lines: ${alone.perSecond} a second; CPU ms for each: ${
        used(alone.cpuMsEach)
      }`
    ),
  ].join("\n");
}
