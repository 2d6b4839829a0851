import type { ActorId } from "../../actors/ids.ts";
import { EventsAudit, type Recorded, type Seen, type ShareName, type Summary } from "./events_audit.ts";

/** An audit of a share of the events, here or in a thread of its own. What it was asked first it does first. */
export interface Share {
  take(records: readonly Recorded[]): Promise<void>;
  sampled(): Promise<readonly ActorId[]>;
  compare(seen: readonly Seen[]): Promise<void>;
  awaited(): Promise<readonly string[]>;
  explain(explained: readonly string[]): Promise<void>;
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
    awaited: () => Promise.resolve(audit.awaited()),
    explain: async (explained) => await Promise.resolve(audit.explain(explained)),
    summary: () => Promise.resolve(audit.summary()),
    stop: () => Promise.resolve(),
  };
}
