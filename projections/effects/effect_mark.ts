import { Fault } from "../../streams/faults.ts";
import type { Registered } from "../../streams/edge/registry.ts";
import type { Mark } from "../../streams/record.ts";

/** What was about to be committed: the effects of the records behind `from` up to `to`. */
export interface EffectMark {
  /** The identity of the database that was to hold them. */
  readonly database: string;
  readonly from: Mark;
  readonly to: Mark;
  /** When the stream was made that the marks are in. */
  readonly streamCreatedMs: number;
}

export function markOf({ key, value }: Registered): EffectMark {
  if (isMark(value)) return value;
  throw new Fault("record.undecodable", `Cannot read the mark of effects ${key}: it is not one`);
}

function isMark(value: unknown): value is EffectMark {
  const mark = value as Partial<EffectMark> | null;
  return typeof mark?.database === "string" && typeof mark.streamCreatedMs === "number" &&
    isPlace(mark.from) &&
    isPlace(mark.to);
}

const isPlace = (place: Mark | undefined) =>
  typeof place?.sequence === "number" && typeof place.hash === "string";
