import { actorsByKind } from "../../actors/registry.ts";
import { Host } from "../../streams/host/host.ts";
import { unfailing } from "../../streams/host/observer.ts";
import { observeHost, observePartitions } from "../telemetry/host_observer.ts";
import { endless, type Running, type Shared } from "./role.ts";

/** Runs the partitions that are this host's among all that are alive. */
export function startHost(
  { broker, runtime, telemetry, measure, log, name, switches, unready }: Shared,
): Promise<Running> {
  const observer = unfailing(
    observeHost(telemetry, measure, log),
    (error) => log.error({ err: error }, "telemetry failed"),
  );
  const paused = (partition: number) => switches.isOn(`partition-${partition}`);
  const host = new Host({ broker, runtime, observer, actors: actorsByKind, name, paused });
  observePartitions(measure, () => host.gauges());
  unready.push(() => host.unready());
  let stopping = false;
  const running = host.run();
  return Promise.resolve({
    failed: endless(running, "the host", () => stopping),
    stop: async () => {
      stopping = true;
      host.stop();
      await running;
    },
  });
}
