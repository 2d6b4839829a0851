import type { Json } from "../actors/actor.ts";
import { payout } from "../actors/payout/payout.ts";
import { type PayoutSummary, type PayoutView, payoutView, worstFirst } from "../actors/payout/view.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { asking, type Sql } from "./database.ts";
import { readCandidates } from "./payout_candidates.ts";
import type { Page, PayoutFilter, PayoutQueries } from "./queries.ts";

/** Reads payouts, and what a statement is compared with. */
export function payoutQueries(sql: Sql): PayoutQueries {
  return {
    find: (id) => asking(`read payout ${id}`, () => findPayout(sql, id)),
    list: (filter) => asking("list payouts", () => listPayouts(sql, filter)),
    candidates: (asked) =>
      asking(`find what payout ${asked.payout} belongs to`, () => readCandidates(sql, asked)),
  };
}

async function findPayout(sql: Sql, id: string): Promise<PayoutView | undefined> {
  const [row] = await sql<{ state: Json }[]>`select state from payouts_v1.payouts where payout_id = ${id}`;
  return row && viewOf(row.state);
}

function viewOf(json: Json): PayoutView {
  const state = payout.decode(json);
  if (state.recorded === null) throw new Error(`Cannot show payout ${state.key}: it was never recorded`);
  return payoutView(state);
}

const pagePayoutsMax = 1_000;

/** A line of it is so, whatever its others are: a payout is never better than that line. `matched` is one whose lines all are. */
function withLine(sql: Sql, status: string) {
  if (status === "matched") return sql`status = 'matched'`;
  const found = status === "written_off"
    ? sql`l.written_off is not null`
    : sql`l.written_off is null and l.state = ${status}`;
  const worse = worstFirst.slice(0, worstFirst.findIndex((state) => state === status));
  return sql`(status = ${status} or status = any(${sql.array([...worse])}::text[]) and exists (
    select from payouts_v1.lines l where l.payout_id = payouts.payout_id and ${found}))`;
}

/** Newest first. */
async function listPayouts(sql: Sql, filter: PayoutFilter): Promise<Page<PayoutSummary>> {
  const limit = Math.max(1, Math.min(filter.limit, pagePayoutsMax));
  const after = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
  if (filter.cursor !== undefined && after === undefined) {
    throw new RangeError("Cannot go on listing payouts: the cursor is none of ours");
  }
  const { source, status } = filter;
  const rows = await sql<{ summary: PayoutSummary }[]>`
    select summary from payouts_v1.payouts
    where true
      ${source === undefined ? sql`` : sql`and source = ${source}`}
      ${status === undefined ? sql`` : sql`and ${withLine(sql, status)}`}
      ${after === undefined ? sql`` : sql`and (recorded_at, payout_id) < (${after.at}, ${after.id})`}
    order by recorded_at desc, payout_id desc
    limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(({ summary }) => summary), last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: formatCursor({ at: last.recordedAt, id: last.payoutId }) };
}
