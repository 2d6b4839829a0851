import { Buffer } from "node:buffer";
import { bucketCount } from "../actors/ids.ts";
import type { Stored } from "./broker/broker.ts";
import { Fault } from "./faults.ts";
import {
  type Entry,
  type Pending,
  recordFormat,
  type RecordHead,
  type Result,
  type TurnRecord,
} from "./record.ts";

/**
 * A turn record as text: JSON, in which every message, input and entry stands on a line of its own behind the head. JSON escapes line
 * breaks within strings, so a reader that needs the entries of one kind only may pick their lines without parsing the rest, which is
 * most of a record.
 */
export function encodeRecord(head: RecordHead, lists: RecordLists): Uint8Array {
  const { sends, inputs, results, entries } = lists;
  return encoder.encode(
    `${JSON.stringify(head).slice(0, -1)}${sendsMark}${sends.join(between)}\n]${inputsMark}${
      inputs.join(between)
    }\n],"results":${JSON.stringify(results)}${entriesMark}${entries.join(between)}${recordEnd}`,
  );
}

/** A record's lists: all but `results` as JSON already. */
export interface RecordLists {
  readonly sends: readonly string[];
  readonly inputs: readonly string[];
  readonly results: readonly Result[];
  readonly entries: readonly string[];
}

/** Reads a record; a format that this code does not know stops the reader. */
export function decodeRecord(stored: Stored): TurnRecord {
  const record = checked(stored, parse(stored, utf8.decode(stored.payload)) as TurnRecord);
  return record.sends === undefined ? { ...record, sends: [] } : record;
}

/** What most readers of the log need of a record. */
export type Happened = RecordHead & Pick<TurnRecord, "entries">;

/** The record without inputs and results, and with those entries alone whose actor is wanted: nothing else is parsed. */
export function decodeEntries(stored: Stored, wanted?: (actor: string) => boolean): Happened {
  const text = utf8.decode(stored.payload);
  const headEnd = headEndOf(text), entriesAt = text.indexOf(entriesMark, headEnd);
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
  const end = headEndOf(bytes);
  if (end < 0) return undefined;
  try {
    return known(JSON.parse(`${bytes.toString("utf8", 0, end)}}`) as RecordHead);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Whoever parses it whole says what is wrong.
    throw error;
  }
}

/** What the other partitions need of a record: its head, and what it says to their actors. */
export type Said = RecordHead & Pick<TurnRecord, "sends">;

/** The record without inputs, results and entries: most of it is not even made a string. */
export function decodeSends(stored: Stored): Said {
  const { payload } = stored, head = headOf(payload);
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const from = bytes.indexOf(sendsMark), to = bytes.indexOf(inputsMark, Math.max(from, 0));
  if (head === undefined || to < 0) {
    const { sends, ...record } = decodeRecord(stored);
    return { ...record, sends };
  }
  if (from < 0) return { ...head, sends: [] };
  const lines = bytes.toString("utf8", from + sendsMark.length, to);
  return { ...head, sends: parse(stored, `[${lines}`) as Pending[] };
}

/** Where the head ends: at the lists, the first of which format 1 does not have. */
function headEndOf(text: { indexOf(mark: string): number }): number {
  const sends = text.indexOf(sendsMark);
  return sends < 0 ? text.indexOf(inputsMark) : sends;
}

/** Strings hold no line breaks, so none of these can stand within one. */
const sendsMark = ',"sends":[\n', inputsMark = ',"inputs":[\n';
const entriesMark = ',"entries":[\n', between = ",\n", recordEnd = "\n]}";
const encoder = new TextEncoder();
// Not fatal, which costs five times as much: bytes that are no UTF-8 break the chain at the next record at the latest.
const utf8 = new TextDecoder();

function onlyOf(record: TurnRecord, wanted?: (actor: string) => boolean): Happened {
  const { sends: _sends, inputs: _inputs, results: _results, entries, ...head } = record;
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
  const readable = head && known(head);
  if (readable) return readable;
  throw new Fault(
    "record.undecodable",
    `Cannot read ${subject} at ${sequence}: its format is ${head?.format}, this build reads up to ${recordFormat}`,
  );
}

/** A head as this code knows it; undefined when its format is not known. */
function known<Head extends RecordHead>(head: Head): Head | undefined {
  if (head.format === recordFormat) return head;
  const older: { readonly format: number } = head;
  if (older.format !== 1) return undefined;
  const read = { ...head.read, peers: { sequence: 0, hash: "" } };
  return { ...head, format: recordFormat, read, range: [0, bucketCount] };
}
