import type { Pending } from "../record.ts";

/** A command or message on its way to its actor within a turn. */
export interface Delivery extends Pending {
  /** Index into the record's inputs. */
  readonly input: number;
}

export function pendingOf({ to, from, message, cause, asker }: Delivery): Pending {
  return { to, from, message, cause, ...(asker ? { asker } : {}) };
}
