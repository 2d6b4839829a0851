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
    }${entriesMark}${entries.join(",\n")}\n]}`,
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
  const headEnd = text.indexOf(`${inputsMark}\n`), entriesAt = text.indexOf(entriesMark, headEnd);
  if (headEnd < 0 || entriesAt < 0 || !text.endsWith("\n]}")) {
    return onlyOf(decodeRecord(stored), wanted);
  }
  const head = checked(stored, parse(stored, `${text.slice(0, headEnd)}}`) as RecordHead);
  const lines = text.slice(entriesAt + entriesMark.length, -"\n]}".length);
  const picked = wanted === undefined ? lines : linesOf(lines, wanted);
  return { ...head, entries: parse(stored, `[${picked}]`) as Entry[] };
}

/** The lines of the wanted actors, joined as the elements of a list. */
function linesOf(lines: string, wanted: (actor: string) => boolean): string {
  const picked: string[] = [];
  for (let from = 0; from < lines.length;) {
    const next = lines.indexOf("\n", from), to = next < 0 ? lines.length : next;
    if (wanted(actorAt(lines, from))) picked.push(lines.slice(from, lineEnd(lines, from)));
    from = to + 1;
  }
  return picked.join(",");
}

const actorMark = '{"actor":"';

/** The actor of the entry whose line begins there. */
function actorAt(lines: string, from: number): string {
  const start = from + actorMark.length;
  const name = lines.slice(start, lines.indexOf('"', start));
  return name.includes("\\") ? (JSON.parse(lines.slice(from, lineEnd(lines, from))) as Entry).actor : name;
}

function lineEnd(lines: string, from: number): number {
  const next = lines.indexOf("\n", from), to = next < 0 ? lines.length : next;
  return lines[to - 1] === "," ? to - 1 : to;
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
/** Begins the entries: the only line break behind this name. */
const entriesMark = ',"entries":[\n';
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
