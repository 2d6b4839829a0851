import type { Broker } from "../../streams/broker/broker.ts";
import { decodePack } from "../../streams/host/decode_pack.ts";
import type { Step, StepCause } from "../../streams/reading/actor_steps.ts";
import { streamNames } from "../../streams/record.ts";

/** Read at a time. */
const togetherMax = 16;

/**
 * A message from another partition names the command that it follows from by its place in COMMANDS alone. As long as that stream holds
 * it (72 hours at most), it is read from there; what is personal in it is left where it is.
 */
export async function withCommands(broker: Broker, steps: readonly Step[]): Promise<readonly Step[]> {
  const told: Step[] = [];
  for (let from = 0; from < steps.length; from += togetherMax) {
    const some = steps.slice(from, from + togetherMax);
    told.push(
      ...await Promise.all(some.map(async (step) => ({ ...step, cause: await known(broker, step.cause) }))),
    );
  }
  return told;
}

async function known(broker: Broker, cause: StepCause): Promise<StepCause> {
  if (cause.command || !cause.at) return cause;
  const [sequence, index] = cause.at, stored = await broker.at(streamNames.commands, sequence);
  const packed = stored && decodePack(stored.payload)?.commands[index];
  return packed?.id === cause.id ? { ...cause, to: packed.to, command: packed.command } : cause;
}
