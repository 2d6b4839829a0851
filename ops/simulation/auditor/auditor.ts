import type { MemoryServer } from "../../../streams/broker/memory.ts";
import { type ReplyPack, streamNames, subjects } from "../../../streams/record.ts";
import { ActorsAudit } from "./actors_audit.ts";
import { AnswersAudit } from "./answers_audit.ts";
import { CommandsAudit } from "./commands_audit.ts";
import { LogAudit } from "./log_audit.ts";
import { auditSettled } from "./settled_audit.ts";
import { promised } from "./violation.ts";

interface AuditorOptions {
  readonly server: MemoryServer;
  /** The world's true time, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** How wrong a host's clock may be. */
  readonly clockToleranceMs: number;
}

/**
 * Reads what the server has stored, and what is said, and nothing else: it knows the promises and the pure actors, and trusts nobody's
 * word for the rest.
 */
export class Auditor {
  readonly #options: AuditorOptions;
  readonly #actors = new ActorsAudit();
  readonly #commands: CommandsAudit;
  readonly #log: LogAudit;
  readonly #answers: AnswersAudit;
  readonly #replies: ReplyPack[] = [];
  #seen = 0;

  constructor(options: AuditorOptions) {
    this.#options = options;
    const { server, clockToleranceMs } = options;
    this.#commands = new CommandsAudit(server, 0);
    this.#log = new LogAudit(0, this.#commands, this.#actors, clockToleranceMs);
    this.#answers = new AnswersAudit(this.#commands, this.#actors, this.#log);
    server.connect().receive(subjects.replies("*"), (payload) => {
      this.#replies.push(JSON.parse(new TextDecoder().decode(payload)) as ReplyPack);
    });
  }

  get counts() {
    return { records: this.#seen, answers: this.#answers.count };
  }
  get head(): number {
    return this.#log.head.sequence;
  }

  /** After every step: what is new. */
  look(): void {
    const stream = this.#options.server.stream(streamNames.events);
    while (this.#seen < stream.lastSequence) {
      const stored = stream.at(++this.#seen);
      promised("loss", stored !== undefined, () => `record ${this.#seen} is gone`);
      this.#log.record(stored);
    }
    for (const pack of this.#replies.splice(0)) this.#answers.replied(pack);
  }

  /** Nothing is left to be done: why not, if something is. */
  unsettled(): string | undefined {
    this.#commands.look();
    if (this.#commands.undecided > 0) return `${this.#commands.undecided} accepted commands are not decided`;
    if (this.#log.waiting.length > 0) return `${this.#log.waiting.length} messages wait`;
    const [overdue] = this.#log.timers.overdue(this.#options.nowMs());
    return overdue === undefined ? undefined : `a timer has not fired: ${overdue}`;
  }
  end(): void {
    auditSettled(this.#actors, this.#options.nowMs());
  }
}
