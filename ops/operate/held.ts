import { type ActorId, kindOf } from "../../actors/ids.ts";
import type { Broker } from "../../streams/broker/broker.ts";
import { readPartitionState } from "../../streams/host/held_back.ts";
import { covers } from "../../streams/host/operation.ts";
import type { PartitionState } from "../../streams/host/partition_state.ts";
import { openSwitches, type SwitchedOn } from "../../streams/operations/switches.ts";
import type { Pending } from "../../streams/record.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { partitionMapOf } from "./operator.ts";

/** What operators and defects hold back in the whole system. */
export interface Held {
  readonly switches: ReadonlyMap<string, SwitchedOn>;
  readonly partitions: readonly { readonly partition: number; readonly state: PartitionState }[];
}

/** `only`: the partition of this actor alone. */
export async function readHeld(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
  only?: ActorId,
): Promise<Held> {
  const map = await partitionMapOf(broker), switches = await openSwitches(broker, runtime).list();
  const wanted = only === undefined ? undefined : map.partitionOf(only);
  const partitions = [];
  for (const place of map.partitions) {
    if (wanted !== undefined && place.partition !== wanted) continue;
    partitions.push({ partition: place.partition, state: await readPartitionState(broker, place) });
  }
  return { switches, partitions };
}

/** An actor that takes nothing, why, and what waits for it. */
export interface HeldActor {
  readonly actor: ActorId;
  readonly partition: number;
  readonly because: "stopped" | "paused";
  /** Of an actor that is stopped: what it could not decide, the error's first line, and which code that was. */
  readonly stopped?: { readonly message: string; readonly error: string; readonly build: string };
  readonly waiting: readonly Waiting[];
}
export interface Waiting {
  /** Of the command that started it. */
  readonly id: string;
  readonly message: string;
  readonly at: string;
}

/** Every actor and kind that is held back, and what waits for each. */
export function heldActors({ partitions }: Held): HeldActor[] {
  return partitions.flatMap(({ partition, state: { stopped, paused, parked } }) => {
    const waitingFor = (target: ActorId) => parked.filter(({ to }) => covers(target)(to)).map(waitingOf);
    const dead = [...stopped.values()].map(({ actor, delivery, error, build }): HeldActor => ({
      actor,
      partition,
      because: "stopped",
      stopped: { message: delivery.message.type, error: error.split("\n")[0]!, build },
      waiting: waitingFor(actor),
    }));
    const resting = [...paused].map((actor): HeldActor => ({
      actor,
      partition,
      because: "paused",
      waiting: waitingFor(actor),
    }));
    return [...dead, ...resting];
  });
}

export const isIntake = (actor: ActorId): boolean => kindOf(actor) === "intake";

function waitingOf({ cause: { id, atMs }, message }: Pending): Waiting {
  return { id, message: message.type, at: new Date(atMs).toISOString() };
}
