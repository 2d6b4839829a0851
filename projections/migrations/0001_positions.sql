-- How far each projection has read each partition's log. Moved in the same transaction as the rows, always from the value that the
-- projector saw before: that is what fences a second one.
create schema if not exists waybill;
create table waybill.positions (
  projection text not null, -- the name of the schema its tables live in
  partition integer not null,
  sequence bigint not null, -- stream sequence of the last record included; 0: none yet
  hash text not null, -- SHA-256 of that record, so that a lost or forked log is noticed
  stream_created_ms bigint not null, -- the stream's creation time, for the same reason
  shape text not null, -- the version of what the rows hold; another one cannot go on from here
  moved_at timestamptz not null default now(),
  primary key (projection, partition)
);
