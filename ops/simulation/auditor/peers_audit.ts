import type { ActorId } from "../../../actors/ids.ts";
import type { Mark, TurnRecord } from "../../../streams/record.ts";
import { promised } from "./violation.ts";

/** What partitions say to each other, as all their records say it. */
export class Said {
  readonly #hashes: string[] = [""];
  readonly #sends: { readonly sequence: number; readonly partition: number; readonly to: ActorId }[] = [];

  note(sequence: number, hash: string, { partition, sends }: TurnRecord): void {
    this.#hashes[sequence] = hash;
    for (const { to } of sends) this.#sends.push({ sequence, partition, to });
  }
  hashAt(sequence: number): string | undefined {
    return this.#hashes[sequence];
  }
  /** How many messages for actors of this partition lie after the mark. */
  untaken(partition: number, after: number, partitionOf: (actor: ActorId) => number): number {
    return this.#sends.filter(({ sequence, to }) => sequence > after && partitionOf(to) === partition).length;
  }
}

/** How far one partition has taken what others say. */
export class PeersAudit {
  readonly #said: Said;
  #taken = 0;

  constructor(said: Said) {
    this.#said = said;
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
