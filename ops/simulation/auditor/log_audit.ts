import type { Stored } from "../../../streams/broker/broker.ts";
import { hashOf } from "../../../streams/hash.ts";
import type { Mark, Pending, TurnRecord } from "../../../streams/record.ts";
import type { ActorsAudit } from "./actors_audit.ts";
import type { CommandsAudit } from "./commands_audit.ts";
import type { PeersAudit } from "./peers_audit.ts";
import { TimersAudit } from "./timers_audit.ts";
import { promised } from "./violation.ts";

export interface Decided {
  readonly sequence: number;
  readonly atMs: number;
  /** The outcome of each command that has one in this record. */
  readonly results: ReadonlyMap<string, string>;
}

/** One partition's log, record by record, from the beginning. */
export class LogAudit {
  readonly timers = new TimersAudit();
  readonly #partition: number;
  readonly #peers: PeersAudit;
  readonly #commands: CommandsAudit;
  readonly #actors: ActorsAudit;
  readonly #toleranceMs: number;
  readonly #turns = new Set<string>();
  readonly #decided = new Map<number, Decided>();
  #head: Mark = { sequence: 0, hash: "" };
  #atMs = 0;
  #waiting: readonly Pending[] = [];

  constructor(
    partition: number,
    commands: CommandsAudit,
    actors: ActorsAudit,
    toleranceMs: number,
    peers: PeersAudit,
  ) {
    this.#peers = peers;
    this.#partition = partition;
    this.#commands = commands;
    this.#actors = actors;
    this.#toleranceMs = toleranceMs;
  }

  get head(): Mark {
    return this.#head;
  }
  get waiting(): readonly Pending[] {
    return this.#waiting;
  }
  decidedAt(sequence: number): Decided | undefined {
    return this.#decided.get(sequence);
  }

  record(stored: Stored, record: TurnRecord): void {
    const where = `record ${stored.sequence} (${record.turn})`;
    this.#checkChain(where, record);
    this.#checkDead(where, record);
    const asked = record.inputs.filter(({ at, command }) => at !== undefined && command !== undefined);
    this.#commands.decided(where, asked, record.read.commands);
    this.timers.check(where, record, this.#commands.oldestUndecidedMs, this.#toleranceMs);
    this.#actors.fold(where, stored.sequence, record.entries);
    this.#checkQueue(where, record);
    this.#peers.check(where, stored.sequence, record.read.peers);
    this.#noteResults(where, stored.sequence, record, asked.map(({ id }) => id));
    this.#head = { sequence: stored.sequence, hash: hashOf(stored.payload) };
  }

  #checkChain(where: string, record: TurnRecord): void {
    const { previous, turn, epoch, atMs, partition } = record, head = this.#head;
    promised("whole", partition === this.#partition, () => `${where} is of partition ${partition}`);
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
  #checkQueue(where: string, { took, out }: TurnRecord): void {
    promised(
      "whole",
      took <= this.#waiting.length,
      () => `${where} took ${took} of ${this.#waiting.length} waiting`,
    );
    this.#waiting = this.#waiting.slice(took).concat(out);
  }
  #noteResults(where: string, sequence: number, record: TurnRecord, asked: readonly string[]): void {
    const results = new Map(record.results.map(({ id, outcome }) => [id, outcome]));
    for (const id of asked) {
      promised("accepted", results.has(id), () => `${where} decided ${id} without a result`);
    }
    this.#decided.set(sequence, { sequence, atMs: record.atMs, results });
  }
}
