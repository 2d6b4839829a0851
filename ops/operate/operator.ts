import { type ActorId, keyOf, kindOf } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { createAsk } from "../../streams/edge/ask.ts";
import type { Asked } from "../../streams/edge/asking.ts";
import { isWholeKind, type OperatorCommand } from "../../streams/host/operation.ts";
import type { Partition, PartitionMap } from "../../streams/partition_map.ts";
import type { Operation } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { exitCodes, Failure } from "../cli/failure.ts";
import { counted } from "../cli/counted.ts";

export interface Operating extends Pick<OperatorCommand, "by" | "why" | "cause"> {
  readonly does: Operation["does"];
  /** An actor, or `kind:<kind>`. */
  readonly target: ActorId;
}
/** How many deliveries were let go, over all partitions that were asked. */
export interface OperatedOn {
  readonly released: number;
}

const patienceMs = 10_000;

export async function partitionMapOf(broker: Broker): Promise<PartitionMap> {
  const stored = await readMap(broker);
  if (stored === undefined) {
    throw new Failure("Cannot look at the log: there is none yet; make it with waybill log init");
  }
  return stored.map;
}

/** Tells the partition of an actor, or every partition of a kind, what the operator wants, and waits until it is durable. */
export async function operate(
  broker: Broker,
  runtime: Pick<Runtime, "nowMs" | "elapsedMs" | "after" | "newId">,
  { does, target, ...reason }: Operating,
): Promise<OperatedOn> {
  const map = await partitionMapOf(broker);
  const partitions: readonly Pick<Partition, "partition">[] = isWholeKind(target)
    ? map.partitions
    : [{ partition: partitionOf(map, target) }];
  let released = 0;
  const refusals: string[] = [];
  for (const { partition } of partitions) {
    const asker = createAsk({
      broker,
      edgeId: runtime.newId(),
      partitionOf: () => partition,
      runtime,
      newId: runtime.newId,
    });
    try {
      const command: OperatorCommand = { type: "operator", does, ...reason };
      const asked = await asker.ask({ to: target, command, patienceMs });
      const told = toldOf(asked, { does, target, partition });
      if ("refusal" in told) refusals.push(told.refusal);
      else released += told.released;
    } finally {
      asker.stop();
    }
  }
  // A kind may be paused in some partitions only, after a try that was cut short.
  if (refusals.length === partitions.length) throw new Failure(refusals[0]!);
  return { released };
}

/** What stands in COMMANDS and is no command is the partition's own. */
const partitionOf = (map: PartitionMap, target: ActorId): number =>
  kindOf(target) === "intake" ? Number(keyOf(target)) : map.partitionOf(target);

function toldOf(
  asked: Asked,
  { does, target, partition }: Pick<Operating, "does" | "target"> & { readonly partition: number },
): OperatedOn | { readonly refusal: string } {
  const what = `Cannot ${does} ${target} in partition ${partition}`;
  switch (asked.kind) {
    case "answered":
      return asked.answer.ok
        ? JSON.parse(asked.answer.json) as OperatedOn
        : { refusal: asked.answer.rejection.detail };
    case "accepted":
      throw new Failure(`${what} at once: it is accepted, and done as soon as a host has the partition`);
    case "in-doubt":
      throw new Failure(`${what} for certain: the log did not answer in time; do it again`);
    case "defect":
      throw new Failure(`${what}: a defect of ours, which is recorded`);
    case "overloaded":
    case "unavailable":
      throw new Failure(`${what}: the log does not answer`);
  }
}

/** Refuses the number of a partition that there is not. */
export async function expectPartition(broker: Broker, partition: number): Promise<void> {
  const { partitions } = await partitionMapOf(broker);
  if (partitions.some((one) => one.partition === partition)) return;
  throw new Failure(
    `Cannot find partition ${partition}: the log has ${
      counted(partitions.length, "partition")
    }, see waybill log status`,
    { exitCode: exitCodes.misused },
  );
}
