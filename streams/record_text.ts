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
    `${JSON.stringify(head).slice(0, -1)}${inputsMark}${inputs.join(between)}\n],"results":${
      JSON.stringify(results)
    }${entriesMark}${entries.join(between)}${recordEnd}`,
  );
}

/** Reads a record; a format that this code does not know stops the reader. */
export function decodeRecord(stored: Stored): TurnRecord {
  return checked(stored, parse(stored, utf8.decode(stored.payload)) as TurnRecord);
}

/** What most readers of the log need of a record. */
export type Happened = RecordHead & Pick<TurnRecord, "entries">;

/** The record without inputs and results, and with those entries alone whose actor is wanted: nothing else is parsed. */
export function decodeEntries(stored: Stored, wanted?: (actor: string) => boolean): Happened {
  const text = utf8.decode(stored.payload);
  const headEnd = text.indexOf(inputsMark), entriesAt = text.indexOf(entriesMark, headEnd);
  if (headEnd < 0 || entriesAt < 0 || !text.endsWith(recordEnd)) {
    return onlyOf(decodeRecord(stored), wanted);
  }
  const head = checked(stored, parse(stored, `${text.slice(0, headEnd)}}`) as RecordHead);
  const lines = text.slice(entriesAt + entriesMark.length, -recordEnd.length);
  const picked = wanted === undefined ? lines : linesOf(lines, wanted);
  return { ...head, entries: parse(stored, `[${picked}]`) as Entry[] };
}

/** The lines of the wanted actors, joined as the elements of a list. */
function linesOf(lines: string, wanted: (actor: string) => boolean): string {
  return lines.split(between).filter((line) => wanted(actorOf(line))).join(",");
}

const actorMark = '{"actor":"';

function actorOf(line: string): string {
  const name = line.slice(actorMark.length, line.indexOf('"', actorMark.length));
  return name.includes("\\") ? (JSON.parse(line) as Entry).actor : name;
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
    if (error instanceof SyntaxError) return undefined; // Whoever parses it whole says what is wrong.
    throw error;
  }
}

/** Strings hold no line breaks, so none of these can stand within one. */
const inputsMark = ',"inputs":[\n', entriesMark = ',"entries":[\n', between = ",\n", recordEnd = "\n]}";
const encoder = new TextEncoder();
// Not fatal, which costs five times as much: bytes that are no UTF-8 break the chain at the next record at the latest.
const utf8 = new TextDecoder();

function onlyOf(record: TurnRecord, wanted?: (actor: string) => boolean): Happened {
  const { inputs: _inputs, results: _results, entries, ...head } = record;
  return { ...head, entries: wanted === undefined ? entries : entries.filter(({ actor }) => wanted(actor)) };
}

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
