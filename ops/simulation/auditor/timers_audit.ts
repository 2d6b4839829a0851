import type { Input, TurnRecord } from "../../../streams/record.ts";
import { promised } from "./violation.ts";

const keyOf = (row: { readonly actor: string; readonly name: string }) => `${row.actor} ${row.name}`;

/** The timers that one partition's log has set. */
export class TimersAudit {
  readonly #due = new Map<string, number>();

  /** `acceptedUntilMs`: everything stored before this time had been decided when the record was made. */
  check(where: string, record: TurnRecord, undecidedSinceMs: number, toleranceMs: number): void {
    for (const input of record.inputs) {
      const timer = timerOf(input);
      if (timer === undefined) continue;
      const key = keyOf({ actor: input.to, name: timer.name });
      promised(
        "timers",
        this.#due.get(key) === timer.dueMs,
        () => `${where} fires ${key} of ${timer.dueMs}, but it is ${this.#due.get(key) ?? "not set"}`,
      );
      this.#due.delete(key);
      promised(
        "timers",
        timer.dueMs <= record.atMs,
        () => `${where} fires ${key} ${timer.dueMs - record.atMs} ms too soon`,
      );
      promised(
        "timers",
        undecidedSinceMs + toleranceMs >= timer.dueMs,
        () =>
          `${where} fires ${key} due ${timer.dueMs}, but what was accepted at ${undecidedSinceMs} is not decided`,
      );
    }
    for (const row of record.timers) {
      if (row.dueMs === null) this.#due.delete(keyOf(row));
      else this.#due.set(keyOf(row), row.dueMs);
    }
  }
  /** Those that should have fired by now. */
  overdue(nowMs: number): string[] {
    return [...this.#due].filter(([, dueMs]) => dueMs < nowMs).map(([key, dueMs]) => `${key} due ${dueMs}`);
  }
}

function timerOf({ id, command }: Input): { readonly name: string; readonly dueMs: number } | undefined {
  if (command?.type !== "timer" || !id.startsWith("timer:")) return undefined;
  return command as unknown as { readonly name: string; readonly dueMs: number };
}
