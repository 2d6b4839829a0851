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
import { jsonOf } from "./json_of.ts";

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

/** What is read of a record here; the rest of what is stored with it, nobody asks for. */
export type RecordBytes = Pick<Stored, "subject" | "sequence" | "payload">;

/** Reads a record; a format that this code does not know stops the reader. */
export function decodeRecord(stored: RecordBytes): TurnRecord {
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
  return { ...head, entries: parse(stored, `[${pickedFrom(lines, wanted)}]`) as Entry[] };
}

/** What a record says of its own place, without anything that waits in it. */
export type RecordStart = Omit<RecordHead, "out" | "timers" | "dead" | "parked" | "operations">;

/** The start of the record: of a busy partition's records, which say all that waits, most of the head is not parsed. */
export function decodeStart(stored: Stored): RecordStart {
  const text = utf8.decode(stored.payload), headEnd = headEndOf(text);
  if (headEnd < 0) return decodeEntries(stored, () => false);
  const head = text.slice(0, headEnd);
  return startIn(head) ?? checked(stored, parse(stored, `${head}}`) as RecordHead);
}

/** Undefined where it cannot be told from the text in front of what waits alone. */
function startIn(head: string): RecordStart | undefined {
  const waiting = head.indexOf(waitingMark);
  if (waiting < 0 || head.includes(splitMark, waiting)) return undefined;
  const start = jsonOf(`${head.slice(0, waiting)}}`) as RecordStart | undefined;
  return start && startFields.every((field) => field in start) ? known(start) : undefined;
}

/** Which entries are wanted, by their actor, or by all of their text. */
export type Wanted = (actor: string, line: string) => boolean;

/** The entries of the wanted actors, and how many characters they are in the log. */
export interface Picked {
  readonly entries: readonly Entry[];
  readonly chars: number;
}

/** Nothing else of the record is parsed, and what it says of itself not asked: that is for `decodeStart`. */
export function pickEntries(stored: RecordBytes, wanted?: Wanted): Picked {
  const text = utf8.decode(stored.payload), entriesAt = text.indexOf(entriesMark);
  if (entriesAt < 0 || !text.endsWith(recordEnd)) {
    const { entries } = onlyOf(decodeRecord(stored), wanted);
    return { entries, chars: JSON.stringify(entries).length };
  }
  const picked = pickedFrom(text.slice(entriesAt + entriesMark.length, -recordEnd.length), wanted);
  return { entries: parse(stored, `[${picked}]`) as Entry[], chars: picked.length };
}

const pickedFrom = (lines: string, wanted?: Wanted) => wanted === undefined ? lines : linesOf(lines, wanted);

/** The lines of the wanted actors, joined as the elements of a list. */
function linesOf(lines: string, wanted: Wanted): string {
  return lines.split(between).filter((line) => wanted(actorOf(line), line)).join(",");
}

const actorMark = '{"actor":"';

function actorOf(line: string): string {
  const name = line.slice(actorMark.length, line.indexOf('"', actorMark.length));
  return name.includes("\\") ? (JSON.parse(line) as Entry).actor : name;
}

/** Whether the text stands anywhere in the payload; nothing is parsed. As text: Deno's search in bytes takes six times as long. */
export function holds(payload: Uint8Array, text: string): boolean {
  const latin1 = (bytes: Uint8Array) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin1(payload).includes(latin1(encoder.encode(text)));
}

/** The head of a record that begins as ours do, parsed alone; undefined for any other. */
export function headOf(payload: Uint8Array): RecordHead | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const end = headEndOf(bytes);
  if (end < 0) return undefined;
  const head = jsonOf(`${bytes.toString("utf8", 0, end)}}`) as RecordHead | undefined;
  return head && known(head);
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
/** A split stands behind what waits, and there it may also be a word of a message. */
const waitingMark = ',"out":[', splitMark = '"split":';
const startFields = ["format", "turn", "partition", "previous", "epoch", "atMs", "read", "range"] as const;
const entriesMark = ',"entries":[\n', between = ",\n", recordEnd = "\n]}";
const encoder = new TextEncoder();
// Not fatal, which costs five times as much: bytes that are no UTF-8 break the chain at the next record at the latest.
const utf8 = new TextDecoder();

function onlyOf(record: TurnRecord, wanted?: Wanted): Happened {
  const { sends: _sends, inputs: _inputs, results: _results, entries, ...head } = record;
  return {
    ...head,
    entries: wanted === undefined
      ? entries
      : entries.filter((entry) => wanted(entry.actor, JSON.stringify(entry))),
  };
}

function parse({ subject, sequence }: RecordBytes, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault("record.undecodable", `Cannot read ${subject} at ${sequence}: it is not JSON`, error);
  }
}

type Formatted = Pick<RecordHead, "format" | "read" | "range">;

function checked<Head extends Formatted>({ subject, sequence }: RecordBytes, head: Head): Head {
  const readable = head && known(head);
  if (readable) return readable;
  throw new Fault(
    "record.undecodable",
    `Cannot read ${subject} at ${sequence}: its format is ${head?.format}, this build reads up to ${recordFormat}`,
  );
}

/** A head as this code knows it; undefined when its format is not known. */
function known<Head extends Formatted>(head: Head): Head | undefined {
  if (head.format === recordFormat) return head;
  const older: { readonly format: number } = head;
  if (older.format !== 1) return undefined;
  const read = { ...head.read, peers: { sequence: 0, hash: "" } };
  return { ...head, format: recordFormat, read, range: [0, bucketCount] };
}
