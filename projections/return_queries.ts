import type { Json } from "../actors/actor.ts";
import { orderReturn } from "../actors/return/return.ts";
import { returnView } from "../actors/return/return_state.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { asking, type Sql } from "./database.ts";
import type { Page, ReturnFilter, ReturnFound, ReturnQueries } from "./queries.ts";
import { openedOf } from "./returns.ts";

interface StoredReturn {
  readonly return_id: string;
  readonly version: number;
  readonly authorised_at: Date;
  readonly state: Json;
  readonly channel: string | null;
}

/** Reads the returns of orders. */
export function returnQueries(sql: Sql): ReturnQueries {
  return {
    find: (id) => asking(`read return ${id}`, () => findReturn(sql, id)),
    list: (filter) => asking("list returns", () => listReturns(sql, filter)),
  };
}

const joined = (sql: Sql) =>
  sql`
    select r.return_id, r.version, r.authorised_at, r.state, o.channel
    from returns_v1.returns r left join orders_v2.orders o on o.order_id = r.order_id`;

function foundOf({ version, state, channel }: StoredReturn): ReturnFound {
  const view = returnView(openedOf({ version, state: orderReturn.decode(state) }));
  return { view, ...(channel !== null && { channel }) };
}

async function findReturn(sql: Sql, id: string): Promise<ReturnFound | undefined> {
  const [row] = await sql<StoredReturn[]>`${joined(sql)} where r.return_id = ${id}`;
  return row && foundOf(row);
}

const pageReturnsMax = 1_000;

/** Oldest first. */
async function listReturns(sql: Sql, { orderId, limit, cursor }: ReturnFilter): Promise<Page<Json>> {
  const most = Math.max(1, Math.min(limit, pageReturnsMax));
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  if (cursor !== undefined && after === undefined) {
    throw new RangeError("Cannot go on listing returns: the cursor is none of ours");
  }
  const rows = await sql<StoredReturn[]>`
    ${joined(sql)}
    where r.order_id = ${orderId}
      ${after === undefined ? sql`` : sql`and (r.authorised_at, r.return_id) > (${after.at}, ${after.id})`}
    order by r.authorised_at, r.return_id
    limit ${most + 1}`;
  const page = rows.slice(0, most), items = page.map((row) => foundOf(row).view), last = page.at(-1);
  if (rows.length <= most || last === undefined) return { items };
  return { items, next: formatCursor({ at: last.authorised_at.toISOString(), id: last.return_id }) };
}
