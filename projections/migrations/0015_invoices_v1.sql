create schema invoices_v1;
-- What the series issued, as it was frozen: a row for each invoice and credit note, never changed.
create table invoices_v1.documents (
  number text not null,
  entity text not null,
  series text collate "C" not null, -- what the number begins with
  sequence integer not null, -- place in the series, from 1
  type text not null, -- invoice, credit_note
  issued_on date not null,
  issued_at timestamptz not null,
  source text not null, -- why it exists; once for ever
  order_id text, -- none of a credit for a sale that is not known here
  buyer_id text, -- under which people_v1.customers holds the buyer
  channel text,
  currency text not null,
  exponent smallint not null,
  net numeric not null, -- in minor units, as are tax and total
  tax numeric not null,
  total numeric not null,
  seller_hash text not null,
  hash text not null,
  previous_hash text not null,
  document json not null,
  -- That numbers and sources come once is the series' promise, and `waybill invoices verify` proves it: a reader that stopped at a
  -- second one would hide it, and stop every other row with it.
  primary key (entity, number)
);
create index on invoices_v1.documents (number);
create index on invoices_v1.documents (order_id, issued_at) where order_id is not null;
create index on invoices_v1.documents (issued_on, series, sequence, entity);
create index on invoices_v1.documents (series, issued_on, sequence, entity);

-- What documents say of their seller, by the hash that they name it by.
create table invoices_v1.sellers (
  entity text not null,
  hash text not null,
  seller json not null,
  primary key (entity, hash)
);
