import { expect } from "vitest";
import { isRunning } from "../local/process_table.mjs";
import { type Part, type Runtime, type TemporarySystem, temporarySystem } from "../drill/temporary_system.ts";
import { type Caller, callerOf } from "./caller.ts";

/** A whole system as `npm start` starts it, and an outsider who asks it. */
export interface System extends Caller, TemporarySystem {
  /** Waits until the part runs as another process than the one that `before` names. */
  untilRestarted(part: Part, before: Runtime): Promise<void>;
}

/** `env`: what the user has set besides. */
export async function newSystem(env: Readonly<Record<string, string>> = {}): Promise<System> {
  const own = await temporarySystem(env);
  const untilRestarted = async (part: Part, before: Runtime) => {
    const now = () => own.runtime().pids[part];
    await expect.poll(() => now().pid !== before.pids[part].pid && isRunning(now())).toBe(true);
  };
  return { ...callerOf(own), ...own, untilRestarted };
}
