import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { streamNames } from "../../streams/record.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { readStatus } from "../../streams/cluster/status.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { openAdmin } from "../cluster/admin.ts";
import { percentile } from "../cluster/chaos/result.ts";
import { type Cluster, startCluster } from "../cluster/cluster.ts";
import { untilHealthy } from "../cluster/nats_nodes.ts";
import { usualShape } from "../cluster/shape.ts";
import { type Gaps, startBuyers } from "./gaps.ts";

/** Time without answers, in milliseconds. */
export interface FailoverFigures {
  readonly what: string;
  /** What we want at the 95th percentile. */
  readonly targetMs?: number;
  readonly times: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Answers that were no decision: to be asked again. */
  readonly asked: Readonly<Record<string, number>>;
  readonly all: readonly number[];
}
export interface FailoverResult {
  readonly ordersPerSecond: number;
  readonly kinds: readonly FailoverFigures[];
}

interface Scene {
  readonly cluster: Cluster;
  readonly broker: Broker;
  readonly gaps: Gaps;
  /** Which one is hit, in turn. */
  readonly turn: number;
}
/** Does it, and answers with the partitions that it concerns, and how to undo it. */
type Deed = (scene: Scene) => Promise<{ readonly partitions?: readonly number[]; undo(): Promise<void> }>;

const nothing: Deed = () => Promise.resolve({ undo: () => Promise.resolve() });

const onHost = (how: "kill" | "drain"): Deed => async ({ cluster, broker, turn }) => {
  const hosts = cluster.members.filter(({ kind }) => kind === "host"), host = hosts[turn % hosts.length]!;
  const partitions = await heldBy(broker, host.pid);
  void host[how]();
  return { partitions, undo: () => host.revive() };
};

const onNode: Deed = async ({ cluster, turn }) => {
  const admin = await openAdmin(cluster.addressOf("operator"));
  // In every other try the one that leads EVENTS: nothing hurts more.
  const leader = await admin.leaderOf(streamNames.events);
  await admin.close();
  const { nodes } = cluster.nats,
    name = (turn % 2 === 0 ? leader : undefined) ?? nodes[turn % nodes.length]!.name;
  void cluster.member(name).kill();
  return { undo: () => cluster.member(name).revive() };
};

interface Failure {
  readonly what: string;
  readonly targetMs?: number;
  readonly deed: Deed;
}
const failures: readonly Failure[] = [
  { what: "nothing happens", deed: nothing },
  { what: "host drained", targetMs: 200, deed: onHost("drain") },
  { what: "host killed (-9)", targetMs: 3_000, deed: onHost("kill") },
  { what: "NATS node killed (-9)", targetMs: 5_000, deed: onNode },
];

export interface FailoverOptions {
  readonly dataDir: string;
  readonly times: number;
  readonly say: (line: string) => void;
}

export async function measureFailover({ dataDir, times, say }: FailoverOptions): Promise<FailoverResult> {
  const cluster = await startCluster({
    dataDir: join(dataDir, "cluster"),
    shape: { ...usualShape, delivers: 0 },
    port: 0,
    log: say,
  });
  const broker = await connectJetStream(cluster.addressOf("operator"));
  const gaps = await startBuyers(cluster, (await readMap(broker))!.map);
  try {
    await sleep(calmMs);
    const kinds: FailoverFigures[] = [];
    for (const { deed, ...about } of failures) {
      gaps.forgetAnswers();
      const all: number[] = [];
      for (let turn = 0; turn < times; turn++) {
        all.push(await tryOnce(deed, { cluster, broker, gaps, turn }));
        say(`${about.what}, ${turn + 1} of ${times}: ${all.at(-1)} ms`);
      }
      kinds.push({ ...about, ...figures(all), asked: gaps.undecided() });
    }
    return { ordersPerSecond: gaps.ordersPerSecond(), kinds };
  } finally {
    await gaps.stop();
    await broker.close();
    await cluster.stop();
  }
}

const watchedMs = 6_000, calmMs = 3_000, readyMsMax = 60_000;

/** The longest gap of the partitions that it concerns, from just before until all of them have answered again. */
async function tryOnce(deed: Deed, scene: Scene): Promise<number> {
  const { cluster, gaps } = scene;
  gaps.begin();
  const { partitions, undo } = await deed(scene);
  await sleep(watchedMs);
  await gaps.answeredSinceBegin(partitions);
  const ms = Math.round(gaps.longestMs(partitions));
  await undo();
  for (const node of cluster.nats.nodes) await untilHealthy(node);
  await cluster.untilReady(readyMsMax);
  await sleep(calmMs);
  return ms;
}

async function heldBy(broker: Broker, pid: number): Promise<number[]> {
  const status = await readStatus(broker, Date.now());
  return (status?.partitions ?? []).filter(({ host }) => Number(host?.split("/").at(-2)) === pid)
    .map(({ partition }) => partition);
}

function figures(all: readonly number[]): Pick<FailoverFigures, "times" | "p50" | "p95" | "max" | "all"> {
  const times = all.length, max = Math.max(0, ...all);
  return { times, p50: percentile(all, 0.5), p95: percentile(all, 0.95), max, all };
}
