import type { Broker } from "../../streams/broker/broker.ts";
import { openRegistry } from "../../streams/edge/registry.ts";
import type { Runtime } from "../../streams/runtime.ts";
import { Failure } from "../cli/failure.ts";

export const erasingLockLimits = { heldMsMax: 60_000, renewMs: 15_000 } as const;
/** Of its space in the registry, `erasing`. */
const lockKey = "lock";

interface LockJson {
  readonly by: string;
  readonly untilMs: number;
}

/** Says that nobody else erases meanwhile. */
export interface ErasingLock {
  /** Throws when somebody else may have begun. */
  expectHeld(): void;
}

/**
 * Only one erasure runs at a time: each puts what is left of a message behind the last one, and two would put back what the other had
 * taken out. The lock of one that died ends by itself.
 */
export async function withErasingLock<T>(
  broker: Broker,
  runtime: Pick<Runtime, "nowMs" | "newId" | "after">,
  work: (lock: ErasingLock) => Promise<T>,
): Promise<T> {
  const registry = openRegistry(broker, "erasing", runtime), by = runtime.newId();
  const { heldMsMax, renewMs } = erasingLockLimits;
  const found = await registry.get(lockKey), held = found?.value as unknown as LockJson | undefined;
  if (held !== undefined && held.untilMs > runtime.nowMs()) throw elsewhere(held.untilMs - runtime.nowMs());
  let untilMs = runtime.nowMs() + heldMsMax;
  const first = await registry.put(lockKey, { by, untilMs }, found?.revision ?? 0);
  if (first.kind === "conflict") throw elsewhere(heldMsMax);
  let { revision } = first, ended = false;
  const renew = async () => {
    const nextMs = runtime.nowMs() + heldMsMax;
    const renewed = await registry.put(lockKey, { by, untilMs: nextMs }, revision);
    if (renewed.kind === "conflict") throw elsewhere(heldMsMax);
    [revision, untilMs] = [renewed.revision, nextMs];
  };
  let renewing: Promise<void> = Promise.resolve();
  const again = (): ReturnType<Runtime["after"]> =>
    runtime.after(renewMs, () => {
      // What went wrong shows in the time that is left: the work stops when it is over.
      renewing = renew().catch(() => undefined);
      void renewing.then(() => ended || (timer = again()));
    });
  let timer = again();
  try {
    return await work({
      expectHeld: () => {
        if (runtime.nowMs() >= untilMs) {
          throw new Failure("Cannot go on erasing: the log did not answer; run it again");
        }
      },
    });
  } finally {
    ended = true;
    timer.stop();
    await renewing;
    await registry.put(lockKey, { by, untilMs: 0 }, revision);
  }
}

const elsewhere = (ms: number) =>
  new Failure(
    `Cannot erase: another erasure runs, or died less than a minute ago; run this again in ${
      Math.ceil(ms / 1_000)
    } s`,
  );
