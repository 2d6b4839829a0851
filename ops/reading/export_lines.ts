import type { Broker, Stored } from "../../streams/broker/broker.ts";
import { speaksOf } from "../../streams/reading/actor_records.ts";
import { rawRecord } from "../../streams/reading/raw_record.ts";
import { scanLog } from "../../streams/reading/scan.ts";
import type { TurnRecord } from "../../streams/record.ts";
import { decodeRecord, decodeSends } from "../../streams/record_text.ts";
import type { Range } from "./range.ts";

export interface ExportWanted {
  readonly what: "events" | "commands" | "records";
  readonly range: Range;
  readonly partition?: number;
  readonly actor?: string;
  readonly type?: string;
  /** The last line that is there already, as its `position` says. */
  readonly after?: { readonly sequence: number; readonly index: number };
  progress?(sequence: number, end: number): void;
}

/** Lines of JSON, each ended, in chunks of one record's: in bounded memory, however long the log is. */
export async function* exportLines(broker: Broker, wanted: ExportWanted): AsyncGenerator<string> {
  const { what, range, partition, progress, after } = wanted;
  const fromSequence = Math.max(range.fromSequence, after?.sequence ?? 0);
  const scan = {
    ...{ fromSequence, toSequence: range.toSequence },
    ...(partition !== undefined && { partition }),
    ...(progress && { progress }),
  };
  if (what === "records") {
    for await (const { stored, record, mark } of scanLog(broker, { ...scan, decode: decodeSends })) {
      if (!range.holds(record, mark.sequence) || mark.sequence === after?.sequence) continue;
      yield `${JSON.stringify({ position: `${record.partition}:${mark.sequence}`, ...rawRecord(stored) })}\n`;
    }
    return;
  }
  const decode = (stored: Stored) => {
    const head = decodeSends(stored);
    return wanted.actor === undefined || speaksOf(stored, wanted.actor)
      ? { ...head, whole: decodeRecord(stored) }
      : { ...head, whole: undefined };
  };
  for await (const { record: { whole, atMs }, mark } of scanLog(broker, { ...scan, decode })) {
    if (!whole || !range.holds({ atMs }, mark.sequence)) continue;
    const all = what === "events"
      ? eventsOf(whole, mark.sequence, wanted)
      : commandsOf(whole, mark.sequence, wanted);
    const skip = mark.sequence === after?.sequence ? after.index : -1;
    const lines = all.filter(({ index }) => index > skip).map(({ line }) => `${JSON.stringify(line)}\n`);
    if (lines.length > 0) yield lines.join("");
  }
}

interface Line {
  readonly index: number;
  readonly line: object;
}

function eventsOf(record: TurnRecord, sequence: number, { actor, type }: ExportWanted): readonly Line[] {
  const { partition, turn, atMs, inputs } = record;
  return record.entries.flatMap((entry, index) => {
    if (actor !== undefined && entry.actor !== actor || type !== undefined && entry.type !== type) return [];
    const { id = "", to, at, command } = inputs[entry.cause] ?? {};
    const cause = { id, ...(at && { commands: at.join(":") }), ...(command && { to, type: command.type }) };
    const place = { position: `${partition}:${sequence}:${index}`, turn, time: new Date(atMs).toISOString() };
    return [{
      index,
      line: {
        ...place,
        actor: entry.actor,
        version: entry.version,
        type: entry.type,
        v: entry.v,
        data: entry.data,
        cause,
      },
    }];
  });
}

function commandsOf(record: TurnRecord, sequence: number, { actor, type }: ExportWanted): readonly Line[] {
  const { partition, turn, atMs, inputs } = record,
    outcomes = new Map(record.results.map(({ id, outcome }) => [id, outcome]));
  return inputs.flatMap(({ id, to, at, atMs: acceptedMs, command }, index) => {
    if (!command || actor !== undefined && to !== actor || type !== undefined && command.type !== type) {
      return [];
    }
    const place = { position: `${partition}:${sequence}:${index}`, turn, time: new Date(atMs).toISOString() };
    const asked = {
      id,
      to,
      acceptedAt: new Date(acceptedMs).toISOString(),
      ...(at && { commands: at.join(":") }),
    };
    const outcome = outcomes.get(id);
    return [{ index, line: { ...place, ...asked, command, ...(outcome !== undefined && { outcome }) } }];
  });
}
