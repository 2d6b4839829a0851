import type { Broker } from "../broker/broker.ts";
import { streamNames } from "../record.ts";
import { type Callback, decodeCallbacks } from "./callback_pack.ts";

/** The edge's clock says when a body came, the log's when it was stored. */
const clocksDifferMsMax = 300_000;

export interface StoredSince {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
}

/** Every callback and reply that came since, oldest first, as far as CALLBACKS still has it; those that come meanwhile are left out. */
export async function* storedCallbacks(broker: Broker, { sinceMs }: StoredSince): AsyncGenerator<Callback> {
  const newest = await broker.last(streamNames.callbacks, "callbacks.>");
  if (!newest) return;
  const fromSequence = await firstSince(broker, sinceMs - clocksDifferMsMax, newest.sequence);
  if (fromSequence > newest.sequence) return;
  const reader = broker.read(streamNames.callbacks, { fromSequence });
  try {
    for await (const { sequence, payload } of reader) {
      for (const callback of decodeCallbacks(payload)) if (callback.atMs >= sinceMs) yield callback;
      if (sequence >= newest.sequence) return;
    }
  } finally {
    await reader.stop();
  }
}

/** A body is stored soon after it came, and never before: what was stored earlier came earlier. */
async function firstSince(broker: Broker, sinceMs: number, lastSequence: number): Promise<number> {
  let { firstSequence: low } = await broker.info(streamNames.callbacks), high = lastSequence;
  while (low < high) {
    const middle = Math.floor((low + high) / 2), stored = await atOrAfter(broker, middle, high);
    if (stored === undefined || stored.storedAtMs >= sinceMs) high = middle;
    else low = stored.sequence + 1;
  }
  return low;
}

/** Messages may have been deleted one by one. Undefined: none is left below `end`. */
async function atOrAfter(broker: Broker, sequence: number, end: number) {
  for (let at = sequence; at < end; at++) {
    const stored = await broker.at(streamNames.callbacks, at);
    if (stored) return stored;
  }
  return undefined;
}
