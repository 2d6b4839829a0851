import type { ActorId } from "../../../actors/ids.ts";
import type { Taken } from "./commands_audit.ts";
import { promised } from "./violation.ts";

/** Commands on one actor are decided in the order in which they were accepted, whichever partition they were sent to. */
export class OrderAudit {
  readonly #last = new Map<ActorId, Taken["at"]>();

  note(where: string, { id, to, at, decided }: Taken): void {
    if (!decided) return;
    const [sequence, index] = at, [last, lastIndex] = this.#last.get(to) ?? [0, 0];
    promised(
      "linear",
      sequence > last || (sequence === last && index > lastIndex),
      () =>
        `${where} decides ${id} for ${to}, accepted at ${at}, behind what was accepted at ${last},${lastIndex}`,
    );
    this.#last.set(to, at);
  }
}
