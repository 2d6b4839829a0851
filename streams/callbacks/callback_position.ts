import type { Broker } from "../broker/broker.ts";
import { streamNames } from "../record.ts";

export const positionSubject = "registry.callbacks.position";

/** How far callbacks are worked out. */
export interface CallbackPosition {
  /** Of the last message that was handled. */
  readonly sequence: number;
  /** When the stream was made that this is a place in. */
  readonly streamCreatedMs: number;
}

/** The durable one, with the revision to replace; undefined before the first. */
export async function readCallbackPosition(
  broker: Broker,
): Promise<CallbackPosition & { readonly revision: number } | undefined> {
  const stored = await broker.last(streamNames.registry, positionSubject);
  if (!stored) return undefined;
  const position = JSON.parse(new TextDecoder().decode(stored.payload)) as CallbackPosition;
  return { ...position, revision: stored.sequence };
}

/** Callbacks that are stored and not worked out. */
export interface CallbackLag {
  /** Where the reader is; undefined when nobody ever read. */
  readonly sequence?: number;
  readonly behind: number;
  /** How long the oldest of them has been stored; 0 when there is none. */
  readonly waitingMs: number;
}

export async function readCallbackLag(broker: Broker, nowMs: number): Promise<CallbackLag> {
  const { next, ...counted } = await countCallbacks(broker);
  const oldest = counted.behind > 0 ? await broker.at(streamNames.callbacks, next) : undefined;
  return { ...counted, waitingMs: oldest ? Math.max(0, nowMs - oldest.storedAtMs) : 0 };
}

/** How many wait, for whoever may not read them. */
export async function countCallbacks(
  broker: Broker,
): Promise<Omit<CallbackLag, "waitingMs"> & { readonly next: number }> {
  const [position, { createdAtMs, firstSequence, lastSequence }] = await Promise.all([
    readCallbackPosition(broker),
    broker.info(streamNames.callbacks),
  ]);
  // A stream that was made anew is read from its beginning.
  const sequence = position?.streamCreatedMs === createdAtMs ? position.sequence : 0;
  const next = Math.max(sequence + 1, firstSequence), behind = Math.max(0, lastSequence - next + 1);
  return { ...(position && { sequence }), behind, next };
}
