import type { ActorId } from "../../../actors/ids.ts";
import type { Stored } from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import { within } from "../../../streams/host/partition_state.ts";
import type { BucketRange, Mark, Pending, TurnRecord } from "../../../streams/record.ts";
import type { Accepted } from "./accepted.ts";
import type { ActorsAudit } from "./actors_audit.ts";
import { CommandsAudit, type Taken } from "./commands_audit.ts";
import { PeersAudit, type Said } from "./peers_audit.ts";
import { TimersAudit } from "./timers_audit.ts";
import { promised } from "./violation.ts";

export interface Decided {
  readonly sequence: number;
  readonly atMs: number;
  /** The outcome of each command that has one in this record. */
  readonly results: ReadonlyMap<string, string>;
}

/** What the logs of all partitions are held against. */
export interface Known {
  readonly accepted: Accepted;
  readonly said: Said;
  readonly actors: ActorsAudit;
  /** How wrong a host's clock is, at most. */
  clockToleranceMs: number;
}

/** The record of another partition that a log begins behind. */
export interface Origin {
  readonly parent: LogAudit;
  readonly split: Mark;
  readonly atMs: number;
  /** How far what others say had been taken. */
  readonly taken: number;
  readonly waiting: readonly Pending[];
  readonly timers: TimersAudit;
}

/** One partition's log, record by record, from the beginning. */
export class LogAudit {
  readonly partition: number;
  readonly origin: Origin | undefined;
  readonly timers: TimersAudit;
  readonly #known: Known;
  readonly #peers: PeersAudit;
  readonly #commands: CommandsAudit;
  readonly #turns = new Set<string>();
  readonly #decided = new Map<number, Decided>();
  #range: BucketRange;
  #head: Mark;
  #atMs: number;
  #waiting: readonly Pending[];

  constructor(partition: number, range: BucketRange, known: Known, origin?: Origin) {
    this.partition = partition;
    this.origin = origin;
    this.timers = origin?.timers ?? new TimersAudit();
    this.#known = known;
    this.#peers = new PeersAudit(known.said, origin?.taken);
    this.#commands = new CommandsAudit(known.accepted, known.said, partition);
    this.#range = range;
    this.#head = origin?.split ?? { sequence: 0, hash: "" };
    this.#atMs = origin?.atMs ?? 0;
    this.#waiting = origin?.waiting ?? [];
  }

  get head(): Mark {
    return this.#head;
  }
  /** The last record of its own. */
  get last(): number {
    return this.#decided.size === 0 ? 0 : this.#head.sequence;
  }
  get range(): BucketRange {
    return this.#range;
  }
  get waiting(): readonly Pending[] {
    return this.#waiting;
  }
  /** How far it has taken what others say. */
  get taken(): number {
    return this.#peers.taken;
  }
  readonly owns = (actor: ActorId): boolean => within(this.#range)(actor);

  decidedAt(sequence: number): Decided | undefined {
    return this.#decided.get(sequence);
  }

  /** The log that begins behind this record, if it gave buckets away. */
  record(stored: Stored, record: TurnRecord): LogAudit | undefined {
    const where = `record ${stored.sequence} (${record.turn})`, { sequence } = stored;
    const { accepted, actors, clockToleranceMs } = this.#known;
    this.#checkChain(where, record);
    this.#checkDead(where, record);
    this.#checkPlace(where, record);
    const taken = this.#commands.record(where, record);
    for (const one of taken) actors.order.note(where, one);
    const undecidedSinceMs = () => accepted.oldestUndecidedMs(this.owns);
    this.timers.check(where, record, undecidedSinceMs, clockToleranceMs);
    actors.fold(where, sequence, record.entries);
    this.#checkQueue(where, record);
    this.#peers.check(where, sequence, record.read.peers);
    this.#noteResults(where, sequence, record, taken);
    this.#head = { sequence, hash: hashOf(stored.payload) };
    return record.split && this.#giveAway(where, record.split);
  }

  #checkChain(where: string, record: TurnRecord): void {
    const { previous, turn, epoch, atMs, partition } = record, head = this.#head;
    promised("whole", partition === this.partition, () => `${where} is of partition ${partition}`);
    promised(
      "whole",
      previous.sequence === head.sequence && previous.hash === head.hash,
      () => `${where} follows ${previous.sequence}, but ${head.sequence} is there`,
    );
    promised("whole", !this.#turns.has(turn), () => `${where} is stored twice`);
    promised("whole", epoch > 0, () => `${where} has epoch ${epoch}`);
    promised("whole", atMs >= this.#atMs, () => `${where} goes back from ${this.#atMs} to ${atMs}`);
    this.#turns.add(turn);
    this.#atMs = atMs;
  }
  #checkDead(where: string, { dead, parked }: TurnRecord): void {
    promised(
      "defects",
      dead.length === 0 && parked.length === 0,
      () => `${where} could not decide for ${dead[0]?.actor}: ${dead[0]?.error}`,
    );
  }
  /** It decides for its own actors only, and tells those of others. */
  #checkPlace(where: string, { range: [from, to], split, entries, sends }: TurnRecord): void {
    const [first, end] = this.#range, kept = split ? split.range[0] : end;
    promised(
      "whole",
      from === first && to === kept,
      () => `${where} owns ${from}-${to}, not ${first}-${kept}`,
    );
    for (const { actor } of entries) {
      promised("whole", this.owns(actor), () => `${where} decides for ${actor}`);
    }
    for (const { to } of sends) {
      promised("messages", !this.owns(to), () => `${where} sends what is for its ${to}`);
    }
  }
  #checkQueue(where: string, { took, out }: TurnRecord): void {
    promised(
      "whole",
      took <= this.#waiting.length,
      () => `${where} took ${took} of ${this.#waiting.length} waiting`,
    );
    this.#waiting = this.#waiting.slice(took).concat(out);
  }
  #noteResults(where: string, sequence: number, record: TurnRecord, taken: readonly Taken[]): void {
    const results = new Map(record.results.map(({ id, outcome }) => [id, outcome]));
    for (const { id, decided } of taken) {
      const outcome = results.get(id), right = decided ? outcome !== undefined : outcome === "passed-on";
      promised("accepted", right, () => `${where} took ${id}, its result is ${outcome}`);
    }
    this.#decided.set(sequence, { sequence, atMs: record.atMs, results });
  }

  #giveAway(where: string, { child, range: [from, to] }: NonNullable<TurnRecord["split"]>): LogAudit {
    const [first, end] = this.#range, moved = within([from, to]);
    promised(
      "whole",
      first < from && to === end,
      () => `${where} gives ${from}-${to} of ${first}-${end} away`,
    );
    const waiting = this.#waiting.filter(({ to }) => moved(to)), timers = this.timers.giveAway(moved);
    this.#waiting = this.#waiting.filter(({ to }) => !moved(to));
    this.#range = [first, from];
    const origin = { parent: this, split: this.#head, atMs: this.#atMs, taken: this.taken, waiting, timers };
    return new LogAudit(child, [from, to], this.#known, origin);
  }
}
