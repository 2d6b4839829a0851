-- What receivers wrote to their shop, by the command that brought it, so that a person can be erased from here, too.
create table people_v1.requests (
  command_id text primary key,
  request text not null, -- as parcel.customer_asked names it
  order_id text not null,
  said jsonb not null,
  updated_at timestamptz not null
);
create index on people_v1.requests (order_id);
