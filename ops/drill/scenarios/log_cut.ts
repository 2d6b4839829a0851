import { cp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { act, isProven, meanwhile, type Scenario, tool } from "../scenario.ts";
import { metric, whyNotReady } from "../signs.ts";
import { until } from "../until.ts";

const events = join("nats", "jetstream", "$G", "streams", "EVENTS");

/**
 * A disk that comes back as it was a while ago: the stream EVENTS is replaced by an older copy of itself, everything else is as new as
 * ever. What came after the last backup is entered again by those who sent it.
 */
export const logCut: Scenario = {
  name: "log-cut",
  title: "The end of EVENTS cut off",
  run: async (drill) => {
    const { system, load, backups, scratch, harmMs } = drill, copy = join(scratch, "EVENTS");
    await system.stop();
    await cp(join(system.dataDir, events), copy, { recursive: true });
    await system.start();
    await tool(drill, "backup", "--to", backups);
    await meanwhile(drill, harmMs);
    await system.killAll();
    await rm(join(system.dataDir, events), { recursive: true });
    await rename(copy, join(system.dataDir, events));

    const sinceMs = performance.now(), soFar = () => performance.now() - sinceMs;
    // It is not ready, so its start does not end well.
    const starting = system.start().then(() => undefined, (error: unknown) => error);
    const why = await until(drill, "the partition refuses to go on", async () => {
      const stopped = await metric(drill, "host", "waybill_partition_stopped_total", 'code="log.lost"');
      const doubted = await metric(drill, "host", "waybill_partition_reopenings_total", 'code="log.doubted"');
      return stopped + doubted > 0 ? await whyNotReady(drill, "host") : undefined;
    });
    const noticed = { ms: soFar(), by: `host /readyz: ${why.slice(0, 50)}` };
    await system.killAll();
    await starting;

    system.moveTo("restored");
    await system.startServers();
    await act(drill, "restore", "--from", backups);
    await system.stop();
    await system.start();
    const reentered = await load.reenter();
    await until(drill, "verify finds nothing", async () => await isProven(drill) || undefined);
    return {
      noticed,
      recovered: { ms: soFar(), by: "restore of the backup, orders sent again" },
      notes: [
        `${harmMs / 1_000} s were lost; ${reentered} orders came after the backup and were entered again`,
      ],
    };
  },
};
