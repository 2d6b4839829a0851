import type { ActorId } from "../../actors/ids.ts";
import type { Sql } from "../../projections/database.ts";
import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { readMap } from "../../streams/cluster/map_store.ts";
import { Fault } from "../../streams/faults.ts";
import { partitionMap } from "../../streams/partition_map.ts";
import { streamNames } from "../../streams/record.ts";
import type { CheckReport } from "../invoices/check.ts";
import type { Seen } from "./events_audit.ts";
import { LogAudit } from "./log_audit.ts";
import { OnTheWay } from "./on_the_way.ts";
import { readRows, type RowsOfActor } from "./rows_seen.ts";
import { Shares } from "./shares.ts";
import { type SnapshotSeen, snapshotsOf } from "./snapshots_seen.ts";

export interface VerifyOptions {
  /** Without it rows are not compared. */
  readonly sql?: Sql;
  /** At least 0, below 1: which actors are looked at one by one, where there are too many. */
  readonly chance: number;
  readonly elapsedMs: () => number;
  /** Audits a long log in threads of their own; on two processors that took twice as long (decision 0059). */
  readonly threads?: boolean;
  /** Called after every stretch of work with how long that took: to let others go first. */
  readonly rest?: (workedMs: number) => Promise<void>;
  /** Ends it early, with an error. */
  readonly signal?: AbortSignal;
  readonly progress?: { begin(what: string, total: number): void; step(count?: number): void; end(): void };
}

/** What the system says of itself, and whether all of it agrees. */
export interface SystemVerdict {
  readonly ok: boolean;
  readonly records: number;
  readonly events: number;
  readonly actors: number;
  /** How many of them were looked at one by one. */
  readonly sampled: number;
  /** How far EVENTS was read. */
  readonly lastSequence: number;
  /** Reading and auditing the log, without what was compared with it afterwards. */
  readonly eventsPerSecond: number;
  readonly tookMs: number;
  readonly checks: readonly CheckReport[];
}

/** A log that is shorter is audited before threads have started. */
const threadBytesMin = 16 * 1024 * 1024;
const comparedAtOnceMax = 500;
/** In records, where only their heads are looked at. */
const restEvery = 64;

/**
 * Proves the system from its log: the log itself, stock, invoices, and then snapshots and rows against the fold of the log. Reads while
 * the system runs; changes nothing.
 */
export async function verifySystem(broker: Broker, options: VerifyOptions): Promise<SystemVerdict> {
  const { chance, elapsedMs, threads = false } = options, startedMs = elapsedMs();
  const { lastSequence, bytes } = await broker.info(streamNames.events);
  const shares = new Shares({ chance, threads: threads && bytes >= threadBytesMin });
  try {
    // A thread has to start before it can audit: that is no part of the log's rate.
    await shares.sampled();
    const audit = new SystemAudit(broker, shares, options);
    await audit.readTo(lastSequence);
    const sampled = await audit.compare();
    await audit.explain();
    // Once: it ends the audits.
    const { log, readMs } = audit, summary = await shares.summary();
    const checks = [...log.reports(), ...summary.checks];
    return {
      ok: checks.every(({ found }) => found === 0),
      records: audit.records,
      events: summary.events,
      actors: summary.actors,
      sampled,
      lastSequence: audit.sequence,
      eventsPerSecond: Math.round(summary.events * 1_000 / Math.max(1, readMs)),
      tookMs: Math.round(elapsedMs() - startedMs),
      checks,
    };
  } finally {
    await shares.stop();
  }
}

/** How much is wrong, by kind of check: what stands before the colon. */
export function findingsOf({ checks }: SystemVerdict): Record<string, number> {
  const findings: Record<string, number> = {};
  for (const { what, found } of checks) {
    const kind = what.slice(0, what.indexOf(":"));
    findings[kind] = (findings[kind] ?? 0) + found;
  }
  return findings;
}

interface Stretch {
  readonly after: number;
  readonly until: number;
}
type Take = (stored: Stored) => Promise<void> | undefined;

/** Ends early, with an error, when the signal says so. */
async function* readFrom(broker: Broker, fromSequence: number, signal?: AbortSignal): AsyncGenerator<Stored> {
  const reader = broker.read(streamNames.events, { fromSequence });
  const stop = () => void reader.stop();
  signal?.addEventListener("abort", stop);
  try {
    signal?.throwIfAborted();
    yield* reader;
    signal?.throwIfAborted();
  } finally {
    signal?.removeEventListener("abort", stop);
    await reader.stop();
  }
}

