import { parsePosition } from "../../http/position.ts";
import { exitCodes, Failure } from "../cli/failure.ts";

/** A moment of the log: a time, or how far partitions were by their last records. */
export type Moment =
  | { readonly timeMs: number }
  | { readonly positions: ReadonlyMap<number, number> };

/** Reads `2026-11-22T14:03:00Z`, `<partition>:<sequence>`, or the `Waybill-Position` that the API answered with. */
export function momentOf(option: string, text: string): Moment {
  const [, partition, sequence] = /^(\d{1,4}):(\d{1,15})$/.exec(text) ?? [];
  if (partition !== undefined) return { positions: new Map([[Number(partition), Number(sequence)]]) };
  const positions = parsePosition(text);
  if (positions && positions.size > 0) return { positions };
  const timeMs = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(timeMs)) return { timeMs };
  const forms =
    "a time such as 2026-11-22T14:03:00Z, partition:sequence such as 0:431, or a Waybill-Position";
  throw new Failure(`Cannot use ${option} ${text}: it must be ${forms}`, { exitCode: exitCodes.misused });
}
