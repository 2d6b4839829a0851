-- As orders_v1, of orders that know their shipments. The rows of the first version are no longer written, nor read.
create schema orders_v2;
create table orders_v2.orders (
  order_id text primary key,
  channel text not null,
  order_number text not null,
  status text not null,
  currency text not null,
  placed_at timestamptz not null, -- whole milliseconds
  created_at timestamptz not null,
  updated_at timestamptz not null,
  total numeric not null,
  version integer not null, -- of the actor: 1, 2, 3 … without gaps
  state jsonb not null -- the folded actor, as its own encode() gives it
);
create index on orders_v2.orders (placed_at, order_id);
create index on orders_v2.orders (channel, order_number);
create index on orders_v2.orders (status, placed_at, order_id);

create table orders_v2.order_events (
  order_id text not null,
  version integer not null,
  type text not null,
  schema_version integer not null,
  at timestamptz not null,
  cause text not null, -- the id of the command from outside
  data jsonb not null,
  primary key (order_id, version)
);
