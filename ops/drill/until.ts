import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../cli/failure.ts";

const lookMs = 100, untilMsMax = 600_000;

/** Asks until the answer is something; a failed question is an answer of nothing. `what` completes "Cannot see that …". */
export async function until<T>(
  { aborted }: { readonly aborted: AbortSignal },
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const endMs = performance.now() + untilMsMax;
  let last: unknown;
  while (performance.now() < endMs) {
    aborted.throwIfAborted();
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      last = error; // Told when the time is up: what is broken does not answer, which is what drills are about.
    }
    await sleep(lookMs);
  }
  throw new Failure(`Cannot see that ${what}, after ${untilMsMax / 1_000} s`, { cause: last });
}
