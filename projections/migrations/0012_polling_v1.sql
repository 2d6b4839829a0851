-- What decides whether a carrier is asked after a parcel, without opening its state.
alter table parcels_v1.parcels
  add column carrier text generated always as (split_part(parcel, ':', 1)) stored,
  add column sub_status text generated always as (coalesce(state -> 'standing' ->> 'subStatus', '')) stored,
  add column late boolean generated always as (coalesce(state -> 'delays' <> '[]'::jsonb, false)) stored,
  add column shipped boolean generated always as (coalesce(state -> 'shipments' <> '[]'::jsonb, false)) stored;
create index parcels_asked_after on parcels_v1.parcels (carrier, status) where shipped;

create schema polling_v1;
-- When a carrier was asked after a parcel, and when it may be asked again. No projection: nothing of the log can make it anew.
create table polling_v1.polls (
  parcel text primary key, -- <carrier>:<number>
  asked_at timestamptz not null, -- the last time with an answer; -infinity before the first
  not_before timestamptz not null, -- after a failure
  claimed_until timestamptz not null, -- by the process that asks now
  failures integer not null, -- in a row
  body_hash text -- of the last answer that was kept: an equal one says nothing new
);
-- Who waits: parcels whose page was seen.
create table polling_v1.views (
  parcel text primary key,
  viewed_at timestamptz not null
);
create index on polling_v1.views (viewed_at);
-- Carriers that want to be left alone.
create table polling_v1.pauses (
  carrier text primary key,
  until timestamptz not null
);
