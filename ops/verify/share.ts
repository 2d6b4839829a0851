import type { ActorId } from "../../actors/ids.ts";
import { EventsAudit, type Recorded, type Seen, type ShareName, type Summary } from "./events_audit.ts";

/** An audit of a share of the events, here or in a thread of its own. What it was asked first it does first. */
export interface Share {
  take(records: readonly Recorded[]): Promise<void>;
  sampled(): Promise<readonly ActorId[]>;
  compare(seen: readonly Seen[]): Promise<void>;
  summary(): Promise<Summary>;
  stop(): Promise<void>;
}

/** In this thread: each question is answered before the next one is asked. */
export function localShare(name: ShareName, chance: number): Share {
  const audit = new EventsAudit(name, chance);
  return {
    take: async (records) => await Promise.resolve(audit.take(records)),
    sampled: () => Promise.resolve(audit.sampled()),
    compare: async (seen) => await Promise.resolve(audit.compare(seen)),
    summary: () => Promise.resolve(audit.summary()),
    stop: () => Promise.resolve(),
  };
}
