create schema cases_v1;
-- What needs a person: problems of parcels, open and closed.
create table cases_v1.cases (
  case_id text primary key,
  parcel text not null, -- <carrier>:<number>: the actor's key
  carrier text not null,
  problem text not null,
  description text not null,
  team text not null,
  priority text not null,
  due_at timestamptz not null,
  state text not null, -- open, closed
  close_reason text,
  order_id text not null, -- of the first shipment that travels in the parcel
  shipment_id text not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  revision integer not null -- how many events there were of it
);
create index on cases_v1.cases (due_at, case_id);
create index on cases_v1.cases (state, due_at, case_id);
create index on cases_v1.cases (order_id);

-- That something was written down, when, and with which API key. What was written lies in people_v1.notes.
create table cases_v1.notes (
  note_id text primary key,
  case_id text not null,
  written_by text not null,
  written_at timestamptz not null
);
create index on cases_v1.notes (case_id, written_at);

-- The texts of notes may speak of people, so they are kept, and erased, as customers are.
create table people_v1.notes (
  note_id text primary key,
  parcel text not null,
  note text not null,
  updated_at timestamptz not null
);
create index on people_v1.notes (parcel);
