import { hostname } from "node:os";
import process from "node:process";
import { Failure } from "../cli/failure.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../logging.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { type Switches, watchSwitches } from "../../streams/operations/switches.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { observeProcess, observeSwitches, observeSystem } from "../telemetry/process_gauges.ts";
import { instruments } from "../telemetry/instruments.ts";
import { startTelemetry } from "../telemetry/sdk.ts";
import { version } from "../version.ts";
import { startDeliver } from "./deliver.ts";
import { startEdge } from "./edge.ts";
import { readinessOf, serveHealth } from "./health.ts";
import { startHost } from "./host.ts";
import { openLog } from "./open_log.ts";
import { watchStreamSizes } from "./stream_sizes.ts";
import { startProjector } from "./projector.ts";
import { endless, type Running, type Shared } from "./role.ts";

export const roles = ["host", "edge", "projector", "deliver"] as const;
export type Role = (typeof roles)[number];

const starters: { readonly [R in Role]: (shared: Shared) => Promise<Running> } = {
  host: startHost,
  edge: startEdge,
  projector: startProjector,
  deliver: startDeliver,
};

type Opened = Shared & { readonly switches: Switches };

/** Runs the roles until the signal, then drains them in reverse: the edge first, so that its last requests are still answered. */
export async function runRoles(
  chosen: readonly Role[],
  config: Config,
  log: Logger,
  stop: AbortSignal,
): Promise<void> {
  const shared = await open(config, log);
  const errors: unknown[] = [];
  // What could not be started is said, not that the map, which is then stopped, has ended.
  const running = watching(shared, chosen, () => stop.aborted || errors.length > 0);
  try {
    for (const role of chosen) {
      const started = await starters[role](shared);
      started.failed.catch(() => undefined); // Heard below; until then the next roles are starting.
      running.push(started);
    }
    if (config.healthPort !== undefined) running.unshift(await serveHealth(shared, config.healthPort));
    log.info({ roles: chosen, version }, "running");
    await Promise.race([aborted(stop), ...running.flatMap((role) => role.failed ?? [])]);
    log.info({ roles: chosen }, "draining");
  } catch (error) {
    errors.push(error);
  }
  const { broker, telemetry } = shared;
  const rest = [{ stop: () => broker.close() }, { stop: () => telemetry.stop() }];
  errors.push(...await stopAll([...running.reverse(), ...rest]));
  for (const err of errors.slice(1)) log.error({ err }, "a part could not be stopped");
  if (errors.length > 0) throw errors[0];
}

/** What every process keeps an eye on. */
function watching(shared: Opened, chosen: readonly Role[], ended: () => boolean): Stopping[] {
  const { map, switches, measure } = shared;
  observeSystem(measure, {
    ready: () => readinessOf(shared).ready,
    partitions: () => map.current.partitions.length,
  });
  const all = [
    { failed: endless(map.run(), "the partition map", ended), stop: () => map.stop() },
    { failed: endless(switches.ended, "the switches", ended), stop: () => switches.stop() },
    watchStreamSizes(shared, chosen),
  ];
  for (const { failed } of all) failed.catch(() => undefined); // Heard later; until then the roles are starting.
  return all;
}

export interface Stopping {
  readonly failed?: Promise<never>;
  stop(): Promise<void>;
}

/** Stops each in turn, also when one before it could not be stopped; answers with what went wrong. */
export async function stopAll(all: readonly Stopping[]): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const one of all) {
    try {
      await one.stop();
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}

async function open(config: Config, log: Logger): Promise<Opened> {
  const { natsUrl, natsAccess } = config;
  if (natsUrl === undefined) throw new Failure("Cannot run: NATS_URL is not set");
  const telemetry = startTelemetry(config.telemetry);
  const measure = instruments(telemetry.meter);
  observeProcess(measure);
  const broker = await connectJetStream({
    servers: natsUrl.split(","),
    name: `waybill ${version}`,
    ...natsAccess,
  });
  const runtime = systemRuntime(version);
  const map = await openLog(broker, runtime, config), switches = await watchSwitches(broker);
  observeSwitches(measure, switches);
  return {
    config,
    log,
    broker,
    runtime,
    map,
    switches,
    name: `${hostname()}/${process.pid}/${runtime.newId()}`,
    telemetry,
    measure,
    unready: [],
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
