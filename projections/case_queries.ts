import { type CaseFound, caseNote, caseView } from "./case_view.ts";
import { caseRowOf, type StoredCase } from "./cases.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { asking, type Sql } from "./database.ts";
import type { CaseFilter, CaseQueries, Page } from "./queries.ts";

interface JoinedCase extends StoredCase {
  readonly channel: string | null;
  readonly order_number: string | null;
  readonly customer: string | null;
  readonly notes: number;
}

/** Reads the cases of parcels, with what their orders and customers are called. */
export function caseQueries(sql: Sql): CaseQueries {
  return {
    find: (id) => asking(`read case ${id}`, () => findCase(sql, id)),
    list: (filter) => asking("list cases", () => listCases(sql, filter)),
  };
}

const joined = (sql: Sql) =>
  sql`
    select c.*, o.channel, o.order_number, p.customer->>'id' as customer,
      (select count(*) from cases_v1.notes n where n.case_id = c.case_id) as notes
    from cases_v1.cases c
      left join orders_v2.orders o on o.order_id = c.order_id
      left join people_v1.customers p on p.order_id = c.order_id`;

function viewOf({ channel, order_number, customer, notes, ...row }: JoinedCase) {
  return caseView({
    row: caseRowOf(row),
    notes,
    channel: channel ?? undefined,
    orderNumber: order_number ?? undefined,
    customerReference: customer ?? undefined,
  });
}

interface JoinedNote {
  readonly note_id: string;
  readonly case_id: string;
  readonly written_by: string;
  readonly written_at: Date;
  readonly note: string | null;
}
const notesMax = 1_000;

async function findCase(sql: Sql, id: string): Promise<CaseFound | undefined> {
  const [row] = await sql<JoinedCase[]>`${joined(sql)} where c.case_id = ${id}`;
  if (row === undefined) return undefined;
  const notes = await sql<JoinedNote[]>`
    select n.*, t.note from cases_v1.notes n left join people_v1.notes t on t.note_id = n.note_id
    where n.case_id = ${id} order by n.written_at, n.note_id limit ${notesMax}`;
  return {
    view: viewOf(row),
    notes: notes.map(({ note, written_at, ...rest }) =>
      caseNote({ ...rest, written_at: written_at.toISOString() }, note ?? undefined)
    ),
  };
}

const pageCasesMax = 1_000;

/** What is due first comes first. One whose due date is changed meanwhile may be seen twice, or not until the next time. */
async function listCases(sql: Sql, filter: CaseFilter): Promise<Page<CaseFound["view"]>> {
  const limit = Math.max(1, Math.min(filter.limit, pageCasesMax));
  const after = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
  if (filter.cursor !== undefined && after === undefined) {
    throw new RangeError("Cannot go on listing cases: the cursor is none of ours");
  }
  const { state, team, priority, carrier, dueBefore, orderId, channel } = filter;
  const rows = await sql<JoinedCase[]>`
    ${joined(sql)}
    where true
      ${state === undefined ? sql`` : sql`and c.state = ${state}`}
      ${team === undefined ? sql`` : sql`and c.team = ${team}`}
      ${priority === undefined ? sql`` : sql`and c.priority = ${priority}`}
      ${carrier === undefined ? sql`` : sql`and c.carrier = ${carrier}`}
      ${orderId === undefined ? sql`` : sql`and c.order_id = ${orderId}`}
      ${channel === undefined ? sql`` : sql`and o.channel = ${channel}`}
      ${dueBefore === undefined ? sql`` : sql`and c.due_at < ${new Date(dueBefore)}`}
      ${after === undefined ? sql`` : sql`and (c.due_at, c.case_id) > (${after.at}, ${after.id})`}
    order by c.due_at, c.case_id
    limit ${limit + 1}`;
  const page = rows.slice(0, limit), items = page.map(viewOf), last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: formatCursor({ at: last.due_at.toISOString(), id: last.case_id }) };
}
