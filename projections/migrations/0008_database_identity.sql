-- Tells this database from another one that was made in its place: effects that were sent are not sent again because of that.
create table waybill.database_identity (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid()
);
insert into waybill.database_identity default values;
