create schema stock_v1;
create table stock_v1.stock_levels (
  sku text not null,
  location text not null,
  sellable bigint not null,
  quality_control bigint not null,
  quarantine bigint not null,
  refurbish bigint not null,
  damaged bigint not null,
  reserved bigint not null,
  allocated bigint not null,
  picked bigint not null,
  packed bigint not null,
  held bigint not null,
  incoming bigint not null,
  safety_stock bigint not null,
  primary key (sku, location)
) with (fillfactor = 70); -- room for updates in place: every sale changes a row here
create table stock_v1.skus (
  sku text primary key,
  description text,
  stocked boolean not null,
  backordered bigint not null
) with (fillfactor = 70);
create table stock_v1.locations (
  location text primary key,
  described jsonb not null
);
