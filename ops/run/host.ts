import { hostname } from "node:os";
import process from "node:process";
import { actorsByKind } from "../../actors/registry.ts";
import { PartitionHost } from "../../streams/host/host.ts";
import { unfailing } from "../../streams/host/observer.ts";
import { observeHost, observePartitions } from "../telemetry/host_observer.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Runs the partitions: in this profile all of them are this host's. */
export function startHost(
  { broker, runtime, telemetry, measure, log, map, unready }: Shared,
): Promise<Running> {
  const observer = unfailing(
    observeHost(telemetry, measure, log),
    (error) => log.error({ err: error }, "telemetry failed"),
  );
  const name = `${hostname()}/${process.pid}`;
  const deps = { broker, runtime, observer, actors: actorsByKind, name };
  const hosts = Array.from({ length: map.count }, (_, partition) => new PartitionHost(deps, partition));
  observePartitions(measure, () => hosts.flatMap((host) => host.gauges() ?? []));
  hosts.forEach((host, i) => unready.push(() => host.unready && `partition ${i}: ${host.unready}`));
  let stopping = false;
  const running = hosts.map((host) => host.run());
  return Promise.resolve({
    failed: Promise.race(running.map((run) => endless(run, "a partition", () => stopping))),
    stop: async () => {
      stopping = true;
      for (const host of hosts) host.stop();
      await Promise.allSettled(running);
    },
  });
}
