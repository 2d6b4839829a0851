import type { Positions, RowsReader } from "../../projections/queries.ts";
import type { Parsed } from "../body.ts";
import type { EdgeContext } from "../edge.ts";
import { laterOf, parsePosition } from "../position.ts";

/** How far a GET wants its readers to be: what it names, and what this edge wrote itself. */
export function wantedPosition(c: EdgeContext, own: Positions | undefined): Parsed<Positions | undefined> {
  const header = c.req.header("waybill-position");
  if (header === undefined) return { ok: true, value: own };
  const named = parsePosition(header);
  if (named === undefined) {
    const detail = "Cannot read Waybill-Position: it is not a token that an answer of this API carried";
    return { ok: false, refusal: { problem: "malformed-header", detail } };
  }
  return { ok: true, value: laterOf(named, own) };
}

/** Waits for a reader; false when it did not get there in time, and the answer must be marked as stale. */
export async function isFresh(
  reader: RowsReader,
  wanted: Positions | undefined,
  waitMsMax: number,
): Promise<boolean> {
  return wanted === undefined || await reader.reached(wanted, waitMsMax);
}
