import type { Broker } from "../../streams/broker/broker.ts";
import { clocksApartMsMax, sequenceAt } from "../../streams/reading/time.ts";
import { exitCodes, Failure } from "../cli/failure.ts";
import { momentOf } from "./at.ts";

/** A part of the log. */
export interface Range {
  /** Stream sequences, both inclusive: nothing outside of them has to be read. */
  readonly fromSequence: number;
  readonly toSequence: number;
  /** False for what lies between them all the same. */
  holds(record: { readonly atMs: number }, sequence: number): boolean;
}
interface Bounds {
  readonly from?: string;
  readonly to?: string;
}

/** Reads `--from` and `--to`, both inclusive: a time, a sequence, or `<partition>:<sequence>`. */
export async function rangeOf(broker: Broker, { from, to }: Bounds): Promise<Range> {
  const begin = from === undefined ? { sequence: 1 } : boundOf("--from", from);
  const end = to === undefined ? { sequence: Infinity } : boundOf("--to", to);
  const fromSequence = "sequence" in begin ? begin.sequence : await sequenceAt(broker, begin.timeMs);
  // Everything earlier lies in front of what is later by twice what clocks may differ.
  const toSequence = "sequence" in end
    ? end.sequence
    : await sequenceAt(broker, end.timeMs + 2 * clocksApartMsMax + 1);
  if (fromSequence > toSequence || "timeMs" in begin && "timeMs" in end && begin.timeMs > end.timeMs) {
    throw new Failure(`Cannot look at what is from ${from} to ${to}: that ends before it begins`, {
      exitCode: exitCodes.misused,
    });
  }
  return {
    fromSequence,
    toSequence,
    holds: ({ atMs }, sequence) =>
      ("sequence" in begin ? sequence >= begin.sequence : atMs >= begin.timeMs) &&
      ("sequence" in end ? sequence <= end.sequence : atMs <= end.timeMs),
  };
}

function boundOf(option: string, text: string): { readonly sequence: number } | { readonly timeMs: number } {
  if (/^\d{1,15}$/.test(text)) return { sequence: Number(text) };
  const moment = momentOf(option, text);
  if ("timeMs" in moment) return moment;
  const [sequence, ...more] = moment.positions.values();
  if (sequence !== undefined && more.length === 0) return { sequence };
  throw new Failure(`Cannot use ${option} ${text}: it names several partitions`, {
    exitCode: exitCodes.misused,
  });
}
