import type { Broker } from "../broker/broker.ts";
import { openRegistry } from "../edge/registry.ts";
import type { Runtime } from "../runtime.ts";

/** The last backup that came to its end, whoever took it. */
export interface LastBackup {
  /** Milliseconds since 1970. */
  readonly finishedAtMs: number;
  /** Of its manifest. */
  readonly id: string;
  /** Where it lies: a folder of the machine that took it, or `s3://…`. */
  readonly place: string;
}

const space = "backup", key = "last";

export async function noteBackup(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
  backup: LastBackup,
): Promise<void> {
  await openRegistry(broker, space, runtime).put(key, { ...backup });
}

/** Undefined when there never was one. */
export async function lastBackup(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
): Promise<LastBackup | undefined> {
  const found = await openRegistry(broker, space, runtime).get(key);
  return found && found.value as unknown as LastBackup;
}
