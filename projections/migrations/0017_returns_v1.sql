create schema returns_v1;
-- Goods that come back: what was announced, what came where, and what was made of it.
create table returns_v1.returns (
  return_id text primary key,
  order_id text not null,
  version integer not null, -- of the actor: 1, 2, 3 … without gaps
  status text not null, -- authorised, received, graded, settled, cancelled, expired
  authorised_at timestamptz not null,
  updated_at timestamptz not null,
  state jsonb not null -- the folded actor, as its own encode() gives it
);
create index on returns_v1.returns (order_id, authorised_at, return_id);
