create schema lanes_v1;
-- Each parcel's way: when it began and ended, where it led, and what was estimated on it.
create table lanes_v1.journeys (
  parcel text primary key, -- <carrier>:<number>: the actor's key
  shipment_id text, -- the first one that travels in it; null while nobody has said whose it is
  registered_at timestamptz,
  waits boolean not null, -- it is somebody's, and has not been told of its lane
  state jsonb not null
);
create index on lanes_v1.journeys (registered_at desc) where waits;

-- How long parcels took. Counts are only ever added to, so that it does not matter which partition comes first.
create table lanes_v1.transits (
  carrier text not null,
  service text not null, -- '' where the shop named none
  origin text not null, -- ISO 3166-1 alpha-2; ZZ: nobody has said
  destination text not null,
  day date not null, -- of the delivery, in UTC
  bucket integer not null, -- of projections/lanes/buckets.ts
  parcels bigint not null,
  primary key (carrier, origin, destination, day, service, bucket)
);

-- How estimates compared with what happened.
create table lanes_v1.estimates (
  carrier text not null,
  service text not null,
  origin text not null,
  destination text not null,
  day date not null,
  stage text not null, -- first, hand_over, last: which of the parcel's estimates
  source text not null, -- carrier, lane: whose it was
  bucket integer not null, -- 0: within the window; above: late; below: early
  parcels bigint not null,
  primary key (carrier, service, origin, destination, day, stage, source, bucket)
);
create index on lanes_v1.estimates (day);
