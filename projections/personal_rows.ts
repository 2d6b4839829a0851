import type { Tx } from "./database.ts";
import { type CustomerRow, type NoteText, type People, peopleReach, type RequestRow } from "./personal.ts";
import { notePosition } from "./positions.ts";

/** The copy of personal data in Postgres. */
export const postgresPeople: People<Tx> = {
  write: writeCustomers,
  writeNotes,
  writeRequests,
  reach: (tx, beside, at) => notePosition(tx, beside, peopleReach, at),
};

async function writeCustomers(tx: Tx, rows: readonly CustomerRow[]): Promise<void> {
  const gone = rows.filter(({ customer }) => customer === null).map(({ order_id }) => order_id);
  const kept = rows.filter(({ customer }) => customer !== null).map((row) => ({ ...row }));
  if (gone.length > 0) await tx`delete from people_v1.customers where order_id = any(${gone}::text[])`;
  if (kept.length === 0) return;
  await tx`
    insert into people_v1.customers
    select * from jsonb_to_recordset(${tx.json(kept)}) as r(order_id text, customer jsonb, at timestamptz)
    on conflict (order_id) do update set customer = excluded.customer, updated_at = excluded.updated_at`;
}

async function writeNotes(tx: Tx, rows: readonly NoteText[]): Promise<void> {
  const gone = rows.filter(({ note }) => note === null).map(({ note_id }) => note_id);
  const kept = rows.filter(({ note }) => note !== null).map((row) => ({ ...row }));
  if (gone.length > 0) await tx`delete from people_v1.notes where note_id = any(${gone}::text[])`;
  if (kept.length === 0) return;
  await tx`
    insert into people_v1.notes
    select * from jsonb_to_recordset(${
    tx.json(kept)
  }) as r(note_id text, parcel text, note text, at timestamptz)
    on conflict (note_id) do update set note = excluded.note, updated_at = excluded.updated_at`;
}

async function writeRequests(tx: Tx, rows: readonly RequestRow[]): Promise<void> {
  const gone = rows.filter(({ said }) => said === null).map(({ command_id }) => command_id);
  const kept = rows.filter(({ said }) => said !== null).map((row) => ({ ...row }));
  if (gone.length > 0) await tx`delete from people_v1.requests where command_id = any(${gone}::text[])`;
  if (kept.length === 0) return;
  await tx`
    insert into people_v1.requests
    select * from jsonb_to_recordset(${tx.json(kept)}) as r(
      command_id text, request text, order_id text, said jsonb, at timestamptz)
    on conflict (command_id) do update set said = excluded.said, updated_at = excluded.updated_at`;
}
