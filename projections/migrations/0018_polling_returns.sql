-- Carriers are asked after parcels of goods that come back, too.
alter table parcels_v1.parcels
  add column followed boolean generated always as (coalesce(state -> 'followers' <> '[]'::jsonb, false)) stored;
create index parcels_of_returns_asked_after on parcels_v1.parcels (carrier, status) where followed;
