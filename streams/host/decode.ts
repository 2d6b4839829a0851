import type { Stored } from "../broker/broker.ts";
import { Fault } from "../faults.ts";
import { type CommandPack, recordFormat, type TurnRecord } from "../record.ts";

const utf8 = new TextDecoder();

/** Reads a turn record; a format this code does not know stops the reader. */
export function decodeRecord(stored: Stored): TurnRecord {
  const record = parse(stored) as TurnRecord;
  if (record.format !== recordFormat) {
    throw new Fault("record.undecodable", `Cannot read record ${stored.sequence}: format ${record.format}`);
  }
  return record;
}

/** Reads what an edge packed; undefined when it is no pack of commands. */
export function decodePack(payload: Uint8Array): CommandPack | undefined {
  try {
    const pack = JSON.parse(utf8.decode(payload)) as CommandPack;
    return pack?.format === 1 && Array.isArray(pack.commands) ? pack : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parse(stored: Stored): unknown {
  try {
    return JSON.parse(utf8.decode(stored.payload));
  } catch (error) {
    throw new Fault(
      "record.undecodable",
      `Cannot read ${stored.subject} ${stored.sequence}: not JSON`,
      error,
    );
  }
}
