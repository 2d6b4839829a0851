import { setTimeout as sleep } from "node:timers/promises";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import type { ServerAddress } from "../../streams/broker/link.ts";
import { Fault } from "../../streams/faults.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { initLog } from "../run/open_log.ts";
import { version } from "../version.ts";
import type { Shape } from "./shape.ts";

const tryMsMax = 60_000, retryMs = 200;

/** What `waybill log init` does, as soon as the nodes have agreed on who leads. */
export async function makeLog(address: ServerAddress, shape: Shape, aborted?: AbortSignal): Promise<void> {
  const { partitions, replicas } = shape, giveUpAtMs = performance.now() + tryMsMax;
  const broker = await connectJetStream(address);
  try {
    for (;;) {
      aborted?.throwIfAborted();
      try {
        await initLog(broker, systemRuntime(version), { partitions, replicas });
        return;
      } catch (error) {
        if (!(error instanceof Fault) || performance.now() > giveUpAtMs) throw error;
        await sleep(retryMs);
      }
    }
  } finally {
    await broker.close();
  }
}
