-- Records that a projection could not apply: its rows stand before them, those of the others go on. A row is deleted in the
-- transaction that gets past the record.
create table waybill.unprojected (
  projection text not null, -- as in waybill.positions
  partition integer not null,
  sequence bigint not null, -- of the record, in EVENTS
  problem text not null,
  build text not null, -- the version of the code that could not
  since timestamptz not null default now(), -- when it was first met
  tried_at timestamptz not null default now(), -- when it was last tried
  retry_asked_at timestamptz, -- by an operator, since then
  primary key (projection, partition)
);
