import type { Stored } from "../broker/broker.ts";
import { decodeRecord, headOf, holds } from "../record_text.ts";
import { commandsPassed, type Wanted, wantedOf } from "./personal_message.ts";

/** What the copier needs to know of a record. */
export interface Scanned {
  /** The sequence of the record before it. */
  readonly previous: number;
  /** Everything in COMMANDS up to this sequence is in this record or an earlier one. */
  readonly passed: number;
  readonly wanted: readonly Wanted[];
}

const personalMark = '"personal":true';

/**
 * Most records accept nothing personal, and parsing them all once more would cost the turns their CPU: where the mark of a personal
 * part does not occur, only the head is parsed, which stands in front of the inputs. What looks unusual is parsed whole.
 */
export function scanRecord(stored: Stored): Scanned {
  const { payload } = stored, head = holds(payload, personalMark) ? undefined : headOf(payload);
  if (head === undefined) {
    const record = decodeRecord(stored);
    return { previous: record.previous.sequence, passed: commandsPassed(record), wanted: wantedOf(record) };
  }
  return { previous: head.previous.sequence, passed: commandsPassed(head), wanted: [] };
}
