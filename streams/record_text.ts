import { Buffer } from "node:buffer";
import type { Stored } from "./broker/broker.ts";
import { Fault } from "./faults.ts";
import { type Entry, recordFormat, type RecordHead, type Result, type TurnRecord } from "./record.ts";

/**
 * A turn record as text: JSON, in which every input and every entry stands on a line of its own behind the head. JSON escapes line
 * breaks within strings, so a reader that needs the entries of one kind only may pick their lines without parsing the rest, which is
 * most of a record.
 */
export function encodeRecord(
  head: RecordHead,
  inputs: readonly string[],
  results: readonly Result[],
  entries: readonly string[],
): Uint8Array {
  return encoder.encode(
    `${JSON.stringify(head).slice(0, -1)}${inputsMark}\n${inputs.join(",\n")}\n],"results":${
      JSON.stringify(results)
    },"entries":[\n${entries.join(",\n")}\n]}`,
  );
}

/** Reads a record; a format that this code does not know stops the reader. */
export function decodeRecord(stored: Stored): TurnRecord {
  return checked(stored, parse(stored, utf8.decode(stored.payload)) as TurnRecord);
}

/** The record with those entries alone whose actors are of this kind, and without inputs and results. */
export function decodeRecordOf(stored: Stored, kind: string): TurnRecord {
  const text = utf8.decode(stored.payload);
  const end = text.indexOf(`${inputsMark}\n`);
  if (end < 0) return onlyOf(decodeRecord(stored), kind); // Not written by us as we write now.
  const start = `{"actor":"${kind}:`;
  const lines: string[] = [];
  for (let from = end; from > 0;) {
    const to = text.indexOf("\n", from);
    const lineEnd = to < 0 ? text.length : to;
    if (text.startsWith(start, from)) {
      lines.push(text.slice(from, text[lineEnd - 1] === "," ? lineEnd - 1 : lineEnd));
    }
    from = to + 1;
  }
  const head = checked(stored, parse(stored, `${text.slice(0, end)}}`) as RecordHead);
  return { ...head, inputs: [], results: [], entries: parse(stored, `[${lines.join(",")}]`) as Entry[] };
}

/** The head of a record that begins as ours do, parsed alone; undefined for any other. */
export function headOf(payload: Uint8Array): RecordHead | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const end = bytes.indexOf(inputsMark);
  if (end < 0) return undefined;
  try {
    const head = JSON.parse(`${bytes.toString("utf8", 0, end)}}`) as RecordHead;
    return head.format === recordFormat ? head : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // The mark stood deeper inside.
    throw error;
  }
}

/** Ends the head. Quotes within strings are escaped, so it can only be a name. */
const inputsMark = ',"inputs":[';
const encoder = new TextEncoder();
// Not fatal, which costs five times as much: bytes that are no UTF-8 break the chain at the next record at the latest.
const utf8 = new TextDecoder();

const onlyOf = (record: TurnRecord, kind: string): TurnRecord => ({
  ...record,
  inputs: [],
  results: [],
  entries: record.entries.filter(({ actor }) => actor.startsWith(`${kind}:`)),
});

function parse({ subject, sequence }: Stored, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault("record.undecodable", `Cannot read ${subject} at ${sequence}: it is not JSON`, error);
  }
}

function checked<Head extends RecordHead>({ subject, sequence }: Stored, head: Head): Head {
  if (head?.format === recordFormat) return head;
  throw new Fault(
    "record.undecodable",
    `Cannot read ${subject} at ${sequence}: its format is ${head?.format}, this build reads ${recordFormat}`,
  );
}
