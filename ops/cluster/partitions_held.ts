import type { Broker } from "../../streams/broker/broker.ts";
import { readStatus } from "../../streams/cluster/status.ts";
import type { Cluster } from "./cluster.ts";

/** How many partitions each member holds that runs; those of a host that does not are nobody's. */
export async function partitionsHeld(cluster: Cluster, broker: Broker): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { host } of (await readStatus(broker, Date.now()))?.partitions ?? []) {
    const pid = Number(host?.split("/").at(-2));
    const name = cluster.members.find((member) => member.pid === pid)?.name ?? "nobody";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
