import { assert, type Json } from "../actors/actor.ts";
import { keyOf, kindOf } from "../actors/ids.ts";
import { orderReturn } from "../actors/return/return.ts";
import { type ReturnEvent, returnEventVersions } from "../actors/return/return_events.ts";
import { type OpenReturn, type ReturnState, statusOf } from "../actors/return/return_state.ts";
import type { Sql, Tx } from "./database.ts";
import { begunEarlier, type Folded, folded } from "./folding.ts";
import type { LogRecord } from "./log_record.ts";
import type { Projection } from "./projection.ts";

export type FoldedReturn = Folded<ReturnState>;
export interface ChangedReturn extends FoldedReturn {
  readonly updatedAtMs: number;
}

const isKnown = (type: string, v: number) => {
  const versions: readonly number[] | undefined = returnEventVersions[type as ReturnEvent["type"]];
  return versions?.includes(v) === true;
};

/** Returns as they are after these records. `before` holds those that were known earlier. */
export function foldReturns(
  before: ReadonlyMap<string, FoldedReturn>,
  records: readonly LogRecord[],
): ReadonlyMap<string, ChangedReturn> {
  const returns = new Map<string, ChangedReturn>();
  for (const { record } of records) {
    for (const entry of record.entries) {
      if (kindOf(entry.actor) !== "return") continue;
      const key = keyOf(entry.actor);
      const now = folded(orderReturn, returns.get(key) ?? before.get(key), entry, isKnown);
      returns.set(key, { ...now, updatedAtMs: record.atMs });
    }
  }
  return returns;
}

/** A row per return, holding the folded actor. */
export const returns: Projection<Sql, Tx> = {
  name: "returns",
  version: 1,
  shape: `1/${orderReturn.stateVersion}`,
  project: async (records, sql, schema) => {
    const changes = foldReturns(await loadReturns(sql, schema, begunEarlier("return", records)), records);
    return (tx) => write(tx, schema, changes);
  },
};

async function loadReturns(
  sql: Sql,
  schema: string,
  ids: readonly string[],
): Promise<Map<string, FoldedReturn>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<{ return_id: string; version: number; state: Json }[]>`
    select return_id, version, state from ${sql(schema)}.returns
    where return_id = any(${sql.array([...ids])}::text[])`;
  return new Map(
    rows.map(({ return_id, version, state }) => [return_id, { version, state: orderReturn.decode(state) }]),
  );
}

/** Its first event authorises it. */
export function openedOf({ state }: FoldedReturn): OpenReturn {
  assert(state.order !== null, `Cannot show return ${state.key}: it was never authorised`);
  return state;
}

async function write(
  tx: Tx,
  schema: string,
  returns: ReadonlyMap<string, ChangedReturn>,
): Promise<void> {
  if (returns.size === 0) return;
  const rows = Array.from(returns.values(), (changed) => {
    const state = openedOf(changed);
    return {
      return_id: state.key,
      order_id: state.order,
      version: changed.version,
      status: statusOf(state),
      authorised_at: new Date(state.authorisedAtMs).toISOString(),
      updated_at: new Date(changed.updatedAtMs).toISOString(),
      state: orderReturn.encode(state),
    };
  });
  await tx`
    insert into ${tx(schema)}.returns
    select * from jsonb_to_recordset(${tx.json(rows)}) as r(
      return_id text, order_id text, version int, status text, authorised_at timestamptz,
      updated_at timestamptz, state jsonb)
    on conflict (return_id) do update set version = excluded.version, status = excluded.status,
      updated_at = excluded.updated_at, state = excluded.state`;
}
