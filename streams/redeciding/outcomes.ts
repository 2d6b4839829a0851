import type { ActorId } from "../../actors/ids.ts";
import type { TurnRecord } from "../record.ts";
import type { Given } from "./arrivals_of.ts";
import type { Side } from "./courses.ts";

/** A command that is answered otherwise than it was. */
export interface ChangedOutcome {
  readonly id: string;
  readonly to: ActorId;
  readonly type: string;
  readonly partition: number;
  readonly sequence: number;
  readonly atMs: number;
  readonly recorded: string;
  readonly decided: string;
}
type Asked = Omit<ChangedOutcome, "recorded" | "decided"> & { [S in Side]?: string };

/** What commands from outside were answered, and are answered now. Who is only told `later` may be told in a later turn. */
export class Outcomes {
  commands = 0;
  readonly #open = new Map<string, Asked>();
  readonly #changed: (change: ChangedOutcome) => void;

  constructor(changed: (change: ChangedOutcome) => void) {
    this.#changed = changed;
  }

  /** Commands that a turn is given. */
  asked({ steps }: Given, { partition, atMs }: TurnRecord, sequence: number): void {
    for (const step of steps) {
      if (!("incoming" in step) || !("packed" in step.incoming)) continue;
      const { id, to, command: { type } } = step.incoming.packed;
      this.commands++;
      this.#open.set(id, { id, to, type, partition, sequence, atMs });
    }
  }

  told(side: Side, results: TurnRecord["results"]): void {
    for (const { id, outcome } of results) {
      const asked = this.#open.get(id);
      if (!asked || outcome === "later" || outcome === "passed-on") continue;
      asked[side] = outcome;
      const { recorded, decided } = asked;
      if (recorded === undefined || decided === undefined) continue;
      this.#open.delete(id);
      if (recorded !== decided) this.#changed({ ...asked, recorded, decided });
    }
  }

  /** Commands with an answer now and none that is recorded, or the other way round. */
  get unanswered(): { readonly onlyRecorded: number; readonly onlyDecided: number } {
    const open = [...this.#open.values()];
    return {
      onlyRecorded: open.filter(({ recorded }) => recorded !== undefined).length,
      onlyDecided: open.filter(({ decided }) => decided !== undefined).length,
    };
  }
}
