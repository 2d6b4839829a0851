-- What customers are told. Not disposable: whoever empties it forgets what was sent (the marks in REGISTRY then count it as sent).
-- No personal data: addresses are looked up when a message is sent, and are known here by their hashes.
create schema outbox_v1;
create table outbox_v1.milestones (
  milestone_key text primary key, -- <subject>/<milestone>[/<detail>]: each is news once
  subject text not null, -- an order, a shipment, or <carrier>:<number>
  order_id text, -- null: found by the parcel
  milestone text not null,
  detail text not null, -- what makes it news again: an exception's sub-status, a delay's reason and revised day
  facts jsonb not null,
  partition integer not null,
  sequence bigint not null, -- of its record: rows must be as far before anybody is looked for
  at timestamptz not null, -- of its record
  state text not null default 'waiting' check (state in ('waiting', 'told', 'nobody', 'too_old'))
);
create index on outbox_v1.milestones (at) where state = 'waiting';
create index on outbox_v1.milestones (order_id);

create table outbox_v1.deliveries (
  delivery_id text primary key, -- a hash of the unique key below: the Message-ID, and the provider's idempotency key
  subject text not null,
  milestone text not null,
  detail text not null,
  channel text not null,
  recipient text not null, -- SHA-256 of channel and address
  version integer not null, -- of the message: another one may be sent once more
  order_id text not null,
  facts jsonb not null,
  at timestamptz not null, -- of the milestone's record
  link uuid not null default gen_random_uuid(), -- what the message's own links are asked for by
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'opted_out', 'gone', 'parked')),
  attempts integer not null default 0,
  due_at timestamptz not null default now(), -- while it is claimed: when others may claim it
  settled_at timestamptz,
  problem text, -- why it is not sent yet, or never; without addresses
  unique (subject, milestone, detail, channel, recipient, version)
);
create index on outbox_v1.deliveries (channel, due_at) where state = 'waiting';
create index on outbox_v1.deliveries (state, at) where state = 'parked';
create index on outbox_v1.deliveries (order_id);
create unique index on outbox_v1.deliveries (link);

-- With no provider configured, in development: what would have been sent. Disposable.
create schema inbox_v1;
create table inbox_v1.messages (
  id bigint generated always as identity primary key,
  delivery_id text not null unique,
  channel text not null,
  address text not null,
  message jsonb not null, -- {subject?, text, html?, headers?}
  at timestamptz not null default now()
);
