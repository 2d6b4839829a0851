import type { Broker } from "../../../streams/broker/broker.ts";
import { streamConfigs } from "../../../streams/streams.ts";

/** How many messages each stream ever held. */
export async function lastSequencesOf(operator: Broker): Promise<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const { name } of streamConfigs(3)) all[name] = (await operator.info(name)).lastSequence;
  return all;
}
