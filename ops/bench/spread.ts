import { readFileSync, writeFileSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Cluster, startCluster } from "../cluster/cluster.ts";
import { natsConfig } from "../cluster/nats_nodes.ts";
import { runLoad } from "./contest.ts";
import { stockOurs } from "./ours.ts";
import { Failure } from "../cli/failure.ts";

/** One way to run a cluster. */
interface Variant {
  readonly hosts: number;
  readonly replicas: number;
  readonly fsync: boolean;
}
export interface SpreadFigures extends Variant {
  readonly ordersPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time in milliseconds that an order costs, by what the processes do. */
  readonly cpuMsPerOrder: Readonly<Record<string, number>>;
  /** What NATS nodes took in from clients and from each other, for an order. */
  readonly natsMessagesPerOrder: number;
}

const variants: readonly Variant[] = [
  { hosts: 1, replicas: 3, fsync: true },
  { hosts: 2, replicas: 3, fsync: true },
  { hosts: 4, replicas: 3, fsync: true },
  { hosts: 2, replicas: 1, fsync: true },
  { hosts: 2, replicas: 3, fsync: false },
];
const connections = 64, warmUpSeconds = 3;

export interface SpreadOptions {
  readonly dataDir: string;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** The same load of orders on clusters of different sizes. */
export async function measureSpread({ dataDir, seconds, say }: SpreadOptions): Promise<SpreadFigures[]> {
  const all: SpreadFigures[] = [];
  for (const [i, variant] of variants.entries()) {
    const folder = join(dataDir, `variant-${i}`);
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const { hosts, replicas } = variant;
    const shape = { nodes: 3, hosts, edges: 1, projectors: 1, delivers: 0, partitions: 12, replicas };
    const config = variant.fsync ? {} : { natsConfig: withoutFsync(folder) };
    const cluster = await startCluster({
      dataDir: join(folder, "cluster"),
      shape,
      port: 0,
      log: say,
      ...config,
    });
    try {
      all.push(await measure(cluster, variant, seconds));
      const { ordersPerSecond, p99 } = all.at(-1)!;
      say(`${JSON.stringify(variant)}: ${ordersPerSecond} orders/s, p99 ${p99} ms`);
    } finally {
      await cluster.stop();
    }
  }
  return all;
}

/** The file that users deploy, but for one line. */
function withoutFsync(folder: string): string {
  const text = readFileSync(natsConfig, "utf8"),
    wanted = "sync_interval: always",
    path = join(folder, "nats.conf");
  if (!text.includes(wanted)) {
    throw new Failure(`Cannot measure without fsync: ${natsConfig} does not say ${wanted}`);
  }
  writeFileSync(path, text.replace(wanted, "sync_interval: 2m"));
  return path;
}

async function measure(cluster: Cluster, variant: Variant, seconds: number): Promise<SpreadFigures> {
  const target = { url: cluster.urls[0]!, key: cluster.key }, port = Number(new URL(target.url).port);
  await stockOurs(target);
  const watch = cluster.members.map(({ name, pid }) => ({ name, pid }));
  const before = await messagesIn(cluster);
  const load = {
    workload: "W2",
    run: "spread",
    seed: 1,
    port,
    key: target.key,
    connections,
    warmUpSeconds,
  } as const;
  const result = await runLoad({ ...load, seconds, watch });
  const messages = await messagesIn(cluster) - before;
  const orders = result.statuses["201"] ?? 0, ordersEver = result.statusesEver["201"] ?? 0;
  const cpuMsPerOrder: Record<string, number> = {};
  for (const { name, kind } of cluster.members) {
    const ms = (result.processes[name]?.cpuSeconds ?? 0) * 1_000 / orders;
    cpuMsPerOrder[kind] = rounded((cpuMsPerOrder[kind] ?? 0) + ms);
  }
  return {
    ...variant,
    ordersPerSecond: Math.round(orders / result.seconds),
    p50: rounded(result.p50),
    p99: rounded(result.p99),
    cpuMsPerOrder,
    natsMessagesPerOrder: rounded(messages / ordersEver),
  };
}

const rounded = (value: number) => Math.round(value * 100) / 100;

async function messagesIn(cluster: Cluster): Promise<number> {
  let sum = 0;
  for (const { name } of cluster.nats.nodes) {
    const varz: { in_msgs?: number } = await (await fetch(`${cluster.monitorOf(name)}/varz`)).json();
    sum += varz.in_msgs ?? 0;
  }
  return sum;
}
