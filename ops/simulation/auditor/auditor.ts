import type { ActorId } from "../../../actors/ids.ts";
import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { hashOf } from "../../../streams/hash.ts";
import { type ReplyPack, streamNames, subjects, type TurnRecord } from "../../../streams/record.ts";
import { ActorsAudit } from "./actors_audit.ts";
import { AnswersAudit } from "./answers_audit.ts";
import { CommandsAudit } from "./commands_audit.ts";
import { LogAudit } from "./log_audit.ts";
import { OwnersAudit } from "./owners_audit.ts";
import { RowsAudit } from "./rows_audit.ts";
import type { MemoryRows } from "../../../projections/model/memory_rows.ts";
import { PeersAudit, Said } from "./peers_audit.ts";
import { auditSettled } from "./settled_audit.ts";
import { promised } from "./violation.ts";

interface AuditorOptions {
  readonly server: MemoryServer;
  readonly partitions: number;
  readonly partitionOf: (actor: ActorId) => number;
  /** The world's true time, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** How wrong a host's clock may be. */
  readonly clockToleranceMs: number;
  readonly rows: MemoryRows;
}
interface PartitionAudit {
  readonly commands: CommandsAudit;
  readonly log: LogAudit;
  readonly answers: AnswersAudit;
  readonly peers: PeersAudit;
}

/**
 * Reads what the server has stored, and what is said, and nothing else: it knows the promises and the pure actors, and trusts nobody's
 * word for the rest.
 */
export class Auditor {
  readonly #options: AuditorOptions;
  readonly #actors = new ActorsAudit();
  readonly #said = new Said();
  readonly #partitions: readonly PartitionAudit[];
  readonly #replies: ReplyPack[] = [];
  readonly #rows: RowsAudit;
  readonly owners: OwnersAudit;
  #seen = 0;

  constructor(options: AuditorOptions) {
    this.#options = options;
    const { server, partitions, clockToleranceMs, rows, partitionOf } = options;
    this.#rows = new RowsAudit(rows, this.#actors, (actor) => partitionOf(actor as ActorId));
    this.owners = new OwnersAudit(options.nowMs);
    this.#partitions = Array.from({ length: partitions }, (_, partition) => {
      const commands = new CommandsAudit(server, partition), peers = new PeersAudit(this.#said);
      const log = new LogAudit(partition, commands, this.#actors, clockToleranceMs, peers);
      return { commands, log, peers, answers: new AnswersAudit(commands, this.#actors, log) };
    });
    server.connect().receive(subjects.replies("*"), (payload) => {
      this.#replies.push(JSON.parse(new TextDecoder().decode(payload)) as ReplyPack);
    });
  }

  get counts() {
    const answers = this.#partitions.reduce((sum, { answers }) => sum + answers.count, 0);
    return { records: this.#seen, answers };
  }

  /** After every step: what is new. */
  look(): void {
    const stream = this.#options.server.stream(streamNames.events);
    while (this.#seen < stream.lastSequence) {
      const stored = stream.at(++this.#seen);
      promised("loss", stored !== undefined, () => `record ${this.#seen} is gone`);
      const record = JSON.parse(new TextDecoder().decode(stored.payload)) as TurnRecord;
      const audit = this.#partitions[Number(stored.subject.slice("events.".length))]!;
      audit.log.record(stored, record);
      this.#said.note(stored.sequence, hashOf(stored.payload), record);
    }
    this.#rows.look();
    for (const pack of this.#replies.splice(0)) this.#partitions[pack.partition]!.answers.replied(pack);
  }

  /** Nothing is left to be done: why not, if something is. */
  unsettled(): string | undefined {
    const { nowMs, partitionOf } = this.#options;
    for (const [partition, { commands, log, peers }] of this.#partitions.entries()) {
      commands.look();
      if (commands.undecided > 0) {
        return `${commands.undecided} accepted commands of ${partition} are not decided`;
      }
      if (log.waiting.length > 0) return `${log.waiting.length} messages wait in partition ${partition}`;
      const untaken = this.#said.untaken(partition, peers.taken, partitionOf);
      if (untaken > 0) return `${untaken} messages to partition ${partition} are not taken`;
      const behind = this.#rows.behind(partition);
      if (behind < log.head.sequence) {
        return `rows of partition ${partition} are at ${behind} of ${log.head.sequence}`;
      }
      const [overdue] = log.timers.overdue(nowMs());
      if (overdue !== undefined) return `a timer has not fired: ${overdue}`;
    }
    return undefined;
  }
  end(): void {
    auditSettled(this.#actors, this.#options.nowMs());
  }
}
