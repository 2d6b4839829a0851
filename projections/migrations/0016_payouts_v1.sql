create schema payouts_v1;
-- What platforms and payment providers say that they pay.
create table payouts_v1.payouts (
  payout_id text primary key,
  source text not null,
  status text not null, -- matched, matched_with_diff, unmatched, disputed: the worst of its lines
  recorded_at timestamptz not null, -- whole milliseconds
  summary jsonb not null, -- as lists show it
  version integer not null, -- of the actor: 1, 2, 3 … without gaps
  state jsonb not null -- the folded actor, as its own encode() gives it
);
create index on payouts_v1.payouts (recorded_at, payout_id);
create index on payouts_v1.payouts (source, recorded_at, payout_id);

-- What their lines belong to: what later statements are compared with.
create table payouts_v1.lines (
  payout_id text not null,
  line integer not null, -- from 1
  source text not null,
  type text not null, -- payment, refund, fee, adjustment, chargeback
  reference text not null,
  amount numeric not null, -- signed, with the places of the currency
  state text not null, -- matched, matched_with_diff, unmatched, disputed
  order_id text,
  refund text,
  credit_note text,
  primary key (payout_id, line)
);
create index on payouts_v1.lines (source, type, reference);
create index on payouts_v1.lines (order_id) where order_id is not null;

-- Under which references orders were captured and refunded: statements of payment providers name no order numbers.
create table payouts_v1.order_references (
  kind text not null, -- payment, refund
  reference text not null,
  order_id text not null,
  primary key (kind, reference, order_id)
);
