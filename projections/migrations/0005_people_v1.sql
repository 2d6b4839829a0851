create schema people_v1;
-- Personal data, apart from everything that is derived from EVENTS, so that a person can be erased from here alone.
create table people_v1.customers (
  order_id text primary key,
  customer jsonb not null,
  updated_at timestamptz not null
);
