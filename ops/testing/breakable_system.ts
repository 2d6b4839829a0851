import { vi } from "vitest";
import type { AnyActor } from "../../actors/actor.ts";
import type { DescribeSku } from "../../actors/commands.ts";
import type { ActorId } from "../../actors/ids.ts";
import { actorsByKind } from "../../actors/registry.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { connectJetStream } from "../../streams/broker/jetstream.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import { Host } from "../../streams/host/host.ts";
import { unwatched } from "../../streams/host/observer.ts";
import { watchSwitches } from "../../streams/operations/switches.ts";
import { streamNames, subjects } from "../../streams/record.ts";
import { decodeRecord } from "../../streams/record_text.ts";
import { systemRuntime } from "../../streams/system_runtime.ts";
import { partitionMapOf } from "../operate/operator.ts";
import { initLog } from "../run/open_log.ts";
import { startTestNats } from "./nats.ts";

/** A real log of two partitions and a host whose SKUs cannot be described while `isBroken`: a defect that a better build will not have. */
export interface BreakableSystem {
  readonly url: string;
  readonly broker: Broker;
  isBroken: boolean;
  /** Describes the SKU, as an edge does; "accepted" when nothing was decided in time. */
  describeSku(to: ActorId, description: string, patienceMs?: number): Promise<string>;
  /** Until the actor's partition has read what was accepted for it. */
  hasRead(to: ActorId): Promise<void>;
  stop(): Promise<void>;
}

const runtime = systemRuntime("test-build");

export async function startBreakableSystem(): Promise<BreakableSystem> {
  const nats = await startTestNats(), broker = await connectJetStream({ servers: nats.url, name: "test" });
  await initLog(broker, runtime, { partitions: 2, replicas: 1 });
  const switches = await watchSwitches(broker), paused = (p: number) => switches.isOn(`partition-${p}`);
  const brokenSku: AnyActor = {
    ...actorsByKind.sku!,
    decide(state, command, cause) {
      if (command.type === "describe" && system.isBroken) throw new Error("a poison command");
      return actorsByKind.sku!.decide(state, command, cause);
    },
  };
  const actors = { ...actorsByKind, sku: brokenSku };
  const host = new Host({ broker, runtime, observer: unwatched, actors, name: "test", paused });
  const running = host.run();
  const system: BreakableSystem = {
    url: nats.url,
    broker,
    isBroken: true,
    describeSku: (to, description, patienceMs = 30_000) =>
      describeSku(broker, { to, description, patienceMs }),
    hasRead: (to) => hasRead(broker, to),
    stop: async () => {
      host.stop();
      await running;
      await switches.stop();
      await broker.close();
      await nats.stop();
    },
  };
  await vi.waitFor(() => {
    const reasons = host.unready();
    if (reasons.length > 0) throw new Error(reasons.join());
  });
  return system;
}

async function hasRead(broker: Broker, to: ActorId): Promise<void> {
  const partition = (await partitionMapOf(broker)).partitionOf(to);
  const accepted = await broker.last(streamNames.commands, subjects.commands(partition));
  await vi.waitFor(async () => {
    const last = await broker.last(streamNames.events, subjects.events(partition));
    const read = last === undefined ? 0 : decodeRecord(last).read.commands.sequence;
    if (read < (accepted?.sequence ?? 0)) throw new Error(`Partition ${partition} has read up to ${read}`);
  });
}

async function describeSku(
  broker: Broker,
  { to, description, patienceMs }: {
    readonly to: ActorId;
    readonly description: string;
    readonly patienceMs: number;
  },
): Promise<string> {
  const { partitionOf } = await partitionMapOf(broker);
  const asker = createAsk({ broker, edgeId: runtime.newId(), partitionOf, runtime, newId: runtime.newId });
  const command: DescribeSku = {
    type: "describe",
    description,
    stocked: true,
    safetyStock: {},
    backorderLimit: null,
  };
  try {
    return (await asker.ask({ to, command, patienceMs })).kind;
  } finally {
    asker.stop();
  }
}
