import type { ActorId } from "../../../actors/ids.ts";
import type { CommandMark, TurnRecord } from "../../../streams/record.ts";
import type { Accepted } from "./accepted.ts";
import type { Said } from "./peers_audit.ts";
import { promised } from "./violation.ts";

/** A command that a record took. */
export interface Taken {
  readonly id: string;
  readonly to: ActorId;
  readonly at: readonly [sequence: number, index: number];
  /** False: it was for somebody else by now. */
  readonly decided: boolean;
}

/** How far the records of one partition have taken what was sent to it: exactly what came next, in order. */
export class CommandsAudit {
  readonly #accepted: Accepted;
  readonly #said: Said;
  readonly #partition: number;
  #next = 0;
  #taken = 0;

  constructor(accepted: Accepted, said: Said, partition: number) {
    this.#accepted = accepted;
    this.#said = said;
    this.#partition = partition;
  }

  /** What the record decided, and what it passed on; checked against what was sent to the partition and what was passed on to it. */
  record(where: string, { inputs, sends, read }: TurnRecord): readonly Taken[] {
    this.#accepted.look();
    const taken: Taken[] = [];
    for (const { id, to, at, command } of inputs) {
      if (at !== undefined && command !== undefined) taken.push({ id, to, at, decided: true });
    }
    for (const { cause: { id, at }, to, asker } of sends) {
      if (asker === undefined) continue;
      promised(
        "accepted",
        asker.id === id && at !== undefined,
        () => `${where} passes on ${id}, not ${asker.id}`,
      );
      taken.push({ id, to, at, decided: false });
    }
    const ours = taken.filter(({ at: [sequence] }) =>
      this.#accepted.partitionAt(sequence) === this.#partition
    );
    ours.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
    for (const one of ours) this.#take(where, one);
    this.#checkRead(where, read.commands);
    for (const one of taken) {
      if (!ours.includes(one)) this.#said.deliver(where, one);
      if (one.decided) this.#accepted.decided(one.id);
    }
    return taken;
  }

  #take(where: string, { id, to, at }: Taken): void {
    const pack = this.#accepted.packsOf(this.#partition)[this.#next], next = pack?.commands[this.#taken];
    const right = next !== undefined && next.id === id && next.to === to && at[0] === pack?.sequence &&
      at[1] === this.#taken;
    promised(
      "accepted",
      right,
      () => `${where} takes ${id} of ${at}, but ${next?.id} at ${pack?.sequence} comes next`,
    );
    this.#taken += 1;
    if (this.#taken < pack!.commands.length) return;
    this.#next += 1;
    this.#taken = 0;
  }

  #checkRead(where: string, read: CommandMark): void {
    const packs = this.#accepted.packsOf(this.#partition);
    const partly = this.#taken > 0, pack = packs[partly ? this.#next : this.#next - 1];
    const taken = partly ? this.#taken : pack?.commands.length ?? 0;
    const right = read.sequence === (pack?.sequence ?? 0) && read.hash === (pack?.hash ?? "") &&
      read.taken === taken;
    promised(
      "accepted",
      right,
      () => `${where} says it read ${read.taken} of ${read.sequence}, but took ${taken} of ${pack?.sequence}`,
    );
  }
}
