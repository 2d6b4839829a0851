import type { Tx } from "../database.ts";
import type { EffectProjection } from "../effects/effect_projection.ts";
import { type MilestoneRow, milestonesOf } from "./milestones.ts";

/** What customers are to be told: a row for each milestone, once, whatever happens to the log's readers. */
export const outbox: EffectProjection = {
  name: "outbox",
  version: 1,
  kinds: ["order", "parcel"],
  project: (records) => {
    const rows = milestonesOf(records);
    return Promise.resolve(rows.length === 0 ? undefined : (tx) => insert(tx, rows));
  },
};

async function insert(tx: Tx, rows: readonly MilestoneRow[]): Promise<void> {
  await tx`
    insert into outbox_v1.milestones
      (milestone_key, subject, order_id, milestone, detail, facts, partition, sequence, at, traceparent)
    select * from jsonb_to_recordset(${
    tx.json(rows.map((row) => ({ ...row, facts: { ...row.facts } })))
  }) as r(
      milestone_key text, subject text, order_id text, milestone text, detail text, facts jsonb, partition int,
      sequence bigint, at timestamptz, traceparent text)
    on conflict (milestone_key) do nothing`;
}
