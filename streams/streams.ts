import type { Broker, StreamConfig } from "./broker/broker.ts";
import { streamNames } from "./record.ts";

const hourMs = 3_600_000, gigabyte = 1024 ** 3;

/** What COMMANDS may hold: some hours of a full load with every reader away; then it refuses (DESIGN 3). */
export const commandsBytesMax = 8 * gigabyte;

/** Raw bodies are kept for so long (DESIGN 8), if they fit: the oldest go first. */
export const callbacksAgeMsMax = 90 * 24 * hourMs;
export const callbacksBytesMax = 8 * gigabyte;

/** The last value of each subject. */
const registry = {
  name: streamNames.registry,
  subjects: ["registry.>"],
  discard: "new",
  messagesPerSubjectMax: 1,
  messageTtl: true,
} as const;

/** Bodies as carriers sent them, to be normalised again when a table was wrong; deletable, because they name people. */
const callbacks = {
  name: streamNames.callbacks,
  subjects: ["callbacks.*"],
  discard: "old",
  bytesMax: callbacksBytesMax,
  ageMsMax: callbacksAgeMsMax,
} as const;

/** Who did what to the system, and why: for as long as the log is. */
const operations = {
  name: streamNames.operations,
  subjects: ["operations.>"],
  discard: "new",
  denyDelete: true,
  denyPurge: true,
} as const;

/** The streams and their limits. `replicas` is 1 in the embedded profile and 3 in the cluster profile. */
export function streamConfigs(replicas: number): StreamConfig[] {
  // Killed, nats-server 2.15.1 does not restore a compressed replica ("s2: corrupt input"): ops/cluster/node_killed.int.test.ts.
  const compress = replicas === 1;
  return [
    {
      name: streamNames.commands,
      subjects: ["commands.*"],
      discard: "new",
      bytesMax: commandsBytesMax,
      replicas,
    },
    {
      name: streamNames.events,
      subjects: ["events.*"],
      discard: "new",
      denyDelete: true,
      denyPurge: true,
      compress,
      replicas,
    },
    {
      // Not compressed: it is read at random, and the server would unpack a whole block for one message.
      name: streamNames.snapshots,
      subjects: ["snapshots.>", "checkpoints.>"],
      discard: "old",
      messagesPerSubjectMax: 1,
      atomicBatches: true,
      replicas,
    },
    { name: streamNames.personal, subjects: ["personal.*"], discard: "new", compress, replicas },
    { ...callbacks, compress, replicas },
    { ...registry, replicas },
    { ...operations, replicas },
  ];
}

/** At the latest then a command is deleted that every reader has passed. */
export const commandsAgeMsMax = 72 * hourMs;

export async function ensureStreams(broker: Broker, replicas: number): Promise<void> {
  for (const config of streamConfigs(replicas)) await broker.ensureStream(config);
}
