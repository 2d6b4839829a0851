import { connectJetStream } from "../../streams/broker/jetstream.ts";
import process from "node:process";
import { Failure } from "../cli/failure.ts";
import { type BackupResult, measureBackup } from "./backing_up.ts";
import { nodeArgs, runProgram } from "./child.ts";
import { connections, runLoad } from "./contest.ts";
import { foldLog, type FoldResult } from "./folding.ts";
import { awaitProjections, type Ours, startOurs, stockOurs } from "./ours.ts";
import { projectFromNothing, type ProjectResult } from "./projecting.ts";
import { type DecideCheckResult, measureDecideCheck, measureShow, type ShowResult } from "./showing.ts";
import type { Usage } from "./process_sample.ts";
import { historySkuCount, type WorkloadName } from "./workload.ts";

export interface RestartResult {
  readonly orders: number;
  readonly skus: number;
  /** From the command `waybill start`, with all its servers, to 200 at /readyz: after a clean stop, and after kill -9. */
  readonly cleanSeconds: number;
  readonly killedSeconds: number;
  /** Resident memory once ready. */
  readonly memoryMiB: { readonly [process: string]: number };
  /** Host, edge and projector together. */
  readonly ownMemoryMiB: number;
}
export interface HistoryResult {
  readonly fold?: FoldResult;
  readonly projection?: ProjectResult;
  readonly backup?: BackupResult;
  readonly restart?: RestartResult;
  readonly show?: ShowResult;
  readonly decideCheck?: DecideCheckResult;
}
export const historyParts = ["fold", "projection", "backup", "restart", "show", "decide-check"] as const;
type HistoryPart = (typeof historyParts)[number];
export interface HistoryOptions {
  readonly dataDir: string;
  readonly orders: number;
  /** Each has one line and is cancelled soon after it came. Else they have three, and all wait to be shipped. */
  readonly over: boolean;
  readonly only: (part: HistoryPart) => boolean;
  readonly say: (line: string) => void;
}

/** What depends on a long past: a system that took many orders is folded, projected anew, stopped and started. */
export async function measureHistory(options: HistoryOptions): Promise<HistoryResult> {
  const { dataDir, orders, only } = options;
  const ours = await startOurs(dataDir);
  let running: Ours | undefined = ours;
  try {
    await placeOrders(ours, options);
    const finished = await measureRunning(ours, { dataDir, only });
    if (!only("restart")) return finished;
    running = undefined;
    await ours.stop();
    const clean = await startOurs(dataDir);
    running = clean;
    const memory = await memoryOf(clean);
    running = undefined;
    await killAll(clean);
    const killed = await startOurs(dataDir);
    running = killed;
    const [cleanSeconds, killedSeconds] = [clean.startedInMs, killed.startedInMs].map((ms) =>
      Math.round(ms / 10) / 100
    );
    const restart = {
      orders,
      skus: historySkuCount,
      cleanSeconds: cleanSeconds!,
      killedSeconds: killedSeconds!,
    };
    return { ...finished, restart: { ...restart, ...memory } };
  } finally {
    await running?.stop();
  }
}

/** What is measured while it runs. */
async function measureRunning(
  ours: Ours,
  { dataDir, only }: Pick<HistoryOptions, "dataDir" | "only">,
): Promise<HistoryResult> {
  const { natsUrl, natsToken, databaseUrl } = ours;
  const broker = await connectJetStream({ servers: [natsUrl], token: natsToken, name: "waybill bench" });
  const fold = only("fold") ? await foldLog(broker) : undefined;
  const projection = only("projection") ? await projectFromNothing(broker, databaseUrl) : undefined;
  const backup = only("backup") ? await measureBackup(broker, dataDir) : undefined;
  const show = only("show") ? await measureShow(ours) : undefined;
  const decideCheck = only("decide-check") ? await measureDecideCheck(broker) : undefined;
  await broker.close();
  return {
    ...(fold && { fold }),
    ...(projection && { projection }),
    ...(backup && { backup }),
    ...(show && { show }),
    ...(decideCheck && { decideCheck }),
  };
}

async function placeOrders(ours: Ours, { orders, over, say }: HistoryOptions): Promise<void> {
  say(`history: placing ${orders} orders over ${historySkuCount} SKUs${over ? ", and cancelling them" : ""}`);
  await stockOurs(ours, historySkuCount);
  for (let placed = 0; placed < orders; placed += waveOrders) {
    const run = `past-${placed / waveOrders}`, count = Math.min(waveOrders, orders - placed);
    await send(ours, { workload: over ? "over" : "history", run, orders: count, status: "201" });
    if (over) await send(ours, { workload: "cancel", run, orders: count, status: "200" });
    await awaitProjections(ours, run);
  }
}
const waveOrders = 50_000;

async function send(
  { port, key }: Ours,
  { status, ...task }: { workload: WorkloadName; run: string; orders: number; status: string },
): Promise<void> {
  const { statuses } = await runLoad({
    ...task,
    port,
    key,
    connections,
    seed: 1,
    warmUpSeconds: 0,
    seconds: 0,
  });
  if (statuses[status] === task.orders) return;
  throw new Failure(`Cannot make a history: ${task.orders} requests gave ${JSON.stringify(statuses)}`);
}

async function memoryOf({ watch }: Ours): Promise<Pick<RestartResult, "memoryMiB" | "ownMemoryMiB">> {
  const usage = JSON.parse(await runProgram(nodeArgs("process_sample.ts", JSON.stringify(watch)))) as Record<
    string,
    Usage
  >;
  const memoryMiB = Object.fromEntries(
    Object.entries(usage).map(([name, { memoryMiB }]) => [name, memoryMiB]),
  );
  const own = Object.entries(memoryMiB).filter(([name]) => name !== "postgres" && name !== "nats-server");
  return { memoryMiB, ownMemoryMiB: own.reduce((sum, [, memory]) => sum + memory, 0) };
}

/** `kill -9` of the launcher and of everything that it started, by their ids. */
async function killAll(ours: Ours): Promise<void> {
  for (const { pid } of ours.watch) process.kill(pid, "SIGKILL");
  await ours.stop("SIGKILL");
}
