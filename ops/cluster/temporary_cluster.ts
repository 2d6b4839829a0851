import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import type { Shape } from "./shape.ts";

/** A cluster in a folder of its own, and a look into its log. */
export interface TemporaryCluster {
  readonly cluster: Cluster;
  /** As who may read everything. */
  readonly broker: Broker;
  /** Ends everything that was started, and deletes its data. */
  remove(): Promise<void>;
}

export async function temporaryCluster(shape: Shape): Promise<TemporaryCluster> {
  const folder = mkdtempSync(join(tmpdir(), "waybill-cluster-"));
  chmodSync(folder, 0o711); // Root's Postgres runs as nobody.
  const cluster = await startCluster({ dataDir: join(folder, "data"), shape, port: 0, log: console.log });
  const broker = await connectJetStream(cluster.addressOf("operator"));
  return {
    cluster,
    broker,
    remove: async () => {
      await broker.close();
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
