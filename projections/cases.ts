import { keyOf, kindOf } from "../actors/ids.ts";
import type { ParcelCaseEvent } from "../actors/parcel/case_events.ts";
import { never } from "../actors/actor.ts";
import type { Sql, Tx } from "./database.ts";
import type { LogRecord } from "./log_record.ts";
import type { Projection } from "./projection.ts";

/** A case as its row holds it. */
export interface CaseRow {
  readonly case_id: string;
  readonly parcel: string;
  readonly carrier: string;
  readonly problem: string;
  readonly description: string;
  readonly team: string;
  readonly priority: string;
  readonly due_at: string;
  readonly state: "open" | "closed";
  readonly close_reason: string | null;
  readonly order_id: string;
  readonly shipment_id: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly revision: number;
}
export interface NoteRow {
  readonly note_id: string;
  readonly case_id: string;
  readonly written_by: string;
  readonly written_at: string;
}
export interface CaseChanges {
  readonly cases: ReadonlyMap<string, CaseRow>;
  readonly notes: readonly NoteRow[];
}

interface Told {
  readonly parcel: string;
  readonly event: ParcelCaseEvent;
}

const types: { readonly [Type in ParcelCaseEvent["type"]]: 1 } = {
  "parcel.case_opened": 1,
  "parcel.case_noted": 1,
  "parcel.case_changed": 1,
  "parcel.case_closed": 1,
};

/** What parcels say of their cases in these records. */
function toldOf(records: readonly LogRecord[]): readonly Told[] {
  return records.flatMap(({ record }) =>
    record.entries.flatMap(({ actor, type, v, data }) => {
      if (kindOf(actor) !== "parcel" || !Object.hasOwn(types, type)) return [];
      return [{ parcel: keyOf(actor), event: { type, version: v, data } as unknown as ParcelCaseEvent }];
    })
  );
}

/** Cases as they are after these records. `before` holds those that were opened earlier. */
export function foldCases(
  before: ReadonlyMap<string, CaseRow>,
  records: readonly LogRecord[],
): CaseChanges {
  const cases = new Map<string, CaseRow>(), notes: NoteRow[] = [];
  for (const { parcel, event } of toldOf(records)) {
    const id = event.data.case;
    cases.set(id, rowAfter(cases.get(id) ?? before.get(id), parcel, event));
    if (event.type !== "parcel.case_noted") continue;
    const { note, by, atMs } = event.data;
    notes.push({ note_id: note, case_id: id, written_by: by, written_at: timeOf(atMs) });
  }
  return { cases, notes };
}

function rowAfter(before: CaseRow | undefined, parcel: string, event: ParcelCaseEvent): CaseRow {
  if (event.type === "parcel.case_opened") return opened(parcel, event.data);
  if (before === undefined) throw new Error(`Cannot change case ${event.data.case}: it was never opened`);
  const row = { ...before, revision: before.revision + 1 };
  switch (event.type) {
    case "parcel.case_noted":
      return row;
    case "parcel.case_changed": {
      const { team = row.team, priority = row.priority, dueAtMs } = event.data;
      return { ...row, team, priority, ...(dueAtMs !== undefined && { due_at: timeOf(dueAtMs) }) };
    }
    case "parcel.case_closed": {
      const { reason, atMs } = event.data;
      return { ...row, state: "closed", close_reason: reason, closed_at: timeOf(atMs) };
    }
    default:
      return never(event);
  }
}

function opened(
  parcel: string,
  data: Extract<ParcelCaseEvent, { type: "parcel.case_opened" }>["data"],
): CaseRow {
  const { problem, description, team, priority } = data;
  return {
    ...{ case_id: data.case, parcel, carrier: parcel.slice(0, parcel.indexOf(":")) },
    ...{ problem, description, team, priority, due_at: timeOf(data.dueAtMs) },
    ...{ state: "open", close_reason: null, closed_at: null, opened_at: timeOf(data.atMs), revision: 1 },
    ...{ order_id: data.order, shipment_id: data.shipment },
  };
}

const timeOf = (ms: number) => new Date(ms).toISOString();

/** A row for each case, and one for each note; who the customer is, readers join. */
export const cases: Projection<Sql, Tx> = {
  name: "cases",
  version: 1,
  shape: "1",
  project: async (records, sql, schema) => {
    const begun = new Set<string>(), earlier = new Set<string>();
    for (const { event: { type, data } } of toldOf(records)) {
      if (type === "parcel.case_opened") begun.add(data.case);
      else if (!begun.has(data.case)) earlier.add(data.case);
    }
    const changes = foldCases(await loadCases(sql, schema, [...earlier]), records);
    return (tx) => write(tx, schema, changes);
  },
};

async function loadCases(
  sql: Sql,
  schema: string,
  ids: readonly string[],
): Promise<Map<string, CaseRow>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<StoredCase[]>`
    select * from ${sql(schema)}.cases where case_id = any(${sql.array([...ids])}::text[])`;
  return new Map(rows.map((row) => [row.case_id, caseRowOf(row)]));
}

/** As the driver reads it. */
export interface StoredCase extends Omit<CaseRow, "due_at" | "opened_at" | "closed_at"> {
  readonly due_at: Date;
  readonly opened_at: Date;
  readonly closed_at: Date | null;
}
export function caseRowOf({ due_at, opened_at, closed_at, ...row }: StoredCase): CaseRow {
  return {
    ...row,
    due_at: due_at.toISOString(),
    opened_at: opened_at.toISOString(),
    closed_at: closed_at && closed_at.toISOString(),
  };
}

async function write(tx: Tx, schema: string, { cases, notes }: CaseChanges): Promise<void> {
  if (cases.size === 0) return;
  await tx`
    insert into ${tx(schema)}.cases
    select * from jsonb_to_recordset(${tx.json([...cases.values()].map((row) => ({ ...row })))}) as r(
      case_id text, parcel text, carrier text, problem text, description text, team text, priority text,
      due_at timestamptz, state text, close_reason text, order_id text, shipment_id text,
      opened_at timestamptz, closed_at timestamptz, revision int)
    on conflict (case_id) do update set team = excluded.team, priority = excluded.priority,
      due_at = excluded.due_at, state = excluded.state, close_reason = excluded.close_reason,
      closed_at = excluded.closed_at, revision = excluded.revision`;
  if (notes.length === 0) return;
  await tx`
    insert into ${tx(schema)}.notes
    select * from jsonb_to_recordset(${tx.json(notes.map((row) => ({ ...row })))}) as r(
      note_id text, case_id text, written_by text, written_at timestamptz)`;
}
