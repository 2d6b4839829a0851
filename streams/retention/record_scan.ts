import { Buffer } from "node:buffer";
import type { Stored } from "../broker/broker.ts";
import { decodeRecord } from "../host/decode.ts";
import { recordFormat, type TurnRecord } from "../record.ts";
import { commandsPassed, type Wanted, wantedOf } from "./personal_message.ts";

/** What the copier needs to know of a record. */
export interface Scanned {
  /** The sequence of the record before it. */
  readonly previous: number;
  /** Everything in COMMANDS up to this sequence is in this record or an earlier one. */
  readonly passed: number;
  readonly wanted: readonly Wanted[];
}

type Head = Pick<TurnRecord, "format" | "previous" | "read">;

/**
 * Most records accept nothing personal, and parsing them all once more would cost the turns their CPU: where the mark of a personal
 * part does not occur, only the head is parsed, which stands in front of the inputs. What looks unusual is parsed whole.
 */
export function scanRecord(stored: Stored): Scanned {
  const bytes = Buffer.from(stored.payload.buffer, stored.payload.byteOffset, stored.payload.byteLength);
  const head = bytes.includes('"personal":true') ? undefined : headOf(bytes);
  if (head === undefined) {
    const record = decodeRecord(stored);
    return { previous: record.previous.sequence, passed: commandsPassed(record), wanted: wantedOf(record) };
  }
  return { previous: head.previous.sequence, passed: commandsPassed(head), wanted: [] };
}

/** Undefined when the record does not begin as ours do. Quotes within strings are escaped, so the mark can only be a name. */
export function headOf(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf(',"inputs":[');
  if (end < 0) return undefined;
  try {
    const head = JSON.parse(`${bytes.toString("utf8", 0, end)}}`) as Partial<Head> | null;
    const { format, previous, read } = head ?? {};
    if (format !== recordFormat || typeof previous?.sequence !== "number") return undefined;
    return read?.commands === undefined ? undefined : { format, previous, read };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // The mark stood deeper inside; the record is parsed whole.
    throw error;
  }
}