class SystemAudit {
  readonly log = new LogAudit();
  readonly #broker: Broker;
  readonly #shares: Shares;
  readonly #options: VerifyOptions;
  records = 0;
  sequence = 0;
  /** That reading and auditing took. */
  readMs = 0;

  constructor(broker: Broker, shares: Shares, options: VerifyOptions) {
    this.#broker = broker;
    this.#shares = shares;
    this.#options = options;
  }

  async readTo(until: number): Promise<void> {
    if (this.sequence >= until) return;
    const { elapsedMs } = this.#options, startedMs = elapsedMs();
    await this.#read("verify", { after: this.sequence, until }, (stored) => {
      this.records++;
      this.sequence = stored.sequence;
      const full = this.#shares.take({ ...stored, atMs: this.log.take(stored) });
      return full ? this.#shares.handOver() : undefined;
    });
    await this.#shares.settle();
    this.readMs += elapsedMs() - startedMs;
    this.log.expectEndsReadable();
  }

  /** What actors say differently of the same units may be a message that was under way at the log's end: then all heads are read again. */
  async explain(): Promise<void> {
    const awaited = await this.#shares.awaited();
    if (awaited.length === 0) return;
    const way = new OnTheWay(awaited);
    let taken = 0;
    await this.#read("messages under way", { after: 0, until: this.sequence }, (stored) => {
      way.take(stored);
      return ++taken % restEvery === 0 ? Promise.resolve() : undefined;
    });
    await this.#shares.explain(way.explained());
  }

  /** What rows were made of and the log does not hold will never come. */
  async #readAsFarAs(until: number): Promise<void> {
    const { lastSequence } = await this.#broker.info(streamNames.events);
    if (until <= lastSequence) return await this.readTo(until);
    throw new Fault(
      "log.lost",
      `Cannot verify: rows were made of record ${until}, and the log ends at ${lastSequence}`,
    );
  }

  /** `take` returns a promise where a stretch of work is over. */
  async #read(what: string, { after, until }: Stretch, take: Take): Promise<void> {
    const { progress, rest, signal, elapsedMs } = this.#options;
    progress?.begin(what, until - after);
    let workedMs = 0, read = after;
    try {
      for await (const stored of readFrom(this.#broker, after + 1, signal)) {
        const startedMs = elapsedMs(), over = take(stored);
        progress?.step(stored.sequence - read);
        read = stored.sequence;
        if (over !== undefined) await over;
        workedMs += elapsedMs() - startedMs;
        if (read >= until) return;
        signal?.throwIfAborted();
        if (over === undefined) continue;
        await rest?.(workedMs);
        workedMs = 0;
      }
    } finally {
      progress?.end();
    }
    throw new Fault("log.unavailable", "Cannot read the log to its end: the reader stopped");
  }

  /** Snapshots and rows of the sampled actors with their events; returns how many actors these are. */
  async compare(): Promise<number> {
    const { sql, signal, rest, elapsedMs } = this.#options, broker = this.#broker, shares = this.#shares;
    const stored = await readMap(broker),
      map = stored?.map ?? partitionMap([{ partition: 0, range: [0, 1024] }]);
    const rows = sql && await readRows(sql, map, await shares.sampled());
    // Rows may be further on by now than the log was when it was read.
    if (rows) await this.#readAsFarAs(rows.until);
    const actors = await shares.sampled();
    for (let from = 0; from < actors.length; from += comparedAtOnceMax) {
      const startedMs = elapsedMs(), some = actors.slice(from, from + comparedAtOnceMax);
      const snapshots = await snapshotsOf(broker, map, some);
      await shares.compare(some.map((actor) => seen(actor, snapshots.get(actor), rows?.of(actor))));
      signal?.throwIfAborted();
      await rest?.(elapsedMs() - startedMs);
    }
    return actors.length;
  }
}

const seen = (actor: ActorId, snapshot?: SnapshotSeen, rows?: RowsOfActor): Seen => ({
  actor,
  ...(snapshot && { snapshot }),
  ...(rows && { rows }),
});
