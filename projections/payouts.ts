import { assert, type Json } from "../actors/actor.ts";
import { asJson } from "../actors/as_json.ts";
import { keyOf, kindOf } from "../actors/ids.ts";
import type { OrderEvent } from "../actors/order/events.ts";
import { payout } from "../actors/payout/payout.ts";
import { type PayoutEvent, payoutEventVersions } from "../actors/payout/payout_events.ts";
import { type KnownPayout, latestRun, type PayoutState, writeOffOf } from "../actors/payout/payout_state.ts";
import type { StatementLineType } from "../actors/payout/statement.ts";
import { type PayoutSummary, payoutView, summaryOf } from "../actors/payout/view.ts";
import type { Sql, Tx } from "./database.ts";
import { begunEarlier, type Folded, folded } from "./folding.ts";
import type { LogRecord } from "./log_record.ts";
import type { Projection } from "./projection.ts";

export type FoldedPayout = Folded<PayoutState>;

/** A payout as lists show it, and the actor. */
export interface PayoutRow {
  readonly payout_id: string;
  readonly source: string;
  readonly status: string;
  readonly recorded_at: string;
  readonly summary: PayoutSummary;
  readonly version: number;
  readonly state: Json;
}
/** What a line of a payout belongs to. */
export interface PayoutLineRow {
  readonly payout_id: string;
  readonly line: number;
  readonly source: string;
  readonly type: StatementLineType;
  readonly reference: string;
  readonly amount: string;
  readonly state: string;
  readonly order_id: string | null;
  readonly refund: string | null;
  readonly credit_note: string | null;
  /** What of it was written off: its difference. */
  readonly written_off: string | null;
}

/** Under which reference an order was captured or refunded. */
export interface ReferenceRow {
  readonly kind: "payment" | "refund";
  readonly reference: string;
  readonly order_id: string;
}
type NamedByReference = "order.payment_captured" | "order.refund_requested";
const kindOfReference: {
  readonly [Type in Extract<OrderEvent["type"], NamedByReference>]: ReferenceRow["kind"];
} = {
  "order.payment_captured": "payment",
  "order.refund_requested": "refund",
};

export function foldReferences(records: readonly LogRecord[]): readonly ReferenceRow[] {
  return records.flatMap(({ record }) =>
    record.entries.flatMap(({ actor, type, data }) => {
      if (!Object.hasOwn(kindOfReference, type)) return [];
      const { reference } = data as Extract<OrderEvent, { type: NamedByReference }>["data"];
      return [{ kind: kindOfReference[type as NamedByReference], reference, order_id: keyOf(actor) }];
    })
  );
}

/** Payouts that changed, as they are after these records. `before` holds those that were recorded earlier. */
export function foldPayouts(
  before: ReadonlyMap<string, FoldedPayout>,
  records: readonly LogRecord[],
): ReadonlyMap<string, FoldedPayout> {
  const payouts = new Map<string, FoldedPayout>();
  for (const { record } of records) {
    for (const entry of record.entries) {
      if (kindOf(entry.actor) !== "payout") continue;
      const id = keyOf(entry.actor);
      payouts.set(id, folded(payout, payouts.get(id) ?? before.get(id), entry, isKnown));
    }
  }
  return payouts;
}

const isKnown = (type: string, v: number) =>
  Object.hasOwn(payoutEventVersions, type) &&
  payoutEventVersions[type as PayoutEvent["type"]].some((known) => known === v);

/** A row for each payout, holding the folded actor, one for each of its lines, and the references that lines may name orders by. */
export const payouts: Projection<Sql, Tx> = {
  name: "payouts",
  version: 1,
  shape: `1/${payout.stateVersion}`,
  project: async (records, sql, schema) => {
    const changed = foldPayouts(await loadPayouts(sql, schema, begunEarlier("payout", records)), records);
    const references = foldReferences(records);
    return async (tx) => {
      await write(tx, schema, changed);
      await writeReferences(tx, schema, references);
    };
  },
};

async function loadPayouts(
  sql: Sql,
  schema: string,
  ids: readonly string[],
): Promise<Map<string, FoldedPayout>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<Pick<PayoutRow, "payout_id" | "version" | "state">[]>`
    select payout_id, version, state from ${sql(schema)}.payouts
    where payout_id = any(${sql.array([...ids])}::text[])`;
  return new Map(
    rows.map(({ payout_id, version, state }) => [payout_id, { version, state: payout.decode(state) }]),
  );
}

async function write(
  tx: Tx,
  schema: string,
  changed: ReadonlyMap<string, FoldedPayout>,
): Promise<void> {
  if (changed.size === 0) return;
  const rows = [...changed.values()].map(payoutRow);
  await tx`
    insert into ${tx(schema)}.payouts
    select * from jsonb_to_recordset(${tx.json(rows.map(asJson))}) as r(
      payout_id text, source text, status text, recorded_at timestamptz, summary jsonb, version int, state jsonb)
    on conflict (payout_id) do update set status = excluded.status, summary = excluded.summary,
      version = excluded.version, state = excluded.state`;
  const lines = [...changed.values()].flatMap(lineRows);
  await tx`
    insert into ${tx(schema)}.lines
    select * from jsonb_to_recordset(${tx.json(lines.map(asJson))}) as r(
      payout_id text, line int, source text, type text, reference text, amount numeric, state text,
      order_id text, refund text, credit_note text, written_off numeric)
    on conflict (payout_id, line) do update set state = excluded.state, order_id = excluded.order_id,
      refund = excluded.refund, credit_note = excluded.credit_note, written_off = excluded.written_off`;
}

async function writeReferences(
  tx: Tx,
  schema: string,
  references: readonly ReferenceRow[],
): Promise<void> {
  if (references.length === 0) return;
  await tx`
    insert into ${tx(schema)}.order_references
    select * from jsonb_to_recordset(${tx.json(references.map(asJson))}) as r(
      kind text, reference text, order_id text)
    on conflict do nothing`;
}

export function payoutRow({ state: folded, version }: FoldedPayout): PayoutRow {
  const state = recorded(folded), view = payoutView(state);
  const { payoutId: payout_id, source, status, recordedAt: recorded_at } = view;
  return {
    payout_id,
    source,
    status,
    recorded_at,
    summary: summaryOf(view),
    version,
    state: payout.encode(state),
  };
}

export function lineRows({ state: folded }: FoldedPayout): readonly PayoutLineRow[] {
  const state = recorded(folded), { payout: payout_id, source, lines } = state.recorded;
  return latestRun(state).lines.map(({ state: found, order, refund, creditNote }, index) => {
    const { type, reference, amount } = lines[index]!;
    return {
      ...{ payout_id, line: index + 1, source, type, reference, amount, state: found },
      order_id: order ?? null,
      refund: refund ?? null,
      credit_note: creditNote ?? null,
      written_off: writeOffOf(state, index + 1)?.amount ?? null,
    };
  });
}

function recorded(state: PayoutState): KnownPayout {
  assert(state.recorded !== null, `Cannot show payout ${state.key}: it was never recorded`);
  return state;
}
