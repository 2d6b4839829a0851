import { type ActorId, bucketOf } from "../../../actors/ids.ts";
import type { MemoryRows } from "../../../projections/model/memory_rows.ts";
import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { hashOf } from "../../../streams/hash.ts";
import type { PartitionMap } from "../../../streams/partition_map.ts";
import { type ReplyPack, streamNames, subjects, type TurnRecord } from "../../../streams/record.ts";
import { Accepted } from "./accepted.ts";
import { CallbacksAudit } from "./callbacks_audit.ts";
import { ActorsAudit } from "./actors_audit.ts";
import { AnswersAudit } from "./answers_audit.ts";
import { type Known, LogAudit } from "./log_audit.ts";
import { OwnersAudit } from "./owners_audit.ts";
import { Said } from "./peers_audit.ts";
import { RowsAudit } from "./rows_audit.ts";
import { auditSettled } from "./settled_audit.ts";
import { SplitsAudit } from "./splits_audit.ts";
import { ToldAudit } from "./told_audit.ts";
import { promised } from "./violation.ts";

interface AuditorOptions {
  readonly server: MemoryServer;
  /** The partitions that the log begins with. */
  readonly map: PartitionMap;
  /** The world's true time, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** How wrong a host's clock may be, at first. */
  readonly clockToleranceMs: number;
  readonly rows: MemoryRows;
}

/**
 * Reads what the server has stored, and what is said, and nothing else: it knows the promises and the pure actors, and trusts nobody's
 * word for the rest.
 */
export class Auditor {
  readonly owners: OwnersAudit;
  readonly told = new ToldAudit();
  readonly #options: AuditorOptions;
  readonly #known: Known;
  readonly #logs = new Map<number, LogAudit>();
  readonly #answers: AnswersAudit;
  readonly #splits: SplitsAudit;
  readonly #replies: ReplyPack[] = [];
  readonly #rows: RowsAudit;
  readonly #callbacks: CallbacksAudit;
  #seen = 0;

  constructor(options: AuditorOptions) {
    this.#options = options;
    const { server, clockToleranceMs, rows, map, nowMs } = options;
    const accepted = new Accepted(server), callbacks = this.#callbacks = new CallbacksAudit(server);
    const actors = new ActorsAudit(callbacks);
    this.#known = { accepted, actors, said: new Said(), clockToleranceMs };
    for (const { partition, range } of map.partitions) this.#add(new LogAudit(partition, range, this.#known));
    this.#answers = new AnswersAudit(accepted, actors);
    this.#splits = new SplitsAudit(server, this.#logs, nowMs);
    this.#rows = new RowsAudit(rows, actors, (actor) => this.#logOf(actor));
    this.owners = new OwnersAudit(nowMs);
    server.connect().receive(subjects.replies("*"), (payload) => {
      this.#replies.push(JSON.parse(new TextDecoder().decode(payload)) as ReplyPack);
    });
  }

  get counts() {
    return { records: this.#seen, answers: this.#answers.count, partitions: this.#logs.size };
  }

  /** After every step: what is new. */
  look(): void {
    const stream = this.#options.server.stream(streamNames.events), { said } = this.#known;
    this.#callbacks.look();
    while (this.#seen < stream.lastSequence) {
      const stored = stream.at(++this.#seen);
      promised("loss", stored !== undefined, () => `record ${this.#seen} is gone`);
      const record = JSON.parse(new TextDecoder().decode(stored.payload)) as TurnRecord;
      const log = this.#logs.get(Number(stored.subject.slice("events.".length)));
      promised("whole", log !== undefined, () => `record ${this.#seen} is of no partition`);
      const child = log.record(stored, record);
      if (child) this.#add(child);
      said.note(stored.sequence, hashOf(stored.payload), record);
    }
    this.#rows.look();
    for (const pack of this.#replies.splice(0)) this.#answers.replied(this.#logs.get(pack.partition), pack);
  }

  /** There is a clock that is so wrong. */
  tolerate(clockMs: number): void {
    this.#known.clockToleranceMs = Math.max(this.#known.clockToleranceMs, clockMs);
  }

  /** From now on nothing gets in the way of what was asked for. */
  calm(): void {
    this.#splits.calm();
  }

  /** Nothing is left to be done: why not, if something is. */
  unsettled(): string | undefined {
    const common = this.#splits.unsettled() ?? this.#callbacks.unsettled();
    if (common !== undefined) return common;
    for (const log of this.#logs.values()) {
      const why = this.#unsettledIn(log);
      if (why !== undefined) return why;
    }
    return undefined;
  }
  end(): void {
    const { actors } = this.#known;
    auditSettled(actors, this.#options.nowMs());
    actors.shipments.end(actors, this.#callbacks);
    actors.money.end();
  }

  #unsettledIn({ partition, owns, waiting, taken, last, timers }: LogAudit): string | undefined {
    const { accepted, said } = this.#known;
    accepted.look();
    const undecided = accepted.undecided(owns);
    if (undecided > 0) return `${undecided} accepted commands of ${partition} are not decided`;
    if (waiting.length > 0) return `${waiting.length} messages wait in partition ${partition}`;
    const untaken = said.untaken(taken, owns);
    if (untaken > 0) return `${untaken} messages to partition ${partition} are not taken`;
    const behind = this.#rows.behind(partition);
    if (behind < last) return `rows of partition ${partition} are at ${behind} of ${last}`;
    const [overdue] = timers.overdue(this.#options.nowMs());
    return overdue === undefined ? undefined : `a timer has not fired: ${overdue}`;
  }

  #add(log: LogAudit): void {
    promised("whole", !this.#logs.has(log.partition), () => `partition ${log.partition} begins twice`);
    this.#logs.set(log.partition, log);
  }
  #logOf(actor: ActorId): LogAudit {
    const bucket = bucketOf(actor);
    return [...this.#logs.values()].find(({ range: [from, to] }) => from <= bucket && bucket < to)!;
  }
}
