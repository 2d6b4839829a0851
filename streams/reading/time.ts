import type { LogReading } from "./scan.ts";
import { Fault } from "../faults.ts";
import { streamNames } from "../record.ts";
import { decodeSends, headOf } from "../record_text.ts";

/** Clocks of hosts may differ by so much, so that a record of one partition may be earlier than one stored before it by another's. */
export const clocksApartMsMax = 10_000;

/**
 * Where to begin reading so that no record of that time or later is missed: about twenty records are looked at, however long the log
 * is. Records from there on may be earlier by `clocksApartMsMax`: whoever wants to be exact looks at their times.
 */
export async function sequenceAt(broker: Pick<LogReading, "info" | "at">, timeMs: number): Promise<number> {
  const { lastSequence } = await broker.info(streamNames.events);
  let low = 1, high = lastSequence + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await timeOf(broker, middle) < timeMs - clocksApartMsMax) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function timeOf(broker: Pick<LogReading, "info" | "at">, sequence: number): Promise<number> {
  const stored = await broker.at(streamNames.events, sequence);
  if (!stored) throw new Fault("log.lost", `Cannot look at record ${sequence}: it is gone`);
  return (headOf(stored.payload) ?? decodeSends(stored)).atMs;
}
