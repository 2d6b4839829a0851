create schema parcels_v1;
-- What orders handed to carriers. A parcel may hold several shipments.
create table parcels_v1.shipments (
  shipment_id text primary key,
  order_id text not null,
  parcel text not null, -- <carrier>:<number>: the actor's key
  token text not null unique, -- what the customer's page is asked for by
  reference text not null,
  location text not null,
  service text,
  handed_over_at timestamptz not null,
  lines jsonb not null -- [{line, sku, quantity}]
);
create index on parcels_v1.shipments (order_id);
create index on parcels_v1.shipments (parcel);

-- What carriers said of parcels, also of those that no order has named yet.
create table parcels_v1.parcels (
  parcel text primary key,
  version integer not null, -- of the actor: 1, 2, 3 … without gaps
  status text not null,
  updated_at timestamptz not null,
  state jsonb not null -- the folded actor, as its own encode() gives it
);
