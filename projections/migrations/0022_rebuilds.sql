-- How often other rows took the place of those that a position belongs to: a projector that read the ones before is fenced.
alter table waybill.positions add column generation integer not null default 0;

-- Rows beside those that are read: `<schema>_next` is being built, `<schema>_old` is what was read before.
create table waybill.rebuilds (
  schema text primary key,
  code text not null, -- the version of the code that makes the rows: another one does not go on with them
  begun_at timestamptz not null default now(),
  swapped_at timestamptz -- of those that were read before: until when
);
