create schema webhooks_v1;
-- What subscribers are told, as it was when it happened. Not disposable: what was told once is never made again.
create table webhooks_v1.events (
  event_id text primary key,
  name text not null,
  type text not null,
  subject text not null,
  happened_at timestamptz not null,
  kept_at timestamptz not null default now(),
  body text not null -- the very bytes that are sent
);
create index on webhooks_v1.events (kept_at);

-- Who is told of it, and how that stands.
create table webhooks_v1.deliveries (
  delivery_id text primary key,
  endpoint_id text not null,
  event_id text not null references webhooks_v1.events on delete cascade,
  created_at timestamptz not null default now(),
  state text not null default 'pending', -- delivered, failed
  due_at timestamptz not null default now(), -- while pending: not to be sent before; being sent, it is claimed until then
  attempt integer not null default 0, -- the last one that was begun, ever
  tries integer not null default 0, -- of these, since it was last asked for
  unique (endpoint_id, event_id)
);
create index on webhooks_v1.deliveries (endpoint_id, due_at) where state = 'pending';
create index on webhooks_v1.deliveries (endpoint_id, created_at desc, delivery_id desc);
create index on webhooks_v1.deliveries (event_id);

create table webhooks_v1.attempts (
  delivery_id text not null references webhooks_v1.deliveries on delete cascade,
  attempt integer not null,
  at timestamptz not null,
  ms integer not null,
  status integer, -- of the answer; null: there was none
  error text,
  response text, -- how the answer's body begins
  primary key (delivery_id, attempt)
);

-- Since when an endpoint has taken nothing; no row: it takes what it is told, or was never told anything.
create table webhooks_v1.failing (
  endpoint_id text primary key,
  since timestamptz not null
);

-- What was asked for under an Idempotency-Key, with what was answered.
create table webhooks_v1.requests (
  request text primary key,
  fingerprint text not null,
  answer jsonb not null,
  at timestamptz not null default now()
);
create index on webhooks_v1.requests (at);
