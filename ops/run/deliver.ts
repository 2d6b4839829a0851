import type { Partition } from "../../streams/partition_map.ts";
import { Shares } from "../../streams/cluster/shares.ts";
import { openCallbacks } from "./callbacks.ts";
import { openEffects } from "./effects.ts";
import { openPolling } from "./polling.ts";
import { together } from "../../streams/cluster/share.ts";
import { expectKnownSecret } from "./known_secret.ts";
import { openLanes } from "./lanes.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Speaks with the world in its own time: what carriers sent is worked out here, carriers are asked, and what follows from the log is sent. */
export async function startDeliver(shared: Shared): Promise<Running> {
  const { broker, config: { secret }, runtime, name } = shared;
  if (secret !== undefined) await expectKnownSecret(shared, secret);
  const effects = await openEffects(shared), callbacks = await openCallbacks(shared);
  const polling = await openPolling(shared);
  const lanes = openLanes(shared);
  const all = [callbacks, effects, polling, lanes];
  const start = (partition: Partition) => together(all.map((one) => one.start(partition)));
  const shares = new Shares({ broker, runtime, role: "deliver", name, start });
  let stopping = false;
  const running = shares.run(), sending = effects.couriers.done;
  return {
    failed: Promise.race([
      endless(running, "the work on partitions", () => stopping),
      endless(sending, "the sending of messages", () => stopping),
    ]),
    stop: async () => {
      stopping = true;
      shares.stop();
      effects.couriers.stop();
      await Promise.allSettled([running, sending]);
      callbacks.close();
      await polling.close();
      await lanes.close();
      await effects.close();
    },
  };
}
