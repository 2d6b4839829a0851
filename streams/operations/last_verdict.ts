import type { Broker } from "../broker/broker.ts";
import { openRegistry } from "../edge/registry.ts";
import type { Runtime } from "../runtime.ts";

/** What the last verification found, whoever ran it. */
export interface LastVerdict {
  /** Milliseconds since 1970. */
  readonly finishedAtMs: number;
  /** By kind of check: how much is wrong. */
  readonly findings: { readonly [check: string]: number };
}

const space = "verify", key = "last";

export async function noteVerdict(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
  verdict: LastVerdict,
): Promise<void> {
  await openRegistry(broker, space, runtime).put(key, { ...verdict });
}

/** Undefined when nothing was ever verified. */
export async function lastVerdict(
  broker: Broker,
  runtime: Pick<Runtime, "newId">,
): Promise<LastVerdict | undefined> {
  const found = await openRegistry(broker, space, runtime).get(key);
  return found && found.value as unknown as LastVerdict;
}
