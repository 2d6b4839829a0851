import type { ActorId } from "../../../actors/ids.ts";
import type { Mark, TurnRecord } from "../../../streams/record.ts";
import type { Taken } from "./commands_audit.ts";
import { promised } from "./violation.ts";

/** What partitions say to each other, as all their records say it. */
export class Said {
  readonly #hashes: string[] = [""];
  readonly #sends: { readonly sequence: number; readonly partition: number; readonly to: ActorId }[] = [];
  /** Commands that were passed on and not decided. */
  readonly #passedOn = new Map<string, ActorId>();

  note(sequence: number, hash: string, { partition, sends }: TurnRecord): void {
    this.#hashes[sequence] = hash;
    for (const { to, asker } of sends) {
      this.#sends.push({ sequence, partition, to });
      if (asker) this.#passedOn.set(asker.id, to);
    }
  }
  hashAt(sequence: number): string | undefined {
    return this.#hashes[sequence];
  }
  /** How many messages for these actors lie after the mark. */
  untaken(after: number, owns: (actor: ActorId) => boolean): number {
    return this.#sends.filter(({ sequence, to }) => sequence > after && owns(to)).length;
  }
  /** A command was decided by a partition that it was not sent to: it had been passed on, and is decided once. */
  deliver(where: string, { id, to, decided }: Taken): void {
    const right = decided && this.#passedOn.get(id) === to;
    promised("accepted", right, () => `${where} takes ${id} for ${to}, which nobody passed on`);
    this.#passedOn.delete(id);
  }
}

/** How far one partition has taken what others say. */
export class PeersAudit {
  readonly #said: Said;
  #taken: number;

  constructor(said: Said, taken = 0) {
    this.#said = said;
    this.#taken = taken;
  }
  get taken(): number {
    return this.#taken;
  }

  /** Never back, never ahead of the log, never to something that is not there. */
  check(where: string, sequence: number, { sequence: taken, hash }: Mark): void {
    promised(
      "messages",
      taken >= this.#taken,
      () => `${where} goes back from ${this.#taken} to ${taken} in what others say`,
    );
    promised(
      "messages",
      taken < sequence && this.#said.hashAt(taken) === hash,
      () => `${where} took what ${taken} says, which is another record`,
    );
    this.#taken = taken;
  }
}
