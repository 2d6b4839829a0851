import type { ActorId } from "../../../actors/ids.ts";
import type { Input, TurnRecord } from "../../../streams/record.ts";
import { promised } from "./violation.ts";

interface Due {
  readonly actor: ActorId;
  readonly dueMs: number;
}
const keyOf = (row: { readonly actor: string; readonly name: string }) => `${row.actor} ${row.name}`;

/** The timers that one partition's log has set. */
export class TimersAudit {
  readonly #due: Map<string, Due>;

  constructor(due: ReadonlyMap<string, Due> = new Map()) {
    this.#due = new Map(due);
  }

  /** `undecidedSinceMs`: everything stored before this time had been decided when the record was made. */
  check(where: string, record: TurnRecord, undecidedSinceMs: () => number, toleranceMs: number): void {
    for (const input of record.inputs) {
      const timer = timerOf(input);
      if (timer === undefined) continue;
      const key = keyOf({ actor: input.to, name: timer.name }), dueMs = this.#due.get(key)?.dueMs;
      promised(
        "timers",
        dueMs === timer.dueMs,
        () => `${where} fires ${key} of ${timer.dueMs}, but it is ${dueMs ?? "not set"}`,
      );
      this.#due.delete(key);
      promised(
        "timers",
        timer.dueMs <= record.atMs,
        () => `${where} fires ${key} ${timer.dueMs - record.atMs} ms too soon`,
      );
      const sinceMs = undecidedSinceMs();
      promised(
        "timers",
        sinceMs + toleranceMs >= timer.dueMs,
        () => `${where} fires ${key} due ${timer.dueMs}, but what was accepted at ${sinceMs} is not decided`,
      );
    }
    for (const { actor, name, dueMs } of record.timers) {
      if (dueMs === null) this.#due.delete(keyOf({ actor, name }));
      else this.#due.set(keyOf({ actor, name }), { actor, dueMs });
    }
  }
  /** Takes the timers of these actors away. */
  giveAway(moved: (actor: ActorId) => boolean): TimersAudit {
    const given = [...this.#due].filter(([, { actor }]) => moved(actor));
    for (const [key] of given) this.#due.delete(key);
    return new TimersAudit(new Map(given));
  }
  /** Those that should have fired by now. */
  overdue(nowMs: number): string[] {
    return [...this.#due].filter(([, { dueMs }]) => dueMs < nowMs).map(([key, { dueMs }]) =>
      `${key} due ${dueMs}`
    );
  }
}

function timerOf({ id, command }: Input): { readonly name: string; readonly dueMs: number } | undefined {
  if (command?.type !== "timer" || !id.startsWith("timer:")) return undefined;
  return command as unknown as { readonly name: string; readonly dueMs: number };
}
